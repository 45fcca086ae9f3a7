"""Where a report stands, in plain words: steps done and to come, who has it, until when, what came of it.

No case number, no name of staff, no note written inside; the code alone leads here.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from grid.jurisdiction.models import Outcome
from inspections.cases.models import Case, CaseState
from inspections.cases.queries import needs_callback, needs_verification
from inspections.requests.models import CODE_LENGTH, Nature, ServiceRequest
from inspections.requests.privacy import without_numbers
from maps.public import queries

SHOWN_IN = (4, 4, 5)  # a code is told in groups

_ORDER = [
    CaseState.REPORTED,
    CaseState.VERIFIED,
    CaseState.FILED,
    CaseState.DISPATCHED,
    CaseState.ACCEPTED,
    CaseState.HANDLED,
    CaseState.CHECKED,
    CaseState.CALLED_BACK,
    CaseState.CLOSED,
    CaseState.ARCHIVED,
]


@dataclass(frozen=True)
class Step:
    """One step of the way: done at, being done now, or still to come."""

    name: str
    at: datetime | None = None
    done: bool = False
    now: bool = False


@dataclass(frozen=True)
class Status:
    """All that the page of a tracking code tells. `mood` colours it: going, done, ended."""

    code: str
    head: str
    words: str
    mood: str
    reported_at: datetime
    category: str = ""
    steps: list[Step] = field(default_factory=list)
    handler: str = ""
    honest: str = ""
    joined: bool = False  # others have reported the same matter, and it is worked on as one
    due_at: datetime | None = None
    due_later: bool = False  # the limit is known when it is filed
    overdue: bool = False
    provisional: bool = False
    answer: str = ""
    answered_at: datetime | None = None
    said: str = ""
    photos: list[queries.Photo] = field(default_factory=list)
    messages: list[queries.Told] = field(default_factory=list)


def normal_code(text: str) -> str:
    """A code as people type it: case, blanks and hyphens make no difference."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isalnum())[:64]


def shown_code(code: str) -> str:
    """A code in groups, as it is read out."""
    if len(code) != CODE_LENGTH:
        return code
    parts, start = [], 0
    for length in SHOWN_IN:
        parts.append(code[start : start + length])
        start += length
    return "-".join(parts)


def status_of(request: ServiceRequest, now: datetime) -> Status:
    """The public way of a request."""
    case = queries.case_of(request)
    category = (case.category if case else None) or request.category
    told: dict[str, Any] = {
        "code": shown_code(request.tracking_code),
        "reported_at": request.reported_at,
        "category": category.name if category else "",
        "said": queries.words_released(request),
        "photos": queries.photos_released(request, case),
        "messages": queries.messages_of(request),
    }
    answered = queries.answer_at_desk(request)
    if case is None:
        return _at_desk(request, told, answered.text if answered else "", answered)
    lead = queries.lead_ever(case)
    body = lead.organization.name if lead else ""
    head, words, mood = _state(case, body)
    ended = case.is_ended
    answer = case.answer or (answered.text if answered else "")
    return Status(
        **told,
        head=head,
        words=words,
        mood=mood,
        steps=_steps(request, case, lead.accepted_at if lead else None),
        handler=body if not ended else "",
        honest="" if ended else _honest(case),
        joined=queries.is_joined(request, case),
        due_at=None if ended else case.resolve_by,
        due_later=not ended and case.filed_at is None,
        overdue=bool(not ended and case.resolve_by and case.resolve_by < now),
        provisional=case.deadlines_provisional,
        answer=without_numbers(answer),
        answered_at=case.closed_at if case.answer else (answered.answered_at if answered else None),
    )


def _at_desk(request: ServiceRequest, told: dict[str, Any], answer: str, answered: Any) -> Status:
    """A request without a case: the desk answers it."""
    steps = [
        Step(_("已收到"), request.recorded_at, done=True),
        Step(_("已答复"), answered.answered_at, done=True)
        if answered
        else Step(_("答复"), now=True),
    ]
    if answered:
        head, words, mood = _("已答复"), _("工作人员的答复在下方。"), "done"
    elif request.nature in {Nature.ENQUIRY, Nature.PRAISE}:
        head, words, mood = _("等待答复"), _("已收到，工作人员会在这里答复您。"), "going"
    elif request.place is None:
        head, mood = _("已收到"), "going"
        words = _("还不知道具体位置，工作人员会设法核实；留有电话的会联系您。")
    else:
        head, mood = _("已收到"), "going"
        words = _("工作人员正在查看，处理情况会显示在这里。")
    return Status(
        **told,
        head=head,
        words=words,
        mood=mood,
        steps=steps,
        answer=without_numbers(answer),
        answered_at=answered.answered_at if answered else None,
    )


def _state(case: Case, body: str) -> tuple[str, str, str]:
    """Head, sentence and mood of a case."""
    match case.state:
        case CaseState.REPORTED if needs_verification(case):
            return _("已收到"), _("我们会先派人到现场核实，再交给负责的单位。"), "going"
        case CaseState.REPORTED | CaseState.VERIFIED:
            return _("已收到"), _("正在立案，随后确定由哪个单位处理。"), "going"
        case CaseState.FILED:
            return _("已立案"), _("正在派给处理单位。"), "going"
        case CaseState.DISPATCHED:
            return _("已派出"), _("已派给%(body)s，等待其受理。") % {"body": body}, "going"
        case CaseState.ACCEPTED:
            return _("正在处理"), _("%(body)s正在处理。") % {"body": body}, "going"
        case CaseState.HANDLED:
            words = _("%(body)s报告已处理，将由其他单位的人到现场核查。")
            return _("已处理，待核查"), words % {"body": body}, "going"
        case CaseState.CHECKED | CaseState.CALLED_BACK:
            return _("已核查"), _("现场核查已通过，即将结案。"), "going"
        case CaseState.CLOSED | CaseState.ARCHIVED if case.solved is False:
            words = _("案件已经结束，但问题没有完全解决。您可以再次上报。")
            return _("已结案，未完全解决"), words, "ended"
        case CaseState.CLOSED | CaseState.ARCHIVED:
            return _("已解决"), _("经现场核查，问题已经解决。谢谢您！"), "done"
        case CaseState.ANSWERED:
            return _("已答复"), _("工作人员的答复在下方。"), "done"
        case _:
            words = _("经查看，这件事不作为案件处理。如有疑问，请致电 12345。")
            return _("不作为案件处理"), words, "ended"


def _honest(case: Case) -> str:
    """Where nobody is known to answer, this is said, and who acts meanwhile."""
    if case.verdict is None:
        return ""
    custodian = (case.verdict.answer.get("custodian") or {}).get("name", "")
    meanwhile = (
        _("在明确之前，由%(body)s先行处置。") % {"body": custodian}
        if custodian
        else _("在明确之前，由指挥中心指定单位先行处置。")
    )
    match case.verdict.outcome:
        case Outcome.UNOWNED:
            return _("目前还没有单位对这里负责，我们正在确定责任单位。") + meanwhile
        case Outcome.CONTESTED:
            return _("几个单位对这里由谁负责说法不一，正在裁定。") + meanwhile
        case Outcome.UNCERTAIN | Outcome.UNDETERMINED:
            return _("由谁负责还需要人工核定。") + meanwhile
    return ""


def _steps(request: ServiceRequest, case: Case, accepted_at: datetime | None) -> list[Step]:
    """The way of the case, from what it has passed to what is still to come."""
    received = Step(_("已收到"), request.recorded_at, done=True)
    match case.state:
        case CaseState.DECLINED:
            return [received, Step(_("不作为案件处理"), case.closed_at, done=True)]
        case CaseState.ANSWERED:
            return [received, Step(_("已答复"), case.closed_at, done=True)]
    reached = _ORDER.index(CaseState(case.state))
    way: list[tuple[CaseState, str, datetime | None]] = [
        (CaseState.FILED, _("立案"), case.filed_at),
        (CaseState.DISPATCHED, _("派给处理单位"), case.dispatched_at),
        (CaseState.ACCEPTED, _("受理"), accepted_at),
        (CaseState.HANDLED, _("处理完毕"), case.handled_at),
        (CaseState.CHECKED, _("现场核查"), case.checked_at),
        (CaseState.CLOSED, _("结案"), case.closed_at),
    ]
    if case.verified_at or needs_verification(case):
        way.insert(0, (CaseState.VERIFIED, _("现场核实"), case.verified_at))
    if case.called_back_at or (not case.is_ended and needs_callback(case)):
        way.insert(-1, (CaseState.CALLED_BACK, _("电话回访"), case.called_back_at))
    steps, waiting = [received], True
    for state, name, at in way:
        done = _ORDER.index(state) <= reached
        steps.append(Step(name, at if done else None, done, now=not done and waiting))
        waiting = waiting and done
    return steps
