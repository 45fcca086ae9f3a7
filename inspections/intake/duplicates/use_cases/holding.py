"""What these acts have in common: cases are locked in the order of their keys; which case stands for a merged one."""

from datetime import datetime

from core.errors import LostRace
from inspections.cases.models import Case


def hold_both(one: Case, other: Case) -> tuple[Case, Case]:
    """Both as they are now, locked: two who merge the same cases crosswise wait, and do not block each other."""
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    held = {case.pk: case for case in rows.filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    return held[one.pk], held[other.pk]


def root_of(case: Case) -> Case:
    """The case that stands for it: the one it was merged into, and so on; itself if it was not."""
    seen = {case.pk}
    while case.merged_into is not None:
        case = case.merged_into
        if case.pk in seen:
            raise LostRace
        seen.add(case.pk)
    return case


def earliest(*instants: datetime | None) -> datetime | None:
    """The earliest of those that are known."""
    return min(filter(None, instants), default=None)
