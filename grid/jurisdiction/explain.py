"""An answer in words, zh-Hans and English, from its decision alone; no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shapely import get_dimensions

from grid.jurisdiction.ground import Body
from grid.jurisdiction.question import Decision, Part
from grid.jurisdiction.rules import Claim, Outcome, Rule

ZH, EN = "zh-Hans", "en"

_ROLES = {
    "maintainer": ("养护", "maintainer"),
    "owner": ("权属", "owner"),
    "builder": ("建设", "builder"),
    "payer": ("付费", "payer"),
    "authority": ("主管", "authority"),
}

RULE_NAMES = {
    Rule.PRECEDENT: ("权属争议裁定", "the ruling of a dispute"),
    Rule.SIGNED_HANDOVER: ("已签署的移交文件", "a signed handover"),
    Rule.PROJECT: (
        "有建设项目记录而无签署的移交文件",
        "a recorded project without a signed handover",
    ),
    Rule.REGISTERED_PARTY: ("登记的责任单位", "the registered party"),
    Rule.DE_FACTO_UPKEEP: ("事实管养或移交主张", "upkeep in fact, or a handover asserted"),
    Rule.UTILITY_CLASS: ("管线专业类别", "its utility class"),
    Rule.RED_LINE: ("小区或工地红线", "an estate or site red line"),
    Rule.OWNERSHIP_AREA: ("覆盖此处的最小权属范围", "the narrowest ownership area here"),
    Rule.DUTY: ("权责清单", "the responsibility catalogue"),
}
NOBODY = {
    Outcome.UNOWNED: ("无主", "unowned"),
    Outcome.OUTSIDE: ("不在本市范围内", "outside the city"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """How bodies and days are written: names by code, days in the city's time."""

    bodies: Mapping[str, Body]
    timezone: ZoneInfo

    def of(self, code: str | None) -> str:
        """A body's name; its code where no name is known."""
        if code is None:
            return ""
        body = self.bodies.get(code)
        return body.name if body else code

    def day(self, moment: datetime | None) -> str:
        """The day in city time, empty for unbounded."""
        return moment.astimezone(self.timezone).date().isoformat() if moment else ""


def explain(decision: Decision, names: Names) -> dict[str, str]:
    """The explanation of a decision: {"zh-Hans": …, "en": …}."""
    zh, en = _heads(decision, names)
    speaking = set(decision.finding.speaking)
    shown = [c for c in decision.claims if c in speaking]
    others = [c for c in decision.claims if c not in speaking]
    for claim in shown:
        line = _claim(claim, names)
        zh.append(line[0])
        en.append(line[1])
    if others and decision.outcome != Outcome.OUTSIDE:
        zh.append(f"另有{len(others)}项主张未起决定作用。")
        en.append(
            "One other claim does not decide."
            if len(others) == 1
            else f"{len(others)} other claims do not decide."
        )
    if decision.demarcations:
        codes = "、".join(decision.demarcations)
        zh.append(f"此处在管线分界点以外（{codes}），专业单位按类别的责任到此为止。")
        en.append(
            "This place lies beyond the utility's demarcation point "
            f"({', '.join(decision.demarcations)}): its class claim ends before it."
        )
    _parts(decision, names, zh, en)
    _districts(decision, names, zh, en)
    _bodies(decision, names, zh, en)
    if decision.margin_m is not None:
        zh.append(f"距最近的、会改变答案的边界{decision.margin_m:.1f}米。")
        en.append(
            f"The nearest boundary that would change this answer is {decision.margin_m:.1f} m away."
        )
    return {ZH: "".join(zh), EN: " ".join(en)}


def _heads(decision: Decision, names: Names) -> tuple[list[str], list[str]]:
    """The first sentence: who, or why nobody."""
    role_zh, role_en = _ROLES.get(decision.role, (decision.role, decision.role))
    finding = decision.finding
    who = names.of(finding.organization)
    because = RULE_NAMES.get(finding.rule) if finding.rule else None
    match decision.outcome:
        case Outcome.SETTLED if because:
            return (
                [f"已明确：{who}负责（{role_zh}），依据是{because[0]}（规则{finding.rule}）。"],
                [f"Settled: {who} answers as {role_en}, by {because[1]} (rule {finding.rule})."],
            )
        case Outcome.PRESUMED if because:
            return (
                [f"推定：{who}负责（{role_zh}），依据是{because[0]}（规则{finding.rule}）。"],
                [f"Presumed: {who} answers as {role_en}, by {because[1]} (rule {finding.rule})."],
            )
        case Outcome.CONTESTED:
            bodies = sorted({c.organization for c in finding.speaking})
            return (
                [
                    f"有争议：{'、'.join(map(names.of, bodies))}之间的主张互相冲突，无一方可径行认定。"
                ],
                [
                    "Contested: the claims on "
                    f"{' and '.join(map(names.of, bodies))} conflict; none prevails."
                    if len(bodies) > 1
                    else f"Contested: only an unproven claim points to {names.of(bodies[0])}."
                ],
            )
        case Outcome.UNOWNED:
            return (
                ["无主：没有任何记录指明此处由谁负责。"],
                ["Unowned: no record says who answers here."],
            )
        case Outcome.UNCERTAIN:
            parts = [(names.of(s.organization), s.share) for s in decision.shares]
            zh = "、".join(f"{name or '无责任单位'} {share:.0%}" for name, share in parts)
            en = ", ".join(f"{name or 'nobody'} {share:.0%}" for name, share in parts)
            return (
                [f"位置不够精确：误差范围跨越不同的责任单位（{zh}），请核实位置。"],
                [f"Uncertain: the accuracy circle reaches other answers ({en}); check the place."],
            )
        case Outcome.OUTSIDE:
            return (["此处不在本市范围内。"], ["This place is outside the city."])
        case _:
            return (
                ["判定过程出现故障，须由人工处理；系统不会指定默认责任单位。"],
                ["The decision failed on the way; a person must decide. No default body is named."],
            )


def _claim(claim: Claim, names: Names) -> tuple[str, str]:
    """One claim that speaks, with its paper and its day."""
    zh_rule, en_rule = RULE_NAMES[claim.rule]
    who = names.of(claim.organization)
    since = names.day(claim.valid_from)
    zh = f"{who}：{zh_rule}（{claim.source_code}）"
    en = f"{who}: {en_rule} ({claim.source_code})"
    if claim.agreed:
        zh += "，双方协议"
        en += ", agreed by both sides"
    if claim.via:
        zh += f"，按其上级设施{claim.via}的登记"
        en += f", by the record of {claim.via}, on which it hangs"
    if claim.document:
        zh += f"，文件“{claim.document}”"
        en += f", document “{claim.document}”"
    elif claim.rule in {Rule.DE_FACTO_UPKEEP, Rule.OWNERSHIP_AREA, Rule.RED_LINE}:
        zh += "，无文件佐证"
        en += ", without a document"
    if since:
        zh += f"，自{since}起"
        en += f", since {since}"
    return zh + "。", en + "."


def _parts(decision: Decision, names: Names, zh: list[str], en: list[str]) -> None:
    """Who answers for which stretch of a line or piece of a polygon, where that is not said already."""
    told = [_part(part, names) for part in decision.parts]
    if len(told) == 1:
        only = decision.parts[0]
        if (only.outcome, only.organization) != (decision.outcome, decision.responsible):
            zh.append(f"沿线：{told[0][0]}。")
            en.append(f"Along it: {told[0][1]}.")
    if len(told) < 2:
        return
    zh.append(f"所问范围分为{len(told)}段：{'；'.join(words for words, _ in told)}。")
    en.append(f"What is asked about has {len(told)} parts: {'; '.join(w for _, w in told)}.")


def _part(part: Part, names: Names) -> tuple[str, str]:
    unit_zh, unit_en = ("平方米", "m²") if get_dimensions(part.shape) == 2 else ("米", "m")
    zh = f"{part.measure:.0f}{unit_zh}（{part.share:.0%}）"
    en = f"{part.measure:.0f} {unit_en} ({part.share:.0%}) "
    if part.organization:
        zh += f"由{names.of(part.organization)}负责"
        en += names.of(part.organization)
    elif part.between:
        zh += f"在{'、'.join(map(names.of, part.between))}之间有争议"
        en += f"contested between {' and '.join(map(names.of, part.between))}"
    else:
        word_zh, word_en = NOBODY.get(part.outcome, ("无法判定", "undetermined"))
        zh += word_zh
        en += word_en
    if part.facilities:
        zh += f"，设施{len(part.facilities)}处"
        en += (
            f", {len(part.facilities)} facilities" if len(part.facilities) > 1 else ", one facility"
        )
    return zh, en


def _districts(decision: Decision, names: Names, zh: list[str], en: list[str]) -> None:
    """Ground of several districts is for the level above them."""
    if len(decision.districts) < 2:
        return
    upper = names.of(decision.upper)
    zh.append(
        f"涉及{len(decision.districts)}个区县（{'、'.join(decision.districts)}），"
        + (f"提请{upper}协调。" if upper else "提请上级协调。")
    )
    en.append(
        f"It touches {len(decision.districts)} districts ({', '.join(decision.districts)}): "
        f"{upper or 'the level above'} coordinates."
    )


def _bodies(decision: Decision, names: Names, zh: list[str], en: list[str]) -> None:
    """Who acts meanwhile, and where a case is sent."""
    nobody = decision.responsible is None and decision.outcome != Outcome.OUTSIDE
    if nobody and decision.custodian:
        zh.append(f"在明确之前由{names.of(decision.custodian)}代管先行处置。")
        en.append(f"Until this is settled {names.of(decision.custodian)} acts as custodian.")
    if decision.dispatch_to and decision.dispatch_to != decision.responsible:
        zh.append(f"案件派往{names.of(decision.dispatch_to)}。")
        en.append(f"A case goes to {names.of(decision.dispatch_to)}.")
    if decision.dispatch_to is None and decision.outcome != Outcome.OUTSIDE:
        zh.append("平台上没有可接收案件且有值班联系方式的单位，由派遣员指定。")
        en.append("No body with a duty contact can receive the case; the desk must name one.")
