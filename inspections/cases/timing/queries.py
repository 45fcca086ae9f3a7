"""What extensions and parkings stand on: whose part it is, what was asked, by which limits a clock runs."""

from datetime import datetime

from core.models import User
from grid.ground.queries import city_zone
from grid.organizations.models import Role
from inspections.calendar.arithmetic import Limit, parse_limit
from inspections.cases.models import Assignment, AssignmentKind, Case
from inspections.cases.queries import limit_for
from inspections.cases.timing.models import Extension, ExtensionState, Parking, ParkingState

NATURAL = Limit(0, "min")  # of a clock that no catalogue states: it runs by natural time
OF_CLOCKS = {
    "respond": "respond_by",
    "arrive": "arrive_by",
    "resolve": "resolve_by",
    "citizen": "resolve_by",
}


def limit_of(case: Case, clock: str) -> Limit:
    """The limit by which a clock of a case runs: that of the duty under which it was filed."""
    if clock == "arrive" and case.emergency_id is not None:
        return NATURAL  # within the hour
    stated = limit_for(case.duty_id, case.urgency, case.zone)
    text = getattr(stated, OF_CLOCKS[clock]) if stated else ""
    return parse_limit(text) if text.strip() else NATURAL


def part_of(case: Case, actor: User) -> Assignment | None:
    """The part that the actor's body has of the case: the one that leads before those that assist."""
    if not actor.is_active:
        return None
    bodies = actor.memberships.filter(role=Role.HANDLER).values("organization")
    parts = case.assignments.filter(organization__in=bodies, ended_at__isnull=True)
    part: Assignment | None = parts.select_related("organization").order_by("-kind", "id").first()
    return part


def leads(part: Assignment) -> bool:
    """Whether it is the part of the body that leads."""
    return part.kind == AssignmentKind.LEAD


def open_extensions(case: Case) -> list[Extension]:
    """The extensions on which the desk has to decide, the oldest first."""
    waiting = case.extensions.filter(state=ExtensionState.ASKED)
    return list(waiting.select_related("organization", "assignment").order_by("id"))


def open_parking(case: Case) -> Parking | None:
    """The parking that waits for the desk, or under which the case rests."""
    states = [ParkingState.ASKED, ParkingState.APPROVED]
    found: Parking | None = (
        case.parkings.filter(state__in=states).select_related("organization", "assignment").first()
    )
    return found


def city_time(moment: datetime) -> str:
    """An instant as the city's clocks show it."""
    return f"{moment.astimezone(city_zone()):%Y-%m-%d %H:%M}"
