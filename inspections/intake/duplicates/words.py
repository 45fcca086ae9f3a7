"""Why a case may be the same matter, in two languages."""

from typing import Any

from inspections.intake.duplicates.score import Reason

WORDS = {
    "same_facility": ("同一部件", "the same facility"),
    "at_facility": ("就在该部件旁", "at the facility of this case"),
    "same_circuit": ("同一回路（管线）", "on the same circuit or line"),
    "same_line": ("同一道路", "on the same street"),
    "near": ("相距 {metres:.0f} 米", "{metres:.0f} m away"),
    "wide_area": ("描述为成片问题", "said to reach over many"),
    "category_same": ("类别相同", "the same category"),
    "category_heir": ("类别已合并或拆分而来", "a category merged with or split from it"),
    "category_wider": ("上下级类别", "a wider or narrower category"),
    "category_sibling": ("同一大类", "of the same major class"),
    "category_named": ("类别同名", "a category of the same name"),
    "words_alike": ("描述相近（{percent:.0f}%）", "words alike ({percent:.0f} %)"),
    "already_reported": ("已有 {count:.0f} 件诉求反映", "reported {count:.0f} times already"),
    "handled_already": (
        "该案已报处置完毕：可能没有修好，或是新问题",
        "said to be done already: not mended, or new",
    ),
}
_ALONG = ("同一道路，相距 {metres:.0f} 米", "on the same street, {metres:.0f} m away")
_SINCE = {
    "minutes": ("{n} 分钟前有人反映", "reported {n} min before"),
    "hours": ("{n} 小时前有人反映", "reported {n} h before"),
    "days": ("{n} 天前有人反映", "reported {n} days before"),
}


def reason_as_json(reason: Reason) -> dict[str, Any]:
    """A reason as the contract has it: `{code, zh-Hans, en}`."""
    if reason.code == "reported_since":
        chinese, english = _since(reason.told["hours"])
    elif reason.code == "same_line" and reason.told:
        chinese, english = (text.format(**reason.told) for text in _ALONG)
    else:
        chinese, english = (text.format(**reason.told) for text in WORDS[reason.code])
    return {"code": reason.code, "zh-Hans": chinese, "en": english}


def _since(hours: float) -> tuple[str, str]:
    if hours < 1:
        unit, n = "minutes", max(1, round(hours * 60))
    elif hours < 48:
        unit, n = "hours", round(hours)
    else:
        unit, n = "days", round(hours / 24)
    chinese, english = _SINCE[unit]
    return chinese.format(n=n), english.format(n=n)
