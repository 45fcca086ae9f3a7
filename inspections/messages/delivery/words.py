"""The words of messages, in two languages. Plain text in, plain text out; no Django, no personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("zh-Hans", "en")


@dataclass(frozen=True)
class Words:
    """Head and sentence of one kind of message."""

    name: str
    zh: str
    en_name: str
    en: str


# {what}: the category; {body}: who has it; {due}: until when; {code}: of the report; {number}: of the case.
CITIZEN = {
    "received": Words(
        "已收到",
        "您反映的{what}已收到，查询码 {code}。",
        "Received",
        "Your report ({what}) was received; tracking code {code}.",
    ),
    "verified": Words(
        "已核实",
        "您反映的{what}已核实，即将立案。",
        "Verified",
        "Your report ({what}) was looked at and will be filed.",
    ),
    "filed": Words(
        "已立案",
        "您反映的{what}已立案{until}。",
        "Filed",
        "Your report ({what}) was filed{until}.",
    ),
    "dispatched": Words(
        "已派出",
        "您反映的{what}已派给{body}{until}。",
        "Sent",
        "Your report ({what}) was sent to {body}{until}.",
    ),
    "reassigned": Words(
        "已改派",
        "您反映的{what}改由{body}处理{until}。",
        "Sent to another body",
        "Your report ({what}) is now with {body}{until}.",
    ),
    "accepted": Words(
        "正在处理",
        "{body}已受理您反映的{what}，正在处理。",
        "Being worked on",
        "{body} has accepted your report ({what}) and is working on it.",
    ),
    "handled": Words(
        "已处理，待核查",
        "{body}报告您反映的{what}已处理，将由其他单位的人到现场核查。",
        "Done, to be checked",
        "{body} says that your report ({what}) is dealt with; somebody of another body will check it.",
    ),
    "checked": Words(
        "已核查",
        "您反映的{what}已通过现场核查。",
        "Checked",
        "Your report ({what}) was checked on the spot.",
    ),
    "rework": Words(
        "退回返工",
        "您反映的{what}没有处理到位，已退回{body}重新处理。",
        "Back for rework",
        "Your report ({what}) is not dealt with yet: it went back to {body}.",
    ),
    "called_back": Words(
        "已回访",
        "感谢您对{what}处理情况的评价。",
        "Called back",
        "Thank you for rating how your report ({what}) was dealt with.",
    ),
    "closed": Words(
        "已结案",
        "您反映的{what}已结案。结果见查询页。",
        "Closed",
        "Your report ({what}) is closed. The result is on its page.",
    ),
    "reopened": Words(
        "重新办理",
        "经回头看，您反映的{what}需要重新办理，已交{body}。",
        "Opened again",
        "Looking back, your report ({what}) needs more work: it is with {body} again.",
    ),
    "archived": Words(
        "已归档", "您反映的{what}已归档。", "Archived", "Your report ({what}) is archived."
    ),
    "declined": Words(
        "不作为案件处理",
        "经查看，您反映的{what}不作为案件处理。如有疑问，请致电 12345。",
        "Not a case",
        "Your report ({what}) is not a case for us. Questions: call 12345.",
    ),
    "answered": Words(
        "已答复",
        "您反映的{what}已有答复，请在查询页查看。",
        "Answered",
        "Your report ({what}) was answered: read it on its page.",
    ),
    "joined": Words(
        "并入同一事项",
        "您反映的{what}与他人反映的是同一件事，已合并办理；查询码不变。",
        "Joined with others",
        "Others reported the same ({what}): it is worked on together; your code stays.",
    ),
    "parted": Words(
        "单独办理",
        "您反映的{what}改为单独办理；查询码不变。",
        "Worked on by itself",
        "Your report ({what}) is worked on by itself again; your code stays.",
    ),
}
BODY = {
    "assigned": Words(
        "新交办",
        "案件 {number}（{what}）已交办贵单位（{part}）{until}。",
        "A case for you",
        "Case {number} ({what}) was given to your body ({part}){until}.",
    ),
    "rework_asked": Words(
        "退回返工",
        "案件 {number}（{what}）未处理到位，请重新处理{until}。",
        "Rework",
        "Case {number} ({what}) is not done: please take it up again{until}.",
    ),
    "urged": Words(
        "催办",
        "案件 {number}（{what}）已催办，请加快处理{until}。",
        "Urged",
        "Case {number} ({what}) is urged: please hurry{until}.",
    ),
    "escalated": Words(
        "提级督办",
        "案件 {number}（{what}）已触发提级，分管领导已收到抄送，请抓紧办理{until}。",
        "Escalated",
        "Case {number} ({what}) was escalated and copied to the leader in charge: please hurry{until}.",
    ),
    "return_decided": Words(
        "退单已决定",
        "案件 {number}（{what}）的退单申请已有决定，请查看。",
        "Return decided",
        "The desk has decided on the return of case {number} ({what}).",
    ),
    "transfer_asked": Words(
        "请答复移交",
        "案件 {number}（{what}）提议移交贵单位，请答复。",
        "A transfer to answer",
        "Another body asks yours to take over case {number} ({what}).",
    ),
    "supervised": Words(
        "督办",
        "案件 {number}（{what}）已被督办，请按期答复。",
        "Supervised",
        "Case {number} ({what}) is under supervision: answer in time.",
    ),
    "extension_decided": Words(
        "延期已决定",
        "案件 {number}（{what}）的延期申请已有决定，请查看。",
        "Extension decided",
        "The desk has decided on more time for case {number} ({what}).",
    ),
    "parking_decided": Words(
        "挂账已决定",
        "案件 {number}（{what}）的挂账申请已有决定，请查看。",
        "Parking decided",
        "The desk has decided on parking case {number} ({what}).",
    ),
    "referred": Words(
        "呈请领办",
        "疑难案件 {number}（{what}）呈请贵单位领导领办。",
        "For a leader",
        "Hard case {number} ({what}) is put before the leader of your body.",
    ),
}
KINDS = CITIZEN | BODY
_NOTHING = {"zh-Hans": "事项", "en": "the matter"}
_UNTIL = {"zh-Hans": "，办理时限 {due}", "en": ", to be done by {due}"}
_PARTS = {
    "lead": {"zh-Hans": "主办", "en": "lead"},
    "assist": {"zh-Hans": "协办", "en": "assist"},
}


def title(kind: str, language: str) -> str:
    """The head of a message; a kind of later days is shown by its name."""
    words = KINDS.get(kind)
    if words is None:
        return kind
    return words.en_name if language == "en" else words.name


def text(kind: str, told: Mapping[str, Any], language: str) -> str:
    """The sentence of a message."""
    words = KINDS.get(kind)
    if words is None:
        return kind
    due = str(told.get("due") or "")
    facts = {
        "what": str(told.get("what") or _NOTHING[language]),
        "body": str(
            told.get("body") or {"zh-Hans": "责任单位", "en": "the body in charge"}[language]
        ),
        "code": str(told.get("code") or ""),
        "number": str(told.get("number") or ""),
        "part": _PARTS.get(str(told.get("part")), {}).get(language, ""),
        "until": _UNTIL[language].format(due=due) if due else "",
    }
    return (words.en if language == "en" else words.zh).format(**facts)
