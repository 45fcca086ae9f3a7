"""How categories stand to each other, as far as duplicates go; and which classes of facilities one is about."""

from collections.abc import Sequence

from grid.catalogue.heirs import relatives
from grid.catalogue.models import Category, CategoryKind
from inspections.intake.duplicates.score import Kin
from inspections.intake.duplicates.wording import grams


def facility_classes(category: Category | None) -> list[int]:
    """The classes of facilities that a category is about: itself and those under it; of a matter, by name.

    No catalogue links matters to facilities; “路灯不亮” and “路灯” share their word.
    """
    if category is None:
        return []
    of_facilities = Category.objects.filter(kind=CategoryKind.FACILITY)
    if category.kind == CategoryKind.FACILITY:
        below = of_facilities.filter(parent=category).values_list("pk", flat=True)
        return [category.pk, *relatives(category), *below]
    mine = grams(category.name)
    named = of_facilities.values_list("pk", "name")
    return [pk for pk, name in named if _shares_its_word(mine, grams(name))]


def kinship(category: Category | None, others: set[int]) -> dict[int, Kin]:
    """How each of these categories (keys) stands to the one asked about."""
    if category is None or not others:
        return {}
    mine, lineage = grams(category.name), relatives(category)
    return {
        other.pk: Kin.HEIR if other.pk in lineage else _kin(category, other, mine)
        for other in Category.objects.filter(pk__in=others)
    }


def _kin(category: Category, other: Category, mine: frozenset[str]) -> Kin:
    if other.pk == category.pk:
        return Kin.SAME
    if category.pk == other.parent_id or other.pk == category.parent_id:
        return Kin.WIDER
    if _shares_its_word(mine, grams(other.name)):
        return Kin.NAMED
    if category.parent_id is not None and category.parent_id == other.parent_id:
        return Kin.SIBLING
    return Kin.OTHER


def _shares_its_word(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the shorter of two names lies in the longer: “路灯” in “路灯不亮”."""
    return bool(one and other) and (one <= other or other <= one)


def family(category: Category) -> Sequence[Category]:
    """The class itself, its former ones and heirs, those under it, and those of its name."""
    mine, lineage = grams(category.name), relatives(category)
    return [
        other
        for other in Category.objects.all()
        if other.pk in lineage or _kin(category, other, mine) in {Kin.SAME, Kin.WIDER, Kin.NAMED}
    ]
