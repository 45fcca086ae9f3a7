"""Reading change sets and what they move."""

from typing import Any

from django.db.models import Q, QuerySet

from core.errors import Missing
from core.models import User
from inspections.cases.models import Case
from inspections.changes.models import ChangeSet, ImpactKind, ImpactRow


def change_set_seen_by(user: User, number: str) -> ChangeSet:
    """The change set of that number; raises Missing where the user may not see it."""
    seen = ChangeSet.objects.visible_to(user).select_related("author", "approver")
    change_set: ChangeSet | None = seen.filter(number=number).first()
    if change_set is None:
        raise Missing(number=number)
    return change_set


def impact_seen_by(user: User, change_set: ChangeSet) -> QuerySet[Any]:
    """What it moves, as far as the user may see it: every facility, and the cases that are theirs."""
    cases = Case.objects.visible_to(user).values("number")
    theirs = Q(kind=ImpactKind.FACILITY) | Q(kind=ImpactKind.CASE, code__in=cases)
    return ImpactRow.objects.filter(theirs, change_set=change_set)
