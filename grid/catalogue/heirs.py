"""Which class went on as which (合并、拆分): several former classes of one heir are a merge, several heirs a split."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.prepared import prepared_rows
from grid.catalogue.models import Category, CategoryHeir, Duty
from grid.ground.queries import newest_version

_RELATIVES = """
    WITH RECURSIVE
    formers AS (SELECT former_id AS id FROM grid_category_heir WHERE heir_id = %(key)s
        UNION SELECT link.former_id FROM grid_category_heir AS link JOIN formers ON link.heir_id = formers.id),
    heirs AS (SELECT heir_id AS id FROM grid_category_heir WHERE former_id = %(key)s
        UNION SELECT link.heir_id FROM grid_category_heir AS link JOIN heirs ON link.former_id = heirs.id)
    SELECT id FROM formers UNION SELECT id FROM heirs"""


def goes_on_as(category: Category, at: datetime | None = None) -> Category:
    """The class under which a matter of this one is filed at an instant: its heir, where it has one alone.

    A class that was split has several, and a person says which; one that still has duties goes on itself.
    """
    at = at or timezone.now()
    seen = {category.pk}
    while True:
        heirs = CategoryHeir.objects.filter(former=category, since__lte=at).select_related("heir")
        found = list(heirs[:2])
        if len(found) != 1 or found[0].heir_id in seen or _has_duties(category, at):
            return category
        category = found[0].heir
        seen.add(category.pk)


def heirs_of_all(categories: Iterable[int]) -> dict[int, int]:
    """By key of a class, the key of the class in which its figures are counted: its only heir's, however far."""
    only: dict[int, int | None] = {}
    for former, stands in CategoryHeir.objects.values_list("former_id", "heir_id"):
        only[former] = None if former in only else stands
    told = {}
    for key in categories:
        last, seen = key, {key}
        while (heir := only.get(last)) is not None and heir not in seen:
            seen.add(last := heir)
        told[key] = last
    return told


def relatives(category: Category) -> set[int]:
    """The keys of its former classes and its heirs, however far."""
    found = prepared_rows(_RELATIVES, {"key": category.pk})
    return {key for (key,) in found} - {category.pk}


def with_superseded(categories: QuerySet[Category]) -> Any:
    """With `superseded`: another class stands for it now, and it has no duties of its own."""
    now = timezone.now()
    heirs = CategoryHeir.objects.filter(former=OuterRef("pk"), since__lte=now)
    duties = Duty.objects.current().in_force(now).filter(category=OuterRef("pk"))
    return categories.annotate(superseded=Exists(heirs) & ~Exists(duties))


def heirs_named(word: str) -> QuerySet[CategoryHeir, dict[str, Any]]:
    """The keys of classes that stand for one of this name, or code."""
    former = Q(former__code__startswith=word) | Q(former__name__icontains=word)
    return CategoryHeir.objects.filter(former).values("heir")


def _has_duties(category: Category, at: datetime) -> bool:
    return Duty.objects.as_of(at, newest_version()).filter(category=category).exists()
