"""Stating the calendar: holidays and made-up work days, replaced day by day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.audit import record_act
from core.models import User
from grid.ground.queries import the_city
from inspections.calendar.models import CalendarChange, WorkDay


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


Follower = Callable[..., Any]
_FOLLOWERS: list[Follower] = []


def follow_days(follower: Follower) -> None:
    """What another room does when the calendar has changed, called with `actor` once that is committed."""
    _FOLLOWERS.append(follower)


def state_days(rows: Iterable[DayRow], *, actor: User, source_name: str = "") -> Stated:
    """Set these days; others stay. One transaction, one audit entry, none if nothing changes.

    Waits for whoever reads the calendar in a transaction, so that a deadline found by the former one is
    there when open deadlines follow.
    """
    stated = {row.date: WorkDay(row.date, row.kind, row.name, row.provisional) for row in rows}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE inspections_work_day IN ACCESS EXCLUSIVE MODE")
        known = {
            day.date: day
            for day in WorkDay.objects.select_for_update().filter(date__in=list(stated))
        }
        former = {key: (known[key].kind, known[key].provisional) for key in known}
        new = [day for key, day in stated.items() if key not in known]
        changed = [day for key, day in stated.items() if key in known and _differ(day, known[key])]
        WorkDay.objects.bulk_create(new)
        WorkDay.objects.bulk_update(changed, ["kind", "name", "provisional"])
        if new or changed:
            days = sorted(day.date for day in [*new, *changed])
            CalendarChange.objects.create(
                at=timezone.now(),
                former={str(day): former.get(day, (None, False)) for day in days},
                first_day=days[0],
            )
            for follower in _FOLLOWERS:
                transaction.on_commit(partial(follower, actor=actor))
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
