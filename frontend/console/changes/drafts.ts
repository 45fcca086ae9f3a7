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

/** The options of a load as its command line takes them; blank ones are left out. */
export function optionsOf(draft: typeof fileDraft): Record<string, unknown> {
  return {
    ...(draft.datum && { datum: draft.datum }),
    ...(draft.columns.trim() && { columns: draft.columns.trim() }),
    ...(draft.set.trim() && { set: draft.set.trim() }),
    ...(draft.keepGood && { keep_good: true }),
  };
}
