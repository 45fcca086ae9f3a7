"""What returns, transfers and disputes of a case stand on: whose part it is, windows, denials."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from core.models import User
from grid.ground.queries import city_zone
from grid.organizations.models import Organization, Role
from inspections.calendar.queries import deadline_for, work_calendar
from inspections.cases.models import Assignment, AssignmentKind, Case, CaseState
from inspections.cases.queries import bodies_named
from inspections.disputes.models import (
    DENIALS,
    Dispute,
    DisputeState,
    ReturnRequest,
    ReturnState,
    Transfer,
    TransferState,
)

SENT = (CaseState.DISPATCHED, CaseState.ACCEPTED)


def handles_for(actor: User, organization: int) -> bool:
    """Whether the actor handles for that very body."""
    held = actor.memberships.filter(role=Role.HANDLER, organization=organization)
    return actor.is_active and held.exists()


def receivers_part(case: Case, actor: User) -> Assignment | None:
    """The part in which the actor's body received the case: it leads, or is a co-receiver."""
    if not actor.is_active:
        return None
    bodies = actor.memberships.filter(role=Role.HANDLER).values("organization")
    parts = case.assignments.filter(organization__in=bodies, ended_at__isnull=True)
    parts = parts.exclude(kind=AssignmentKind.ASSIST, co_receiver=False)
    part: Assignment | None = (
        parts.select_related("organization").order_by("-kind", "id").first()  # lead before assist
    )
    return part


def return_window_ends(assignment: Assignment) -> datetime:
    """Until when its return can be asked; silence is acceptance."""
    due = deadline_for(assignment.dispatched_at, settings.RETURN_WINDOW, work_calendar())
    return due.at if due else assignment.dispatched_at


def appeal_window_ends(asked: ReturnRequest) -> datetime:
    """Until when a refused return can be appealed: as long as it could be asked, from the refusal."""
    decided_at = asked.decided_at or asked.asked_at
    due = deadline_for(decided_at, settings.RETURN_WINDOW, work_calendar())
    return due.at if due else decided_at


def appealable(asked: ReturnRequest) -> bool:
    """Whether a refused return can still be appealed."""
    return timezone.now() <= appeal_window_ends(asked)


def to_be_decided_by(asked_at: datetime) -> datetime:
    """Until when the desk should have decided on a return asked at that time."""
    due = deadline_for(asked_at, settings.RETURN_DECIDED_WITHIN, work_calendar())
    return due.at if due else asked_at


def city_time(moment: datetime) -> str:
    """An instant as the city's clocks show it."""
    return f"{moment.astimezone(city_zone()):%Y-%m-%d %H:%M}"


def taken_by_consent(assignment: Assignment) -> bool:
    """Whether the body has it because it agreed to take it over."""
    return Transfer.objects.filter(made=assignment).exists()


def open_returns(case: Case) -> QuerySet[ReturnRequest]:
    """The returns on which the desk has to decide, the oldest first."""
    asked: QuerySet[ReturnRequest] = ReturnRequest.objects.filter(
        case=case, state=ReturnState.ASKED
    )
    return asked.select_related("organization", "assignment", "proposed_to").order_by("id")


def open_transfer(case: Case) -> Transfer | None:
    """The transfer that waits for an answer."""
    waiting: QuerySet[Transfer] = Transfer.objects.filter(case=case, state=TransferState.PROPOSED)
    return waiting.select_related("organization", "proposed_to", "assignment").first()


def denials_of(case: Case) -> list[ReturnRequest]:
    """The last denial of each body: it says that it has no duty here, and has not withdrawn that."""
    said = ReturnRequest.objects.filter(case=case, grounds__in=DENIALS).exclude(
        state=ReturnState.WITHDRAWN
    )
    return list(said.order_by("organization_id", "-id").distinct("organization_id"))


def times_returned(case: Case) -> int:
    """How often a body has asked to return it, withdrawn requests left out (C19)."""
    asked = ReturnRequest.objects.filter(case=case).exclude(state=ReturnState.WITHDRAWN)
    return int(asked.count())


def is_disputed(case: Case) -> bool:
    """Whether a dispute about it is open."""
    return bool(Dispute.objects.filter(case=case, state=DisputeState.OPEN).exists())


def custodian_of(case: Case) -> Organization | None:
    """Who acts meanwhile, as the verdict names it."""
    named = (case.verdict.answer.get("custodian") or {}) if case.verdict else {}
    return bodies_named([named["code"]]).get(named["code"]) if named.get("code") else None
