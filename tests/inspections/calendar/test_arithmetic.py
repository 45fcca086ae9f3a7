"""Deadlines on paper: the published example, then what must hold for every start and limit."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.calendar.arithmetic import (
    BadLimit,
    Limit,
    WorkCalendar,
    deadline,
    parse_limit,
    resumed,
    work_time,
)

ZONE = ZoneInfo("Asia/Shanghai")
# 2026 as the State Council published it: holidays on weekdays, and made-up work days.
HOLIDAYS = [(1, 1), (1, 2), *((2, d) for d in range(16, 24)), (4, 6), (5, 1), (5, 4), (5, 5)]
HOLIDAYS += [(6, 19), (9, 25), *((10, d) for d in range(1, 8))]
MADE_UP = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
YEAR_2026 = {date(2026, m, d): False for m, d in HOLIDAYS}
YEAR_2026 |= {date(2026, m, d): True for m, d in MADE_UP}
CALENDAR = WorkCalendar(zone=ZONE, days=YEAR_2026)

starts = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2026, 11, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[misc, arg-type]


def due(start: datetime, limit: str, calendar: WorkCalendar = CALENDAR) -> datetime:
    return deadline(start, parse_limit(limit), calendar).at.astimezone(ZONE)


@pytest.mark.mission("C12")
def test_five_work_days_over_the_national_holiday_count_the_made_up_saturday() -> None:
    assert due(local(2026, 9, 30, 10, 15, 42), "5wd") == local(2026, 10, 13, 18)


@pytest.mark.mission("C11")
def test_natural_limits_run_on_holidays_to_the_second() -> None:
    assert due(local(2026, 10, 1, 23, 30, 7), "60min") == local(2026, 10, 2, 0, 30, 7)
    assert due(local(2026, 10, 1, 23, 30, 7), "2h") == local(2026, 10, 2, 1, 30, 7)
    assert due(local(2026, 10, 1, 23, 30, 7), "7d") == local(2026, 10, 8, 23, 30, 7)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        (local(2026, 11, 20, 17), "4wh", local(2026, 11, 23, 11, 30)),  # Friday to Monday
        (local(2026, 11, 20, 11), "2wh", local(2026, 11, 20, 15)),  # over the noon rest
        (local(2026, 11, 20, 7), "1wh", local(2026, 11, 20, 9, 30)),  # before offices open
        (local(2026, 11, 20, 8, 30), "3wh", local(2026, 11, 20, 11, 30)),
        (local(2026, 11, 21, 12), "1wd", local(2026, 11, 23, 18)),  # Saturday: Monday is first
        (local(2026, 11, 20, 23), "1wd", local(2026, 11, 23, 18)),
        (local(2026, 10, 9, 9), "1wd", local(2026, 10, 10, 18)),  # the made-up Saturday works
    ],
)
def test_work_limits(start: datetime, limit: str, end: datetime) -> None:
    assert due(start, limit) == end


def test_a_year_nobody_stated_follows_the_week_and_is_provisional() -> None:
    crossing = deadline(local(2026, 12, 4, 9), Limit(20, "wd"), CALENDAR)
    assert crossing.provisional
    assert crossing.at.astimezone(ZONE) == local(2027, 1, 1, 18)
    assert not deadline(local(2026, 11, 2, 9), Limit(20, "wd"), CALENDAR).provisional


def test_a_day_marked_provisional_makes_the_deadline_so() -> None:
    marked = WorkCalendar(zone=ZONE, days=YEAR_2026, provisional=frozenset({date(2026, 10, 10)}))
    assert deadline(local(2026, 9, 30, 9), Limit(5, "wd"), marked).provisional


def test_a_clock_change_moves_no_office_hour() -> None:
    calendar = WorkCalendar(zone=ZoneInfo("America/New_York"), hours=((time(9), time(17)),))
    start = datetime(2026, 3, 6, 16, tzinfo=calendar.zone)  # Friday before the change of 8 March
    end = deadline(start, Limit(2, "wh"), calendar).at
    assert end == datetime(2026, 3, 9, 10, tzinfo=calendar.zone)


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "-1h", "5 weeks", "999999999min", "4000wd", "1.5h"]
)
def test_a_bad_limit_is_refused(text: str) -> None:
    with pytest.raises(BadLimit):
        parse_limit(text)


limits = st.one_of(
    st.builds(Limit, st.integers(1, 40), st.sampled_from(["wh", "wd", "h", "d"])),
    st.builds(Limit, st.integers(1, 3000), st.just("min")),
)


@given(start=starts, limit=limits)
def test_a_deadline_is_after_its_start_and_in_utc(start: datetime, limit: Limit) -> None:
    end = deadline(start, limit, CALENDAR).at
    assert end > start
    assert end.tzinfo is UTC


@given(start=starts, later=st.timedeltas(timedelta(0), timedelta(days=20)), limit=limits)
def test_a_later_start_never_ends_earlier(start: datetime, later: timedelta, limit: Limit) -> None:
    assert deadline(start + later, limit, CALENDAR).at >= deadline(start, limit, CALENDAR).at


@given(start=starts, one=st.integers(1, 30), other=st.integers(1, 30))
def test_work_hours_add_up(start: datetime, one: int, other: int) -> None:
    half = deadline(start, Limit(one, "wh"), CALENDAR).at
    assert (
        deadline(half, Limit(other, "wh"), CALENDAR).at
        == deadline(start, Limit(one + other, "wh"), CALENDAR).at
    )
    assert work_time(start, half, CALENDAR) == timedelta(hours=one)


@given(start=starts, amount=st.integers(1, 30))
def test_work_days_are_counted_one_by_one(start: datetime, amount: int) -> None:
    end = deadline(start, Limit(amount, "wd"), CALENDAR).at.astimezone(ZONE).date()
    first = start.astimezone(ZONE).date() + timedelta(days=1)
    between = [first + timedelta(days=n) for n in range((end - first).days + 1)]
    assert sum(CALENDAR.works(day) for day in between) == amount
    assert CALENDAR.works(end)


@pytest.mark.parametrize(
    ("due_at", "limit", "rested", "again", "end"),
    [
        # Wednesday of the holiday's week before: one work day was left, over the National Day.
        ((9, 30, 18), "5wd", (9, 29, 10), (9, 30, 9), (10, 8, 18)),
        # The very day it ran out: it has the day on which it goes on.
        ((11, 9, 18), "5wd", (11, 9, 10), (11, 18, 15), (11, 18, 18)),
        ((11, 9, 18), "5wd", (11, 9, 10), (11, 21, 15), (11, 23, 18)),  # a Saturday
        ((11, 9, 11), "4wh", (11, 9, 9), (11, 10, 17), (11, 11, 9, 30)),
        ((11, 9, 11), "2h", (11, 9, 10), (11, 10, 3), (11, 10, 4)),
        ((11, 9, 11), "2h", (11, 9, 12), (11, 10, 3), (11, 9, 11)),  # it had run out before
    ],
)
def test_after_a_rest_a_clock_has_left_what_it_had_left(
    due_at: tuple[int, ...],
    limit: str,
    rested: tuple[int, ...],
    again: tuple[int, ...],
    end: tuple[int, ...],
) -> None:
    found = resumed(
        local(2026, *due_at),
        parse_limit(limit),
        rested=local(2026, *rested),
        again=local(2026, *again),
        calendar=CALENDAR,
    )
    assert found.at == local(2026, *end)
