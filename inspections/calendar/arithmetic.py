"""Deadlines: natural minutes, hours and days, work hours inside office hours, work days by a calendar.

Pure: the calendar is passed in. Work days follow administrative custom: the day on which the clock
starts is not counted, and the limit ends when the offices close on the last day counted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from core.errors import DomainError

OfficeHours = tuple[tuple[time, time], ...]

ORDINARY_HOURS: OfficeHours = ((time(8, 30), time(12)), (time(14), time(18)))
# No limit of any catalogue is longer; beyond it a loop over days would be an attack.
MOST_WORK_DAYS = 1000

_LIMIT = re.compile(r"^\s*(\d{1,5})\s*(min|h|d|wh|wd)\s*$", re.IGNORECASE)


class BadLimit(DomainError):
    """A limit is a number and a unit: 30min, 2h, 7d (natural), 4wh (work hours), 5wd (work days)."""


@dataclass(frozen=True)
class Limit:
    """A length of time as a catalogue states it: `unit` is min, h, d, wh or wd."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


def parse_limit(text: str) -> Limit:
    """`30min`, `2h`, `7d`, `4wh`, `5wd` → Limit; raises BadLimit."""
    found = _LIMIT.match(text)
    if found is None or int(found[1]) > MOST_WORK_DAYS * 1440:
        raise BadLimit(text=text)
    limit = Limit(int(found[1]), found[2].lower())
    if limit.unit in {"wh", "wd", "d"} and limit.amount > MOST_WORK_DAYS:
        raise BadLimit(text=text)
    return limit


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked, in which hours, in whose time.

    `days` holds what is stated (True: work); a day not stated follows the week. A year in which
    nothing is stated, or a day marked so, is provisional.
    """

    zone: ZoneInfo
    days: Mapping[date, bool] = field(default_factory=dict)
    provisional: frozenset[date] = frozenset()
    hours: OfficeHours = ORDINARY_HOURS

    def works(self, day: date) -> bool:
        """Whether offices are open that day."""
        return self.days.get(day, day.weekday() < 5)

    def is_provisional(self, day: date) -> bool:
        """Whether that day may still change: its year is not final."""
        return day in self.provisional or day.year not in self._years

    @cached_property
    def _years(self) -> set[int]:
        return {day.year for day in self.days}

    def sessions(self, day: date) -> list[tuple[datetime, datetime]]:
        """The office sessions of a work day as instants (UTC)."""
        return [
            (
                datetime.combine(day, opens, self.zone).astimezone(UTC),
                datetime.combine(day, closes, self.zone).astimezone(UTC),
            )
            for opens, closes in self.hours
        ]


@dataclass(frozen=True)
class Deadline:
    """An instant (UTC) and whether it leans on a day that may still change."""

    at: datetime
    provisional: bool = False


def deadline(start: datetime, limit: Limit, calendar: WorkCalendar) -> Deadline:
    """When a clock started at `start` (aware) runs out."""
    start = start.astimezone(UTC)
    match limit.unit:
        case "min":
            return Deadline(start + timedelta(minutes=limit.amount))
        case "h":
            return Deadline(start + timedelta(hours=limit.amount))
        case "d":
            return Deadline(start + timedelta(days=limit.amount))
        case "wh":
            return _work_hours(start, timedelta(hours=limit.amount), calendar)
        case "wd":
            return _work_days(start, limit.amount, calendar)
    raise BadLimit(text=str(limit))


def resumed(
    due: datetime, limit: Limit, *, rested: datetime, again: datetime, calendar: WorkCalendar
) -> Deadline:
    """When a clock of this limit that would have run out at `due` does so after a rest (挂账).

    What was left when the rest began is left when it ends: work days and hours are counted by the
    calendar, natural time by the clock. A deadline that had passed before the rest stays.
    """
    if due <= rested:
        return Deadline(due)
    match limit.unit:
        case "wd":
            return _work_days_left(due, rested, again, calendar)
        case "wh":
            return _work_hours(again, work_time(rested, due, calendar), calendar)
    return Deadline(due + (again - rested))


def _work_days_left(
    due: datetime, rested: datetime, again: datetime, calendar: WorkCalendar
) -> Deadline:
    day, last = (moment.astimezone(calendar.zone).date() for moment in (rested, due))
    left = 0
    while day < last:
        day += timedelta(days=1)
        left += calendar.works(day)
    if left:
        return _work_days(again, left, calendar)
    # It ran out on the very day on which it began to rest: it has the day on which it goes on, too.
    return _work_days(again - timedelta(days=1), 1, calendar)


def work_time(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Office time between two instants: what a clock of work hours has run."""
    total = timedelta(0)
    for day in _days_from(start.astimezone(calendar.zone).date()):
        if day > end.astimezone(calendar.zone).date():
            return total
        if calendar.works(day):
            for opens, closes in calendar.sessions(day):
                total += max(timedelta(0), min(closes, end) - max(opens, start))
    return total


def _days_from(first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += timedelta(days=1)


def _work_days(start: datetime, amount: int, calendar: WorkCalendar) -> Deadline:
    local = start.astimezone(calendar.zone).date()
    if amount == 0:
        return Deadline(start)
    counted, provisional = 0, False
    for day in _days_from(local + timedelta(days=1)):
        provisional = provisional or calendar.is_provisional(day)
        counted += calendar.works(day)
        if counted == amount:
            return Deadline(calendar.sessions(day)[-1][1], provisional)
    raise AssertionError("days never end")


def _work_hours(start: datetime, amount: timedelta, calendar: WorkCalendar) -> Deadline:
    left, provisional = amount, False
    for day in _days_from(start.astimezone(calendar.zone).date()):
        provisional = provisional or calendar.is_provisional(day)
        if not calendar.works(day):
            continue
        for opens, closes in calendar.sessions(day):
            begins = max(opens, start)
            if closes <= begins:
                continue
            if left <= closes - begins:
                return Deadline(begins + left, provisional)
            left -= closes - begins
    raise AssertionError("days never end")
