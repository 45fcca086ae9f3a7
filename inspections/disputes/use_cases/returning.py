"""A body asks the desk to take a case back (退单); the desk grants or refuses; the clocks run on."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from core.audit import emit
from core.errors import DomainError, Invalid, NotPermitted, WrongState
from core.models import User
from core.workflow import perform
from grid.evidence.models import Evidence
from grid.evidence.queries import evidence_of
from grid.organizations.models import Organization
from inspections.cases.models import Assignment, AssignmentKind, Case
from inspections.cases.queries import bodies_named, subject
from inspections.cases.use_cases import reassign_case
from inspections.cases.use_cases.assignments import release_part
from inspections.cases.use_cases.moving import hold
from inspections.disputes.models import (
    DisputeCause,
    Grounds,
    ReturnPending,
    ReturnRequest,
    ReturnState,
)
from inspections.disputes.queries import (
    appeal_window_ends,
    appealable,
    city_time,
    handles_for,
    open_returns,
    receivers_part,
    return_window_ends,
    taken_by_consent,
    times_returned,
    to_be_decided_by,
)
from inspections.disputes.use_cases.disputing import dispute_if_denied, open_dispute
from inspections.disputes.use_cases.holding import must_be_sent
from inspections.joint.marks.use_cases import note_going_round

ENDED_BY_RETURN = "return_granted"  # how an assignment ends without fault, by the desk's mistake


class ReturnTooLate(DomainError):
    """A return could be asked until {until}; silence was acceptance. You may still propose a transfer."""

    status = 409
    zh = "退单须在 {until} 前提出；逾期未提即视为受理。仍可提议移交（propose_transfer）。"


class AppealTooLate(DomainError):
    """An appeal was possible until {until}; the desk's decision stands."""

    status = 409
    zh = "申诉须在 {until} 前提出；逾期以派遣中心的决定为准。"


class AskedBefore(DomainError):
    """Your body asked to return this already, and the desk has decided; appeal if you must."""

    status = 409
    zh = "贵单位已申请过退单，派遣中心已作出决定；如有异议请申诉（appeal_return）。"


class TakenByConsent(DomainError):
    """Your body agreed to take this case over: it cannot be returned. You may propose a transfer."""

    status = 409
    zh = "本案系贵单位同意接收的移交，不能退单；可以提议移交（propose_transfer）。"


class NoReturnAsked(WrongState):
    """There is no return request to be acted upon: it was decided, withdrawn, or never asked."""

    zh = "没有可办理的退单申请：已决定、已撤回或从未提出。"


class SeveralReturns(Invalid):
    """Several bodies ask to return this: name one in 'organization' ({bodies})."""

    zh = "有多家单位申请退单：请在 organization 中指定一家（{bodies}）。"


class ReceiverNeeded(Invalid):
    """Name in 'to' the body that shall have it now: the verdict names the one that returns it, or none."""

    zh = "请在 to 中指定改派单位：判定未给出其他单位。"


class NotTheSame(Invalid):
    """It cannot go to the body that returns it."""

    zh = "不能改派给申请退单的单位。"


class NotItsEvidence(Invalid):
    """This is no evidence of this case: {evidence}. Add it to the case first."""

    zh = "下列不是本案的证据：{evidence}。请先添加到本案。"


def request_return(
    case: Case,
    *,
    actor: User,
    grounds: Grounds,
    reason: str,
    to: Organization | None = None,
    evidence: Sequence[int] = (),
    base_version: int | None = None,
) -> Case:
    """The body that received it asks the desk to take it back, in time and with grounds.

    It stays accountable and its clocks run on. Two bodies that deny their duty make a dispute.
    """
    with transaction.atomic():
        case = hold(case, base_version)
        part = receivers_part(case, actor)
        if part is None:
            raise NotPermitted
        must_be_sent(case, "request_return")
        _must_be_askable(part)
        if to == part.organization:
            raise NotTheSame
        now = timezone.now()
        asked = perform(
            ReturnRequest(
                case=case,
                assignment=part,
                organization=part.organization,
                grounds=grounds,
                reason=reason,
                proposed_to=to,
                asked_at=now,
                asked_by=actor,
                window_ended_at=return_window_ends(part),
                decide_by=to_be_decided_by(now),
            ),
            "request_return",
            actor=actor,
            reason=reason,
            details={"case": case.number, "grounds": grounds},
        )
        asked.evidence.set(_evidence(case, evidence))
        emit(kind="return_requested", subject=case)
        note_going_round(case, act="request_return", returns=times_returned(case))
        dispute_if_denied(case, actor)
    return case


def askable(part: Assignment) -> bool:
    """Whether a return of this part can be asked now."""
    try:
        _must_be_askable(part)
    except DomainError:
        return False
    return True


def _must_be_askable(part: Assignment) -> None:
    if taken_by_consent(part):
        raise TakenByConsent
    before = ReturnRequest.objects.filter(assignment=part).exclude(state=ReturnState.WITHDRAWN)
    last = before.order_by("-id").first()
    if last is not None:
        raise ReturnPending if last.state == ReturnState.ASKED else AskedBefore
    until = return_window_ends(part)
    if timezone.now() > until:
        raise ReturnTooLate(until=city_time(until))


def _evidence(case: Case, asked: Sequence[int]) -> list[Evidence]:
    known = {row.pk: row for row in evidence_of(subject(case))} if asked else {}
    if unknown := sorted(set(asked) - set(known)):
        raise NotItsEvidence(evidence=unknown)
    return [known[key] for key in dict.fromkeys(asked)]


def withdraw_return(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that asked keeps the case after all."""
    with transaction.atomic():
        case = hold(case, base_version)
        asked = _waiting(case, actor)
        perform(asked, "withdraw_return", actor=actor, reason=reason, changes=_decided(actor))
        emit(kind="return_withdrawn", subject=case)
    return case


def grant_return(
    case: Case,
    *,
    actor: User,
    reason: str,
    to: Organization | None = None,
    organization: Organization | None = None,
    base_version: int | None = None,
) -> Case:
    """The desk takes it back: its part ends without fault, a wrong dispatch of the desk.

    The case of the body that leads goes to `to`, else to whom the body named, else to the verdict's;
    a co-receiver is released. `organization`: whose request, where several have asked.
    """
    with transaction.atomic():
        case = hold(case, base_version)
        asked = _of(case, organization)
        leads = asked.assignment.kind == AssignmentKind.LEAD
        receiver = _receiver(case, asked, to) if leads else None
        perform(
            asked,
            "grant_return",
            actor=actor,
            reason=reason,
            changes={**_decided(actor), "decision": reason, "granted_to": receiver},
            details={"case": case.number, "to": receiver.code if receiver else None},
        )
        if receiver is None:
            case = release_part(asked.assignment, actor=actor, end_reason=ENDED_BY_RETURN)
        else:
            case = reassign_case(
                case, actor=actor, reason=reason, to=receiver, end_reason=ENDED_BY_RETURN
            )
        emit(kind="return_decided", subject=case)
    return case


def refuse_return(
    case: Case,
    *,
    actor: User,
    reason: str,
    organization: Organization | None = None,
    base_version: int | None = None,
) -> Case:
    """The desk leaves it where it is, with the reason; the clocks have run on."""
    with transaction.atomic():
        case = hold(case, base_version)
        asked = _of(case, organization)
        perform(
            asked,
            "refuse_return",
            actor=actor,
            reason=reason,
            changes={**_decided(actor), "decision": reason},
            details={"case": case.number},
        )
        emit(kind="return_decided", subject=case)
    return case


def appeal_return(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """The body does not accept the refusal: the case is in dispute from now on (F6); it keeps it meanwhile."""
    with transaction.atomic():
        case = hold(case, base_version)
        must_be_sent(case, "appeal_return")
        asked = refused_return(case, actor)
        if asked is None:
            raise NoReturnAsked
        if not appealable(asked):
            raise AppealTooLate(until=city_time(appeal_window_ends(asked)))
        perform(
            asked,
            "appeal_return",
            actor=actor,
            reason=reason,
            changes={"appeal": reason},
            details={"case": case.number},
        )
        dispute = open_dispute(case, DisputeCause.APPEAL, actor=actor)
        dispute.denials.add(asked)
    return case


def refused_return(case: Case, actor: User) -> ReturnRequest | None:
    """The refused request of the actor's body, while it has the case."""
    refused = ReturnRequest.objects.filter(
        case=case, state=ReturnState.REFUSED, assignment__ended_at__isnull=True
    )
    own = [one for one in refused.order_by("-id") if handles_for(actor, one.organization_id)]
    return own[0] if own else None


def _decided(actor: User) -> dict[str, object]:
    return {"decided_at": timezone.now(), "decided_by": actor}


def _waiting(case: Case, actor: User) -> ReturnRequest:
    """The request of the actor's own body; else any (and the permission says no)."""
    waiting = list(open_returns(case))
    own = [asked for asked in waiting if handles_for(actor, asked.organization_id)]
    if not waiting:
        raise NoReturnAsked
    return (own or waiting)[0]


def _of(case: Case, organization: Organization | None) -> ReturnRequest:
    """The one request that waits, or that of the named body."""
    waiting = list(open_returns(case))
    if organization is not None:
        waiting = [asked for asked in waiting if asked.organization_id == organization.pk]
    if not waiting:
        raise NoReturnAsked
    if len(waiting) > 1:
        raise SeveralReturns(bodies=[asked.organization.code for asked in waiting])
    return waiting[0]


def _receiver(case: Case, asked: ReturnRequest, to: Organization | None) -> Organization:
    """Who shall have it now; raises ReceiverNeeded, NotTheSame."""
    if to == asked.organization:
        raise NotTheSame
    receiver = to or asked.proposed_to
    if receiver is None:
        named = (case.verdict.answer.get("dispatch_to") or {}) if case.verdict else {}
        receiver = bodies_named([named.get("code", "")]).get(named.get("code", ""))
    if receiver is None or receiver == asked.organization:
        raise ReceiverNeeded
    return receiver
