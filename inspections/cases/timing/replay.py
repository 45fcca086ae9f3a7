"""A deadline found again from its start: the limit, then every extension and rest that was approved.

Pure: the calendar is passed in, so that a deadline can be found by a calendar as it was and as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from inspections.calendar.arithmetic import Deadline, Limit, WorkCalendar, deadline, resumed


@dataclass(frozen=True)
class More:
    """An approved extension."""

    limit: Limit


@dataclass(frozen=True)
class Rest:
    """A rest that is over."""

    began: datetime
    ended: datetime


@dataclass
class Replay:
    """One calendar, with what it has answered for limits of work days, which know no hour."""

    calendar: WorkCalendar
    _known: dict[tuple[date, int], Deadline] = field(default_factory=dict)

    def due(self, start: datetime, limit: Limit, moves: Sequence[More | Rest]) -> Deadline:
        """When a clock that started then, and was moved so, runs out by this calendar."""
        found = self._from(start, limit)
        provisional = found.provisional
        for move in moves:
            if isinstance(move, More):
                found = self._from(found.at, move.limit)
            else:
                found = resumed(
                    found.at, limit, rested=move.began, again=move.ended, calendar=self.calendar
                )
            provisional = provisional or found.provisional
        return Deadline(found.at, provisional)

    def _from(self, start: datetime, limit: Limit) -> Deadline:
        if limit.unit != "wd" or not limit.amount:
            return deadline(start, limit, self.calendar)
        key = start.astimezone(self.calendar.zone).date(), limit.amount
        if key not in self._known:
            self._known[key] = deadline(start, limit, self.calendar)
        return self._known[key]
