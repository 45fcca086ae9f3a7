/** Reading from our own server: JSON in, a refusal with a code and a remedy out. */

/** A refusal as the server states it (problem+json), or as the network left it. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
}

async function problemOf(response: Response): Promise<Problem> {
  if (!(response.headers.get("content-type") ?? "").includes("json")) return {};
  try {
    return (await response.json()) as Problem;
  } catch {
    return {};
  }
}

/** GET an address of our own server; throws Refusal, or DOMException when aborted. */
export async function getJson<T>(
  path: string,
  parameters: Record<string, string | number | undefined> = {},
  signal?: AbortSignal,
): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const address = query.size ? `${path}?${query.toString()}` : path;
  let response: Response;
  try {
    response = await fetch(address, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: signal ?? null,
    });
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
    );
  }
  return (await response.json()) as T;
}
