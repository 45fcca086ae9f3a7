"""What a merge let lapse is asked again when the merge is undone; a rest that it ended goes on to its day."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from core.models import User
from core.workflow import perform
from grid.ground.queries import city_zone
from inspections.cases.models import Assignment, Case
from inspections.cases.timing.models import Extension, ExtensionState, Parking, ParkingState
from inspections.cases.timing.queries import open_extensions, open_parking
from inspections.cases.timing.use_cases.parking import set_rest

Waiting = Mapping[str, Sequence[int]]


def waiting_time(case: Case) -> Waiting:
    """What waits for the desk, or under which the case rests, as keys: `extensions`, `parkings`."""
    parking = open_parking(case)
    return {
        "extensions": [asked.pk for asked in open_extensions(case)],
        "parkings": [parking.pk] if parking else [],
    }


def revive_time(
    case: Case, waited: Waiting, parts: Mapping[int, Assignment], *, actor: User
) -> None:
    """They wait again, about the part (by the key of the former) that their body has now; inside an act.

    A rest that was granted goes on until its day, if that is still to come.
    """
    extensions = Extension.objects.filter(
        pk__in=waited.get("extensions", ()), state=ExtensionState.LAPSED, assignment__in=parts
    )
    for asked in extensions.order_by("pk"):
        part = parts[asked.assignment_id]
        perform(asked, "revive_extension", actor=actor, changes={"assignment": part})
    for parking in Parking.objects.filter(pk__in=waited.get("parkings", ()), assignment__in=parts):
        part = parts[parking.assignment_id]
        if parking.state == ParkingState.LAPSED:
            perform(parking, "revive_parking", actor=actor, changes={"assignment": part})
        elif parking.state == ParkingState.ENDED:
            _rest_again(case, parking, part, actor)


def _rest_again(case: Case, former: Parking, part: Assignment, actor: User) -> None:
    now = timezone.now()
    if former.until <= now.astimezone(city_zone()).date():
        return
    perform(
        Parking(
            case=case,
            assignment=part,
            organization=former.organization,
            until=former.until,
            reason=former.reason,
            asked_at=former.asked_at,
            asked_by=former.asked_by,
            decided_at=now,
            decided_by=actor,
            decision=former.decision,
        ),
        "park_again",
        actor=actor,
        details={"case": case.number, "until": str(former.until)},
    )
    set_rest(case, now, former.until)
