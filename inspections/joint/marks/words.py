"""What a mark says, in both languages."""

from typing import Any

from inspections.joint.marks.models import CaseMark, MarkKind


def words_of(mark: CaseMark) -> dict[str, str]:
    """One sentence: what is the matter, and what is to be done."""
    zh, en = _SENTENCES[MarkKind(mark.kind)](mark.told)
    return {"zh-Hans": zh, "en": en}


def _unclear(told: dict[str, Any]) -> tuple[str, str]:
    if told.get("dispute"):
        return (
            "两家单位均不认领，已列为权属争议：请提级协调。",
            "Two bodies deny it and it is in dispute: have it settled one level up.",
        )
    return (
        "责任单位不明确：请现场确权或提级协调，期间由代管单位处置。",
        "Who answers is not clear: have it determined on the spot or one level up; the custodian acts meanwhile.",
    )


def _ill(told: dict[str, Any]) -> tuple[str, str]:
    if times := told.get("reworked"):
        return (
            f"已 {times} 次返工：请分管领导过问。",
            f"It was sent back {times} times as not done: the leader in charge should ask.",
        )
    return (
        "主办单位逾期未办结：请分管领导过问。",
        "The body that leads let its time run out: the leader in charge should ask.",
    )


def _repeated(told: dict[str, Any]) -> tuple[str, str]:
    if times := told.get("others"):
        return (
            f"另有 {times} 人次反映同一事项：请优先办理。",
            f"{times} further reports are about the same: do this first.",
        )
    times = told.get("earlier", 0)
    return (
        f"90 天内此处同类问题已有 {times} 件：请查明根源，不要只修一处。",
        f"It is the same here as in {times} cases within 90 days: find the cause, not only the spot.",
    )


def _ping_pong(told: dict[str, Any]) -> tuple[str, str]:
    if times := told.get("returns"):
        return (
            f"本案已 {times} 次申请退单：请提级协调，不再平级转办。",
            f"Its return was asked {times} times: have it settled one level up, not sent on again.",
        )
    times = told.get("moved", 0)
    return (
        f"主办单位已更换 {times} 次：请提级协调，不再平级转办。",
        f"It was given to another body {times} times: have it settled one level up, not sent on again.",
    )


def _pushed(told: dict[str, Any]) -> tuple[str, str]:
    bodies = told.get("bodies", [])
    return (
        f"部门职责事项只派给了{'、'.join(bodies)}：请加派主管部门，不得“一交了之”。",
        f"A class that is a department's was sent to {', '.join(bodies)} alone: add the department.",
    )


def _districts(told: dict[str, Any]) -> tuple[str, str]:
    count = len(told.get("districts", []))
    return (
        f"位置涉及 {count} 个区县：列入市级协调清单。",
        f"The place touches {count} districts: on the list for the city to coordinate.",
    )


def _listed(told: dict[str, Any]) -> tuple[str, str]:
    return "派遣中心列为疑难案件。", "The desk has listed it as a hard case."


_SENTENCES = {
    MarkKind.UNCLEAR: _unclear,
    MarkKind.ILL_HANDLED: _ill,
    MarkKind.REPEATED: _repeated,
    MarkKind.PING_PONG: _ping_pong,
    MarkKind.LISTED: _listed,
    MarkKind.PUSHED_DOWN: _pushed,
    MarkKind.CROSS_DISTRICT: _districts,
}
