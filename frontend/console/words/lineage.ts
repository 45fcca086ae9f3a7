/** Words of duplicates and lineage: what may be the same, what was merged, split, joined. */

export const lineageZh = {
  act_merge: "并入他案",
  act_unmerge: "撤销并案",
  act_split: "拆分诉求",
  reason_merge: "为何是同一件事（必填）",
  reason_unmerge: "为何不是同一件事（必填）",
  reason_split: "为何另立案（必填）",
  did_merge: "并入他案",
  did_unmerge: "撤销并案，恢复办理",
  did_absorb: "并入其他案件",
  did_give_back: "分出已并入的案件",
  did_split: "拆分诉求，另立案",
  did_join_request: "诉求并入本案",
};

export const lineageEn: Record<keyof typeof lineageZh, string> = {
  act_merge: "Merge into another",
  act_unmerge: "Undo the merge",
  act_split: "Split reports off",
  reason_merge: "Why it is the same matter (required)",
  reason_unmerge: "Why it is another matter (required)",
  reason_split: "Why they are another matter (required)",
  did_merge: "Merged into another",
  did_unmerge: "Unmerged, goes on by itself",
  did_absorb: "Took another case in",
  did_give_back: "Gave a merged case back",
  did_split: "Reports split off into a case of their own",
  did_join_request: "A report joined",
};
