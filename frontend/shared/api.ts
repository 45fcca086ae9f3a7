/** Talking to our own server: JSON in, JSON out; a refusal comes with a code, a remedy and details. */

/** A refusal as the server states it (problem+json), or as the network left it. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "Refusal";
  }

  /** Whether nobody knows if it was done: the same may be sent again under the same key. */
  get unknown(): boolean {
    return this.status === 0 || this.status === 423 || this.status >= 500;
  }
}

/** What is wrong with which field of a form, by the names that the form shows; nothing where no field is named. */
export function faultsOf(
  refusal: Refusal,
  names: Readonly<Record<string, string>>,
): { field: string; why: string }[] {
  const { fields } = refusal.details;
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return [];
  return Object.entries(fields as Record<string, unknown>).flatMap(([field, told]) =>
    [told]
      .flat()
      .filter((why) => typeof why === "string")
      .map((why) => ({ field: names[field] ?? field, why })),
  );
}

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  details?: Record<string, unknown>;
}

export type Parameters = Record<string, string | number | boolean | readonly string[] | undefined>;

async function problemOf(response: Response): Promise<Problem> {
  if (!(response.headers.get("content-type") ?? "").includes("json")) return {};
  try {
    return (await response.json()) as Problem;
  } catch {
    return {};
  }
}

/** The parameters as a query, without what has no value; a list is one parameter several times. */
export function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) for (const one of value as string[]) query.append(name, one);
    else if (value !== undefined && value !== "") query.set(name, String(value));
  }
  return query.size ? `?${query.toString()}` : "";
}

async function answered<T>(address: string, asked: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...asked });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new Refusal("offline", 0, "");
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    throw new Refusal(
      problem.code ?? `http_${String(response.status)}`,
      response.status,
      problem.detail ?? problem.title ?? "",
      problem.details,
    );
  }
  return (await response.json()) as T;
}

/** GET an address of our own server; throws Refusal, or DOMException when aborted. */
export async function getJson<T>(
  path: string,
  parameters: Parameters = {},
  signal?: AbortSignal,
): Promise<T> {
  return answered<T>(path + queryOf(parameters), {
    headers: { Accept: "application/json" },
    signal: signal ?? null,
  });
}

/** The session's CSRF token, from its cookie. */
export function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

/**
 * POST JSON to our own server; throws Refusal. Under one `key` it is done once, however often it is
 * sent: give each attempt its own, and the same one again only to what was sent before.
 */
export async function postJson<T>(path: string, body: object, key?: string): Promise<T> {
  return answered<T>(path, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": csrfToken(),
      ...(key && { "Idempotency-Key": key }),
    },
    body: JSON.stringify(body),
  });
}

/** POST a form with files; throws Refusal. */
export async function postForm<T>(path: string, form: FormData): Promise<T> {
  return answered<T>(path, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: form,
  });
}
