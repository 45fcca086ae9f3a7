"""What a visit means, in words: whether it counts as an arrival, and what a person must decide."""

from inspections.fieldwork.models import Visit, VisitOutcome

Words = dict[str, str]

DECIDE: dict[str, tuple[str, str]] = {
    VisitOutcome.NOT_FOUND: (
        "现场未发现问题：请决定是否继续办理。案卷不会自动结案。",
        "Nothing was found on the spot: decide whether it goes on. No case closes by itself.",
    ),
    VisitOutcome.ALREADY_RESTORED: (
        "现场已自行恢复：请决定是否核查结案。案卷不会自动结案。",
        "It was already restored: decide whether to check and close. No case closes by itself.",
    ),
    VisitOutcome.NO_ACCESS: (
        "无法进入现场：请联系有关单位开门，或改约时间。",
        "There was no access: ask whoever can open, or agree on another time.",
    ),
    VisitOutcome.UNSAFE: (
        "现场不安全：请先安排排险，再派人前往。",
        "It is not safe there: have it made safe before anybody goes again.",
    ),
}


def place_words(visit: Visit) -> Words:
    """Where the visitor was, and whether that counts as an arrival."""
    if visit.near is None:
        zh, en = (
            "没有位置：已记录，不计为到场。请打开定位。",
            "No position: recorded, but no arrival. Switch location on.",
        )
    elif not visit.near:
        zh, en = (
            f"距案件位置 {visit.distance_m:.0f} 米，超出 {visit.limit_m:.0f} 米：已记录，不计为到场。",
            f"{visit.distance_m:.0f} m from the place, farther than {visit.limit_m:.0f} m: "
            "recorded, but no arrival.",
        )
    elif visit.arrival:
        zh, en = "已到场：到场时限停止计时。", "Arrived: the clock of arrival has stopped."
    else:
        zh, en = (
            f"在案件位置附近（{visit.distance_m:.0f} 米）。",
            f"At the place ({visit.distance_m:.0f} m).",
        )
    return {"zh-Hans": zh, "en": en}


def decision_words(visit: Visit) -> Words:
    """What a person must decide after this visit; nothing where there is nothing to decide."""
    if visit.pin_refusal:
        why: Words = visit.pin_refusal["words"]
        return {
            "zh-Hans": f"到场人员认为点位有误，未能移动：{why['zh-Hans']} 请派遣员核定点位。",
            "en": f"The visitor says the pin is wrong; it was not moved: {why['en']} "
            "The desk should settle where it is.",
        }
    if visit.outcome in DECIDE:
        zh, en = DECIDE[visit.outcome]
        return {"zh-Hans": zh, "en": en}
    return {}
