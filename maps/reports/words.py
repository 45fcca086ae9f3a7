"""The words of the sheets, zh-Hans and English; a table, not sentences glued from pieces."""

from typing import Literal

Language = Literal["zh-Hans", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-Hans", "en")
Pair = tuple[str, str]

TITLE: Pair = ("责任认定单", "Responsibility sheet")

OUTCOMES: dict[str, Pair] = {
    "settled": ("已明确", "Settled"),
    "presumed": ("推定", "Presumed"),
    "contested": ("有争议", "Contested"),
    "unowned": ("无主", "Nobody's"),
    "uncertain": ("位置不确定", "Place uncertain"),
    "outside": ("不在本市", "Outside the city"),
    "undetermined": ("无法判定", "Not determined"),
}

# What an outcome means, for somebody who never heard of rules or claims.
MEANINGS: dict[str, Pair] = {
    "settled": (
        "有签署的文件或裁定，责任单位明确。",
        "A signed paper or a ruling says who answers.",
    ),
    "presumed": (
        "没有签署的移交文件或裁定；按现有记录推定由该单位负责，有相反文件的可以提出异议。",
        "No signed handover or ruling exists; by what is on record this body is presumed to answer. "
        "Whoever holds a paper that says otherwise may object.",
    ),
    "contested": (
        "不同单位的主张互相冲突，尚无人能够认定；在裁定之前由代管单位先行处置。",
        "Claims on different bodies conflict and none prevails; until a ruling the custodian acts.",
    ),
    "unowned": (
        "没有任何记录指明由谁负责；在明确之前由代管单位先行处置。",
        "No record says who answers; until that is settled the custodian acts.",
    ),
    "uncertain": (
        "位置误差跨越了不同的责任范围，需要先核实具体位置。",
        "The position is not exact enough: other bodies answer nearby. The place must be checked first.",
    ),
    "outside": ("该位置不在本市范围内。", "This place is not in the city."),
    "undetermined": (
        "判定过程出现故障，须由人工认定。",
        "The decision failed on the way; a person must decide.",
    ),
}

ROLES: dict[str, Pair] = {
    "owner": ("权属单位", "Owner"),
    "maintainer": ("养护单位", "Maintainer"),
    "builder": ("建设单位", "Builder"),
    "payer": ("付费单位", "Payer"),
    "authority": ("主管部门", "Authority"),
}

STANDINGS: dict[str, Pair] = {
    "speaks": ("据此认定", "decides"),
    "conflicts": ("互相冲突", "in conflict"),
    "agrees": ("结论一致", "agrees"),
    "dissents": ("不同主张", "dissents"),
    "overridden": ("效力在后", "overridden"),
}

SOURCES: dict[str, Pair] = {
    "precedent": ("裁定", "ruling"),
    "handover": ("移交", "handover"),
    "project": ("建设项目", "project"),
    "party": ("登记", "register"),
    "upkeep": ("管养记录", "upkeep record"),
    "duty": ("权责清单", "catalogue"),
    "red_line": ("红线", "red line"),
    "ownership_area": ("权属范围", "ownership area"),
    "agreement": ("交界协议", "border agreement"),
}

ACTS: dict[str, Pair] = {
    "file": ("立案", "Filed"),
    "dispatch": ("派遣", "Dispatched"),
    "reassign": ("改派", "Reassigned"),
    "keep_body": ("地面变更后留在原单位", "Kept after the ground changed"),
}

LABELS: dict[str, Pair] = {
    "place": ("位置", "Place"),
    "facility": ("部件", "Facility"),
    "category": ("类别", "Category"),
    "case": ("案件", "Case"),
    "at": ("认定时点", "As of"),
    "known": ("依据底册", "Ground known"),
    "cell": ("单元网格", "Grid cell"),
    "accuracy": ("位置误差", "Accuracy"),
    "any_category": ("不限类别", "any"),
    "who": ("由谁负责", "Who answers"),
    "nobody": ("尚无责任单位", "No body answers yet"),
    "as_role": ("责任角色", "Role"),
    "custodian": ("代管单位", "Custodian"),
    "dispatch_to": ("案件派往", "A case goes to"),
    "supervisor": ("行业主管", "Supervisor"),
    "why": ("为什么", "Why"),
    "margin": ("距会改变结论的边界", "To the next boundary that changes it"),
    "shares": ("误差范围内各单位占比", "Shares of the accuracy circle"),
    "claims": ("各方主张与文件", "Claims and their papers"),
    "no_claims": ("没有任何记录对此处提出主张。", "No record makes a claim here."),
    "number": ("图号", "No."),
    "rule": ("规则", "Rule"),
    "organization": ("单位", "Body"),
    "document": ("文件", "Paper"),
    "no_document": ("无文件", "no paper"),
    "since": ("有效期", "Valid"),
    "standing": ("效力", "Standing"),
    "more_claims": ("另有 {n} 项主张未列出。", "{n} more claims are not listed."),
    "roles": ("四种角色分别由谁承担", "Who answers in each role"),
    "parts": ("分段认定", "Parts"),
    "things": ("部件 {n} 个，如 {first}", "{n} facilities, such as {first}"),
    "more_parts": ("另有 {n} 段未列出。", "{n} more parts are not listed."),
    "decided": ("由谁认定", "Who decided"),
    "by_rules": (
        "由系统按规则第 {edition} 版，依据底册第 {version} 版作出；该版底册由 {by} 于 {on} 发布，{approver} 审定。",
        "Given by the rules, edition {edition}, on ground version {version}, which {by} published on "
        "{on}, approved by {approver}.",
    ),
    "no_version": (
        "由系统按规则第 {edition} 版作出；尚未载入任何底册。",
        "Given by the rules, edition {edition}; no ground has been loaded yet.",
    ),
    "stored": (
        "认定编号 {number}，存于 {at}，事后可原样重现。",
        "Verdict {number}, kept since {at}; it can be given again as it was.",
    ),
    "printed": ("由 {user} 打印于 {at}", "Printed by {user} on {at}"),
    "objection": (
        "对本认定有异议的，请携带移交书、会议纪要、裁定或养护凭据向指挥中心提出；有新文件的，底册更正后将重新认定。",
        "Whoever disagrees brings a handover, minutes, a ruling or proof of upkeep to the command "
        "centre; once the ground is corrected the place is decided anew.",
    ),
    "cross_district": (
        "跨区域：涉及{districts}，由上一级协调。",
        "Cross-district: {districts}; the level above coordinates.",
    ),
    "always": ("不限", "always"),
    "from": ("自 {a}", "from {a}"),
    "until": ("至 {b}", "until {b}"),
    "between": ("{a} 至 {b}", "{a} to {b}"),
    "legend_speaks": ("据此认定的范围", "ground that decides"),
    "legend_other": ("其他主张的范围", "other claims"),
    "legend_thing": ("部件", "facility"),
    "legend_circle": ("位置误差", "accuracy"),
    "metres": ("{n} 米", "{n} m"),
}


def word(pair: Pair, language: Language) -> str:
    """One of a pair."""
    return pair[LANGUAGES.index(language)]


def words_of(table: dict[str, Pair], language: Language) -> dict[str, str]:
    """A table in one language."""
    return {key: word(pair, language) for key, pair in table.items()}
