"""A provisional year becomes final: open deadlines follow, each on record; what stood otherwise stays."""

from datetime import date, timedelta

import pytest
import time_machine

from core.models import AuditEntry
from inspections.calendar.models import CalendarChange
from inspections.calendar.use_cases import DayRow, state_days
from inspections.cases.models import Assignment, Case
from inspections.cases.supervision.models import Reminder
from inspections.cases.supervision.use_cases import issue_reminders, scan_deadlines
from inspections.cases.timing.models import DeadlineChange
from inspections.cases.timing.use_cases import (
    approve_extension,
    recompute_deadlines,
    request_extension,
)
from inspections.cases.use_cases import handle_case
from tests.inspections.cases.timing.test_extensions import accepted_on, due, local, year
from tests.inspections.conftest import Ward

__all__ = ["year"]  # a fixture

# As the State Council might publish it: New Year's day, and the Spring Festival with its made-up days.
NEW_YEAR = [DayRow(date(2027, 1, 1), "rest", "元旦")]
FESTIVAL = [DayRow(date(2027, 2, day), "rest", "春节") for day in range(5, 12)]
FESTIVAL += [DayRow(date(2027, 1, 31), "work"), DayRow(date(2027, 2, 20), "work")]


@pytest.fixture
def caught_up(ward: Ward, year: None) -> None:
    """2026 has been carried out: nothing is open yet."""
    recompute_deadlines(actor=ward.ada)


pytestmark = pytest.mark.usefixtures("caught_up")


def test_new_years_eve(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 12, 31, 16))
    assert due(case) == (
        local(2027, 1, 7, 18),
        local(2027, 1, 7, 18),
    )  # New Year's day counts as yet
    assert Case.objects.get().deadlines_provisional
    state_days([*NEW_YEAR, *FESTIVAL], actor=ward.ada)
    assert recompute_deadlines(actor=ward.ada) == 2
    assert due(case) == (local(2027, 1, 8, 18), local(2027, 1, 8, 18))
    assert not Case.objects.get().deadlines_provisional
    kept = DeadlineChange.objects.order_by("clock")
    assert [(one.clock, one.cause, one.old_due_at, one.new_due_at) for one in kept] == [
        ("citizen", "calendar", local(2027, 1, 7, 18), local(2027, 1, 8, 18)),
        ("resolve", "calendar", local(2027, 1, 7, 18), local(2027, 1, 8, 18)),
    ]
    assert AuditEntry.objects.get(act="recompute_deadlines").details["count"] == 2
    assert recompute_deadlines(actor=ward.ada) == 0


def test_five_work_days_before_the_spring_festival(ward: Ward) -> None:
    state_days(
        [*NEW_YEAR, *(DayRow(row.date, row.kind, "", True) for row in FESTIVAL)], actor=ward.ada
    )
    recompute_deadlines(actor=ward.ada)
    case = accepted_on(ward, local(2027, 2, 3, 10))
    assert due(case)[0] == local(2027, 2, 17, 18)  # the 4th, the 12th, the 15th to the 17th
    assert Case.objects.get().deadlines_provisional
    # Final: the 12th is no work day after all, and the Saturday after it is made up for it.
    final = [*FESTIVAL, DayRow(date(2027, 2, 12), "rest"), DayRow(date(2027, 2, 13), "work")]
    state_days(final, actor=ward.ada)
    recompute_deadlines(actor=ward.ada)
    assert due(case)[0] == local(2027, 2, 17, 18)
    assert not Case.objects.get().deadlines_provisional
    state_days([DayRow(date(2027, 2, 13), "rest")], actor=ward.ada)
    recompute_deadlines(actor=ward.ada)
    assert due(case)[0] == local(2027, 2, 18, 18)


def test_what_was_approved_meanwhile_is_kept(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 12, 28, 9))
    with time_machine.travel(local(2026, 12, 29, 9), tick=False):
        request_extension(case, actor=ward.di, limit="2wd", reason="等待灯具到货")
        approve_extension(case, actor=ward.ada)
    assert due(case) == (local(2027, 1, 6, 18), local(2027, 1, 4, 18))
    state_days(NEW_YEAR, actor=ward.ada)
    recompute_deadlines(actor=ward.ada)
    assert due(case) == (local(2027, 1, 7, 18), local(2027, 1, 5, 18))


def test_a_deadline_set_otherwise_stays_and_so_does_what_is_done(ward: Ward) -> None:
    other, done = (accepted_on(ward, local(2026, 12, 28, 9)) for _ in range(2))
    Assignment.objects.filter(case=other).update(resolve_by=local(2027, 1, 4, 12))
    with time_machine.travel(local(2026, 12, 29, 9), tick=False):
        done = handle_case(done, actor=ward.di)
    state_days(NEW_YEAR, actor=ward.ada)
    recompute_deadlines(actor=ward.ada)
    assert due(other) == (local(2027, 1, 4, 12), local(2027, 1, 5, 18))


def test_days_before_and_natural_limits_move_nothing(ward: Ward) -> None:
    accepted_on(ward, local(2026, 12, 28, 9))
    accepted_on(ward, local(2026, 12, 1, 9))
    before = list(Case.objects.order_by("id").values("resolve_by", "due_at", "warn_at"))
    state_days([DayRow(date(2026, 11, 30), "rest")], actor=ward.ada)
    assert recompute_deadlines(actor=ward.ada) == 0
    assert list(Case.objects.order_by("id").values("resolve_by", "due_at", "warn_at")) == before


def test_the_next_scan_carries_out_what_a_killed_load_left(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 12, 28, 9))
    state_days(NEW_YEAR, actor=ward.ada)  # and the program ended here
    assert CalendarChange.objects.filter(carried_out_at=None).count() == 1
    now = local(2027, 1, 4, 18, 0, 1)
    assert scan_deadlines(now, actor=ward.ada).recomputed == 2
    assert due(case)[0] == local(2027, 1, 5, 18)
    letters = Reminder.objects.filter(clock="resolve")
    assert [one.kind for one in letters] == ["warning"]
    issue_reminders(now + timedelta(days=1), actor=ward.ada)
    assert letters.filter(kind="overdue").count() == 1
