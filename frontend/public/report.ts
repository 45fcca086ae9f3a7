/** The report form, one step at a time; without this script it is one page that works as well. */
import { keep, kept } from "./draft";
import { Photos } from "./photos";
import { listenToSearch, PlacePicker } from "./place";
import { say } from "./words";

interface Fault {
  field: string;
  words: string;
  step: number;
}

interface Refusal {
  faults: Fault[];
  token: string;
  photos: (string | null)[];
}

function start(form: HTMLFormElement): void {
  const one = <T extends HTMLElement>(selector: string): T => {
    const found = document.querySelector<T>(selector);
    if (!found) throw new Error(selector);
    return found;
  };
  const faults = one<HTMLElement>("#faults");
  const send = one<HTMLButtonElement>("#send");
  const sending = one<HTMLElement>("#sending");
  const text = one<HTMLTextAreaElement>("#text");
  const community = one<HTMLSelectElement>("#community");
  let step = 1;

  document.documentElement.classList.add("stepped");
  for (const part of document.querySelectorAll<HTMLElement>(".js-only")) part.hidden = false;

  const complain = (...words: string[]): void => {
    faults.replaceChildren(
      ...words.map((word) => {
        const line = document.createElement("p");
        line.textContent = word;
        return line;
      }),
    );
    faults.hidden = words.length === 0;
    if (words.length) faults.scrollIntoView({ block: "center" });
  };

  // A page that came back with faults, or from a plate, holds its own values.
  const fresh = ![...new FormData(form)].some(
    ([name, value]) => name !== "token" && typeof value === "string" && value !== "",
  );
  if (fresh) restore(form, kept());
  one<HTMLDetailsElement>("#by-community").open = community.value !== "";

  const picker = new PlacePicker(form, one("#spot"), () => {
    keep(form);
    if (step === 1) complain();
  });
  listenToSearch(one("#q"), one("#found"), picker);
  one<HTMLButtonElement>("#locate").addEventListener("click", (event) => {
    const button = event.currentTarget as HTMLButtonElement;
    button.disabled = true;
    picker.locate(() => (button.disabled = false));
  });
  community.addEventListener("change", () => {
    if (community.value) picker.clear();
  });
  form.addEventListener("input", () => {
    keep(form);
  });

  const photos = new Photos(
    [...form.querySelectorAll<HTMLInputElement>('input[name="photos"]')],
    one("#thumbs"),
    Number(form.dataset.mostPhotos),
    form.querySelectorAll('input[name="kept"]').length,
    complain,
  );

  const go = (next: number): void => {
    step = next;
    for (const part of document.querySelectorAll<HTMLElement>("[data-step]")) {
      const own = Number(part.dataset.step);
      part.classList.toggle("now", own === step);
      part.classList.toggle("past", own < step);
      if (part.tagName === "LI") {
        if (own === step) part.setAttribute("aria-current", "step");
        else part.removeAttribute("aria-current");
      }
    }
    if (step === 1) picker.shown();
  };

  /** What keeps this step from being left; undefined if nothing does. */
  const missing = (): string | undefined => {
    if (step === 1) {
      if (picker.marked ? picker.inside === false : !community.value) {
        return picker.marked ? say("outside") : say("where");
      }
    }
    if (step === 2) {
      const what = new FormData(form).get("what");
      if (!what) return say("what");
      if ((what === "other" || what === "ask") && !text.value.trim()) return say("text");
    }
    return undefined;
  };

  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-go]")) {
    button.addEventListener("click", () => {
      const next = Number(button.dataset.go);
      const fault = next > step ? missing() : undefined;
      complain(...(fault ? [fault] : []));
      if (fault) return;
      go(next);
      const heading = form.querySelector<HTMLElement>(".step.now h2");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (send.disabled) return;
    void submit();
  });

  async function submit(): Promise<void> {
    const data = new FormData(form);
    const sent = photos.into(data);
    send.disabled = true;
    sending.hidden = false;
    sending.textContent = say("sending");
    complain();
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(form.action, { method: "POST", body: data, headers });
      if (!answer.headers.get("content-type")?.includes("json"))
        throw new Error("no answer of ours");
      const told = (await answer.json()) as { to?: string } & Partial<Refusal>;
      if (told.to) {
        location.assign(told.to);
        return;
      }
      photos.answered(sent, told.photos ?? []);
      if (told.token) (form.elements.namedItem("token") as HTMLInputElement).value = told.token;
      const listed = told.faults ?? [];
      go(Math.min(...listed.map((fault) => fault.step), 3));
      complain(...listed.map((fault) => fault.words));
    } catch {
      complain(say(navigator.onLine ? "broken" : "offline"));
    }
    send.disabled = false;
    sending.hidden = true;
  }

  const faulty = form.querySelector<HTMLElement>(".fault")?.closest<HTMLElement>("[data-step]");
  go(Number(faulty?.dataset.step ?? (faults.hidden ? 1 : 3)));
}

function restore(form: HTMLFormElement, draft: Record<string, string>): void {
  for (const [name, value] of Object.entries(draft)) {
    const field = form.elements.namedItem(name);
    if (field instanceof RadioNodeList) field.value = value;
    else if (field) (field as HTMLInputElement).value = value;
  }
}

const form = document.querySelector<HTMLFormElement>("form#report");
if (form) start(form);
