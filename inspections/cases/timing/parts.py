"""What the page of a case shows of moved deadlines."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.cases.timing.models import DeadlineChange, Extension, Parking
from inspections.cases.timing.serializers import (
    DeadlineChangeSerializer,
    ExtensionSerializer,
    ParkingSerializer,
)

EXTENSIONS_READ = Extension.objects.select_related(
    "case__category", "organization", "assignment", "asked_by", "decided_by"
)
PARKINGS_READ = Parking.objects.select_related(
    "case__category", "organization", "asked_by", "decided_by"
)
CHANGES_READ = DeadlineChange.objects.select_related("assignment__organization", "changed_by")


def _extensions(case: Case, reader: User) -> Any:
    return ExtensionSerializer(EXTENSIONS_READ.filter(case=case).order_by("id"), many=True).data


def _parkings(case: Case, reader: User) -> Any:
    return ParkingSerializer(PARKINGS_READ.filter(case=case).order_by("id"), many=True).data


def _changes(case: Case, reader: User) -> Any:
    changes = CHANGES_READ.filter(case=case).order_by("id")
    return DeadlineChangeSerializer(changes, many=True).data


def _parked(case: Case, reader: User) -> dict[str, Any] | None:
    """Since when, and until which day, its clocks rest."""
    if case.parked_at is None:
        return None
    return {"since": case.parked_at, "until": case.parked_until}


add_part("extensions", _extensions)
add_part("parkings", _parkings)
add_part("deadline_changes", _changes)
add_part("parked", _parked)
tell_in_trail(lambda case: case.extensions.all())
tell_in_trail(lambda case: case.parkings.all())
