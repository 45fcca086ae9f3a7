"""The days of dispatch meetings (逢“6”调度): each month's, moved to the next work day where offices are closed.

Pure: the calendar is passed in.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from inspections.calendar.arithmetic import WorkCalendar


def parse_days(text: str) -> tuple[int, ...]:
    """`6,16,26` → (6, 16, 26)."""
    return tuple(sorted({int(word) for word in text.split(",") if word.strip()}))


def moved(day: date, calendar: WorkCalendar) -> date:
    """The day itself if offices are open, else the next on which they are."""
    while not calendar.works(day):
        day += timedelta(days=1)
    return day


def meeting_days(after: date, days: Sequence[int], calendar: WorkCalendar) -> Iterator[date]:
    """The meetings after a day, in order, for ever; two that move to one day are one."""
    last, begin = after, after - timedelta(days=31)  # a day before may have been moved past `after`
    year, month = begin.year, begin.month
    while True:
        for number in days:
            try:
                held = moved(date(year, month, number), calendar)
            except ValueError:  # no 30 February
                continue
            if held > last:
                last = held
                yield held
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
