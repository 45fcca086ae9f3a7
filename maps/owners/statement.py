"""What is, and is not, on record about the handover of one facility, in words, with dates. Pure.

"Never handed over" cannot be shown as a paper. What can be shown is what the ledger holds on a day,
and that nothing in it passes the facility on.
"""

from dataclasses import dataclass
from datetime import date, datetime

SIGNED = ("signed", "in_warranty", "in_service")
KINDS = {
    "signed": ("双方签署移交", "ordinary handover"),
    "minutes": ("会议纪要移交", "handover by minutes"),
    "de_facto": ("事实移交", "de facto handover"),
}
ROLES = {
    "owner": ("权属单位", "owner"),
    "maintainer": ("养护单位", "maintainer"),
    "payer": ("付费单位", "payer"),
    "builder": ("建设单位", "builder"),
    "authority": ("主管部门", "authority"),
}


@dataclass(frozen=True)
class Paper:
    """A handover that names the facility."""

    code: str
    kind: str
    state: str
    words: tuple[str, str]
    giver: str
    receiver: str
    signed_on: date | None
    effective_on: date | None
    document: str
    reason: str = ""

    @property
    def proves(self) -> bool:
        """Signed, and with a paper to show."""
        return self.state in SIGNED and self.document != ""


@dataclass(frozen=True)
class Registered:
    """Who is registered in which role, by what, since when."""

    role: str
    organization: str
    document: str
    since: datetime | None


Words = dict[str, list[str]]


def statement(
    code: str, papers: list[Paper], parties: list[Registered], *, at: datetime, version: int
) -> Words:
    """The sentences, in both languages; `at` in city time."""
    said = _Said()
    day = f"{at:%Y-%m-%d %H:%M}"
    if papers:
        said.add(
            f"截至 {day}（底册版本 {version}），移交台账中有 {len(papers)} 件记录提到部件 {code}：",
            f"As of {day} (ground version {version}) the ledger of handovers names facility {code} in "
            f"{len(papers)} {'entry' if len(papers) == 1 else 'entries'}:",
        )
        for paper in papers:
            said.add(*_of_paper(paper))
    else:
        said.add(
            f"截至 {day}（底册版本 {version}），移交台账中没有任何移交书、会议纪要或事实移交主张提到部件 {code}。",
            f"As of {day} (ground version {version}) no signed handover, no minutes and no claim of a "
            f"de facto handover in the ledger names facility {code}.",
        )
    if not any(paper.proves for paper in papers):
        said.add(
            "没有任何一件既已签署又附有文件，因此不能证明本部件已经移交。",
            "None is both signed and documented: nothing proves that this facility was handed over.",
        )
    builder = next((one for one in parties if one.role == "builder"), None)
    if builder and not any(paper.proves for paper in papers):
        said.add(
            f"登记有建设单位{builder.organization}而无签署移交，推定仍由其负责。",
            f"A builder is on record, {builder.organization}, and no signed handover: it is presumed "
            "to answer still.",
        )
    for one in parties:
        said.add(*_of_party(one))
    if not parties:
        said.add("没有登记任何责任单位。", "No responsible body is registered.")
    return said.words


class _Said:
    def __init__(self) -> None:
        self.words: Words = {"zh-Hans": [], "en": []}

    def add(self, chinese: str, english: str) -> None:
        self.words["zh-Hans"].append(chinese)
        self.words["en"].append(english)


def _of_paper(paper: Paper) -> tuple[str, str]:
    kind = KINDS.get(paper.kind, (paper.kind, paper.kind))
    giver, receiver = paper.giver or "移出单位未登记", paper.receiver or "接收单位未登记"
    chinese = [f"{paper.code}，{kind[0]}，{giver} → {receiver}，{paper.words[0]}"]
    english = [
        f"{paper.code}, {kind[1]}, {paper.giver or 'giver not on record'} → "
        f"{paper.receiver or 'receiver not on record'}, {paper.words[1]}"
    ]
    chinese.append(f"{paper.signed_on} 签署" if paper.signed_on else "没有签署日期")
    english.append(f"signed on {paper.signed_on}" if paper.signed_on else "no date of signature")
    if paper.effective_on:
        verb = ("生效", "effective") if paper.state in SIGNED else ("主张生效", "claimed from")
        chinese.append(f"{paper.effective_on} {verb[0]}")
        english.append(f"{verb[1]} {paper.effective_on}")
    chinese.append(f"文件：{paper.document}" if paper.document else "没有文件")
    english.append(f"paper: {paper.document}" if paper.document else "no paper on record")
    if paper.reason:
        chinese.append(f"理由：{paper.reason.rstrip('。')}")
        english.append(f"reason: {paper.reason.rstrip('。.')}")
    elif paper.state == "refused":
        chinese.append("台账没有写明拒收理由")
        english.append("the ledger states no reason for the refusal")
    return "，".join(chinese) + "。", ", ".join(english) + "."


def _of_party(one: Registered) -> tuple[str, str]:
    role = ROLES.get(one.role, (one.role, one.role))
    since = f"{one.since:%Y-%m-%d}" if one.since else ""
    return (
        f"登记的{role[0]}：{one.organization}（{one.document or '没有文件'}"
        f"{f'，自 {since} 起' if since else ''}）。",
        f"Registered {role[1]}: {one.organization} ({one.document or 'no paper on record'}"
        f"{f', since {since}' if since else ''}).",
    )
