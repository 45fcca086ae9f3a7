/** What was typed into the forms of change sets: still there when they are opened again. */
import { reactive } from "vue";
import type { AreaDraft, Layer } from "./contract";

export const draftWords = reactive({ title: "", reason: "" });

export const FRESH_AREA: AreaDraft = {
  code: "",
  organization: "",
  role: "maintainer",
  categories: [],
  basis: "",
  document: "",
  valid_from: "",
};
export const areaDraft = reactive<AreaDraft>({ ...FRESH_AREA });

export const fileDraft = reactive({
  layer: "ownership" as Layer,
  datum: "",
  columns: "",
  set: "",
  keepGood: false,
});

/** `field=value` pairs with commas, as the command line writes them; what is no pair is left out. */
export function pairsOf(text: string): Record<string, string> {
  const pairs = text.split(/[,，]/).map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [name.trim(), value.join("=").trim()] as const;
  });
  return Object.fromEntries(pairs.filter(([name, value]) => name && value));
}

/** The options of a load as the server keeps them; blank ones are left out. */
export function optionsOf(draft: typeof fileDraft): Record<string, unknown> {
  const [columns, constants] = [pairsOf(draft.columns), pairsOf(draft.set)];
  return {
    ...(draft.datum && { datum: draft.datum }),
    ...(Object.keys(columns).length && { columns }),
    ...(Object.keys(constants).length && { constants }),
    ...(draft.keepGood && { keep_good: true }),
  };
}
