"""Finding the answer to a question: what holds today, the nearest first; and what is asked most."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    Value,
    When,
)
from django.utils import timezone

from core.models import User
from grid.catalogue.models import Category
from grid.ground.queries import the_city
from inspections.cases.queries import lineage_of
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeState, KnowledgeUse
from inspections.intake.knowledge.words import words_of

LATELY = timedelta(days=30)
MOST_ASKED = 60  # words of a question that are looked for: somebody may paste a letter


class Shared(Func):
    """How many words two arrays share."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = IntegerField()


def entries_read() -> Any:
    """Entries with what a reader is shown of them: `recent` uses, and whether it is `hot`."""
    counted = _used_lately(timezone.now())
    recent = Case(
        *(When(pk=entry, then=Value(count)) for entry, count in counted.items()),
        default=Value(0),
        output_field=IntegerField(),
    )
    hot_by_use = [entry for entry, count in counted.items() if count >= settings.KNOWLEDGE_HOT_USES]
    return KnowledgeEntry.objects.select_related(
        "category", "author", "reviewer", "replaces"
    ).annotate(
        recent=recent,
        hot=ExpressionWrapper(Q(pinned=True) | Q(pk__in=hot_by_use), output_field=BooleanField()),
    )


def in_force(on: date) -> Q:
    """What is published and holds on a day."""
    ends = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return Q(state=KnowledgeState.PUBLISHED.value, valid_from__lte=on) & ends


def today() -> date:
    """The day it is in the city."""
    return timezone.localdate(timezone=ZoneInfo(the_city().timezone))


def answers_to(
    user: User, *, question: str = "", category: Category | None = None, limit: int
) -> list[Any]:
    """What the desk may answer today: with a question the nearest first, without one the hottest.

    A category narrows it to entries of that category, of wider ones, and of none.
    """
    found = entries_read().visible_to(user).filter(in_force(today()))
    if category is not None:
        own = Q(category__in=lineage_of(category))
        found = found.filter(own | Q(category__isnull=True) if question else own)
    asked = words_of(question)[:MOST_ASKED]
    if asked:
        found = found.filter(words__overlap=asked).annotate(
            near=Shared(F("question_words"), Value(asked, KnowledgeEntry._meta.get_field("words")))
            * 3
            + Shared(F("words"), Value(asked, KnowledgeEntry._meta.get_field("words")))
        )
        return list(found.order_by("-near", "-hot", "-recent", "-id")[:limit])
    if question.strip():  # nothing in it but signs
        return []
    return list(found.order_by("-hot", "-recent", "-id")[:limit])


def _used_lately(now: datetime) -> dict[int, int]:
    """The entries most used of late, and how often."""
    uses = KnowledgeUse.objects.filter(used_at__gt=now - LATELY).values("entry")
    counted = uses.annotate(count=Count("pk")).order_by("-count", "entry")
    return {row["entry"]: row["count"] for row in counted[:200]}
