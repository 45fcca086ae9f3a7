"""The desk sends a case (派遣), sends it elsewhere (改派), urges (催办); a body takes it over by consent (移交)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError, Invalid
from core.models import User
from core.workflow import perform
from grid.organizations.models import Organization
from inspections.calendar.queries import deadline_for, work_calendar
from inspections.cases.limits import arrive_by, arrive_target
from inspections.cases.models import Assignment, AssignmentKind, Case
from inspections.cases.queries import limit_for
from inspections.cases.receivers import (
    Receivers,
    Sending,
    named_by_verdict,
    nothing_against,
    receivers_of,
)
from inspections.cases.use_cases.moving import followed, latest, move
from inspections.cases.use_cases.redeciding import UNMARKED

THERE = {"arrive_by": None, "arrive_target_at": None}  # who was there need not come again


class NoReceiver(DomainError):
    """Nobody to send it to ({outcome}): the verdict names no body with a duty contact. Name one in 'to', with a reason."""

    status = 409
    zh = "无可派遣单位（{outcome}）：判定未给出有值班联系方式的单位。请在 to 中指定单位并说明理由。"


class OverrideNeedsReason(Invalid):
    """The verdict says {verdict}; to send the case to {to} instead, say why in 'reason'."""

    zh = "判定的派遣单位为 {verdict}；改派 {to} 必须在 reason 中说明理由。"


class AssistsAlready(DomainError):
    """{to} has this case already."""

    status = 409
    zh = "{to}已是本案的主办或协办单位。"


def dispatch_case(
    case: Case,
    *,
    actor: User,
    to: Organization | None = None,
    assists: Iterable[Organization] = (),
    reason: str = "",
    base_version: int | None = None,
) -> Case:
    """Send it (派遣) to the body the verdict names, or with a reason to another.

    Of a contested case the custodian leads and the bodies between whom it stands are co-receivers; along
    a line the bodies of its other parts are.
    Raises NoReceiver when the verdict names nobody and no body is given: it stays at the desk.
    """
    return _send(case, "dispatch", actor, to, assists, reason, base_version)


def reassign_case(
    case: Case,
    *,
    actor: User,
    reason: str,
    to: Organization | None = None,
    assists: Iterable[Organization] = (),
    base_version: int | None = None,
    end_reason: str = "reassign",
) -> Case:
    """Send it elsewhere (改派): the present assignments end without fault, new ones begin.

    `end_reason` is kept with those that end.
    """
    return _send(case, "reassign", actor, to, assists, reason, base_version, end_reason)


def hand_over(
    case: Case, *, actor: User, to: Organization, reason: str, base_version: int | None = None
) -> Case:
    """Another body takes it over by consent (移交): it leads from now on, with clocks of its own (F15)."""
    now = timezone.now()
    with transaction.atomic():
        case = latest(case)
        case = perform(
            case,
            "take_over",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes=UNMARKED if to.pk == case.ground_changed_to_id else {},
            details={"to": to.code},
        )
        ending = case.assignments.filter(ended_at__isnull=True)
        ending.filter(kind=AssignmentKind.LEAD).update(ended_at=now, end_reason="take_over")
        ending.filter(organization=to).update(ended_at=now, end_reason="take_over")
        Assignment.objects.create(
            case=case,
            organization=to,
            kind=AssignmentKind.LEAD,
            reason=reason,
            dispatched_at=now,
            dispatched_by=actor,
            accepted_at=now,
            accepted_by=actor,
            **assignment_clocks(case, now),
        )
        return followed(case, "take_over", actor)


def add_assist(
    case: Case, *, actor: User, to: Organization, reason: str, base_version: int | None = None
) -> Case:
    """One body more assists (增加协办), with clocks of its own from now (C2). Raises AssistsAlready."""
    now = timezone.now()

    def give(case: Case) -> None:
        if case.assignments.filter(organization=to, ended_at__isnull=True).exists():
            raise AssistsAlready(to=to.name)
        Assignment.objects.create(
            case=case,
            organization=to,
            kind=AssignmentKind.ASSIST,
            reason=reason,
            dispatched_at=now,
            dispatched_by=actor,
            **assignment_clocks(case, now),
        )

    return move(
        case,
        "add_assist",
        actor=actor,
        reason=reason,
        base_version=base_version,
        details={"to": to.code},
        writes=give,
    )


def send_again(case: Case, parts: Iterable[Assignment], *, actor: User) -> list[Assignment]:
    """The bodies of these ended assignments have it again, with clocks of their own from now; inside an act.

    Returns the new ones in the same order.

    What a body had done already (受理, 到场) it need not do again.
    """
    now = timezone.now()
    clocks = assignment_clocks(case, now)
    return Assignment.objects.bulk_create(
        Assignment(
            case=case,
            organization=part.organization,
            kind=part.kind,
            co_receiver=part.co_receiver,
            reason=part.reason,
            dispatched_at=now,
            dispatched_by=actor,
            accepted_at=now if part.accepted_at else None,
            accepted_by=part.accepted_by,
            **(clocks | (THERE if part.arrived_at else {})),
        )
        for part in parts
    )


def urge_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """Ask the bodies that have it to hurry (催办, F20)."""
    return move(case, "urge", actor=actor, reason=reason, base_version=base_version)


def _send(
    case: Case,
    act: str,
    actor: User,
    to: Organization | None,
    assists: Iterable[Organization],
    reason: str,
    base_version: int | None,
    end_reason: str = "",
) -> Case:
    now = timezone.now()
    with transaction.atomic():
        case = latest(case)
        named = named_by_verdict(case)
        case = perform(
            case,
            act,
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"dispatched_at": now} | UNMARKED,
            details={"to": to.code if to else named, "verdict_named": named or None},
        )
        found = _receivers(case, to, assists, reason)
        case.assignments.filter(ended_at__isnull=True).update(ended_at=now, end_reason=end_reason)
        clocks = assignment_clocks(case, now)
        Assignment.objects.bulk_create(
            Assignment(
                case=case,
                organization=body,
                kind=AssignmentKind.LEAD if body == found.lead else AssignmentKind.ASSIST,
                co_receiver=body.code in found.rivals,
                reason=reason,
                dispatched_at=now,
                dispatched_by=actor,
                **clocks,
            )
            for body in found.bodies
        )
        return followed(case, act, actor)


def _receivers(
    case: Case, to: Organization | None, assists: Iterable[Organization], reason: str
) -> Receivers:
    """Who has it from now on. Raises OverrideNeedsReason, NoReceiver, what a room above holds against it."""
    named = named_by_verdict(case)
    if to is not None and to.code != named and not reason.strip():
        raise OverrideNeedsReason(verdict=named or "-", to=to.code)
    found = receivers_of(case, to=to, assists=assists)
    if found is None:
        told = case.verdict.answer if case.verdict else {}
        raise NoReceiver(
            outcome=told.get("outcome", "undetermined"), explanation=told.get("explanation")
        )
    nothing_against(Sending(case, found, chosen=to is not None, reason=reason))
    return found


def assignment_clocks(case: Case, now: datetime) -> dict[str, datetime]:
    """The clocks of an assignment, from its dispatch."""
    limit = limit_for(case.duty_id, case.urgency, case.zone)
    calendar = work_calendar()
    clocks: dict[str, datetime | None] = {}
    if limit is not None:
        for name in ("respond_by", "resolve_by"):
            due = deadline_for(now, getattr(limit, name), calendar)
            clocks[name] = due.at if due else None
    stated = limit.arrive_by if limit else ""
    there = arrive_by(now, stated, case.urgency, emergency=case.emergency_id is not None)
    clocks["arrive_by"] = there
    clocks["arrive_target_at"] = arrive_target(now, there, case.urgency, case.zone)
    return {name: at for name, at in clocks.items() if at is not None}
