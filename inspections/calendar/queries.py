"""The calendar as the arithmetic wants it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time

from django.conf import settings

from grid.ground.queries import city_zone
from inspections.calendar.arithmetic import (
    Deadline,
    OfficeHours,
    WorkCalendar,
    deadline,
    parse_limit,
)
from inspections.calendar.models import CalendarChange, DayKind, WorkDay


def office_hours() -> OfficeHours:
    """The setting OFFICE_HOURS, as `08:30-12:00,14:00-18:00`."""
    sessions = []
    for session in settings.OFFICE_HOURS.split(","):
        opens, closes = session.strip().split("-")
        sessions.append((time.fromisoformat(opens), time.fromisoformat(closes)))
    return tuple(sessions)


def work_calendar() -> WorkCalendar:
    """The city's calendar: every stated day, in the city's time."""
    stated = list(WorkDay.objects.values_list("date", "kind", "provisional"))
    return WorkCalendar(
        zone=city_zone(),
        days={day: kind == DayKind.WORK for day, kind, _ in stated},
        provisional=frozenset(day for day, _, provisional in stated if provisional),
        hours=office_hours(),
    )


def calendar_before(changes: Iterable[CalendarChange], now: WorkCalendar) -> WorkCalendar:
    """The calendar as it was before these changes, the first of them first."""
    days, provisional = dict(now.days), set(now.provisional)
    for change in sorted(changes, key=lambda one: -one.pk):
        for text, (kind, unsure) in change.former.items():
            day = date.fromisoformat(text)
            days.pop(day, None)
            provisional.discard(day)
            if kind is not None:
                days[day] = kind == DayKind.WORK
                provisional |= {day} if unsure else set()
    return replace(now, days=days, provisional=frozenset(provisional))


def deadline_for(start: datetime, limit: str, calendar: WorkCalendar) -> Deadline | None:
    """The deadline of a limit as the catalogue spells it; None for a blank one."""
    return deadline(start, parse_limit(limit), calendar) if limit.strip() else None
