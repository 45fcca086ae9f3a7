"""Reading a draft of the catalogue."""

from typing import Any

from django.db.models import Count, QuerySet

from inspections.changes.catalogue.models import DraftLine, EditionDraft

READ: QuerySet[EditionDraft] = EditionDraft.objects.select_related(
    "change_set__author", "change_set__approver", "edition__version"
).annotate(line_count=Count("lines"))


def lines_of(draft: EditionDraft) -> list[DraftLine]:
    """All lines of a draft with what they say, in the order they were begun."""
    return list(lines_read(draft))


def lines_read(draft: EditionDraft) -> QuerySet[Any]:
    """The lines of a draft with what they say."""
    return (
        DraftLine.objects.filter(draft=draft)
        .select_related(
            "duty__category__parent", "duty__organization", "duty__supervisor", "duty__custodian",
            "duty__edition", "author", "reviewer",
        )
        .prefetch_related("duty__limits")
        .order_by("duty")
    )  # fmt: skip
