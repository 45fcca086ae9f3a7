"""Stating the calendar: holidays and made-up work days, replaced day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from core.audit import record_act
from core.models import User
from grid.ground.queries import the_city
from inspections.calendar.models import WorkDay


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day as a source states it."""

    date: date
    kind: str
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """How many days are new, changed, and as they were."""

    created: int
    updated: int
    unchanged: int


def state_days(rows: Iterable[DayRow], *, actor: User, source_name: str = "") -> Stated:
    """Set these days; others stay. One transaction, one audit entry, none if nothing changes."""
    stated = {row.date: WorkDay(row.date, row.kind, row.name, row.provisional) for row in rows}
    with transaction.atomic():
        known = {
            day.date: day
            for day in WorkDay.objects.select_for_update().filter(date__in=list(stated))
        }
        new = [day for key, day in stated.items() if key not in known]
        changed = [day for key, day in stated.items() if key in known and _differ(day, known[key])]
        WorkDay.objects.bulk_create(new)
        WorkDay.objects.bulk_update(changed, ["kind", "name", "provisional"])
        if new or changed:
            days = sorted(day.date for day in [*new, *changed])
            record_act(
                actor=actor,
                act="state_days",
                subject=the_city(),
                details={
                    "source": source_name,
                    "created": len(new),
                    "updated": len(changed),
                    "first": str(days[0]),
                    "last": str(days[-1]),
                },
            )
    return Stated(len(new), len(changed), len(stated) - len(new) - len(changed))


def _differ(new: WorkDay, old: WorkDay) -> bool:
    return (new.kind, new.name, new.provisional) != (old.kind, old.name, old.provisional)
