"""Reminder letters: what the clocks say is owed, written once per period, numbered without a gap."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from benchmarks.synthetic_cases import multiply
from core.models import AuditEntry
from inspections.cases.clocks import clocks_of
from inspections.cases.models import Case
from inspections.cases.supervision.models import Reminder
from inspections.cases.supervision.queries import ISSUE
from inspections.cases.supervision.use_cases import issue_reminders
from inspections.cases.timing.use_cases import (
    approve_extension,
    approve_parking,
    request_extension,
    request_parking,
)
from inspections.cases.use_cases import handle_case, reassign_case
from tests.conftest import client_of
from tests.inspections.cases.timing.test_extensions import accepted_on, local, year
from tests.inspections.conftest import Ward, case_in

__all__ = ["year"]  # a fixture

LETTERS = {"respond", "arrive", "resolve"}


def pressed(now: datetime) -> set[tuple[int, str, str]]:
    """What is near its end or past it, by the clocks themselves."""
    return {
        (clock.assignment.pk, clock.clock, clock.state(now))
        for case in Case.objects.filter(parked_at=None)
        for clock in clocks_of(case, case.assignments.all())
        if clock.assignment and clock.clock in LETTERS
        if clock.runs and clock.state(now) in {"warning", "overdue"}
    }


def written() -> set[tuple[int, str, str]]:
    return set(Reminder.objects.values_list("assignment_id", "clock", "kind"))


@pytest.mark.parametrize("hours", [0, 0.4, 1, 1.7, 3, 90, 200])
def test_letters_are_what_the_clocks_say(ward: Ward, hours: float) -> None:
    for state in ("reported", "filed", "dispatched", "accepted", "handled", "closed"):
        case_in(ward, state)
    reassign_case(case_in(ward, "accepted"), actor=ward.ada, to=ward.bodies["urban"], reason="派错")
    now = timezone.now() + timedelta(hours=hours)
    issue_reminders(now, actor=ward.ada)
    assert written() == pressed(now)


@pytest.mark.mission("P11")
@pytest.mark.usefixtures("year")
def test_each_period_has_one_letter_with_its_own_number(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))  # due on the 9th at 18:00

    def issued(*moment: int) -> list[tuple[str, str, str, int]]:
        before = list(Reminder.objects.values_list("pk", flat=True))
        for _ in range(2):  # asked twice, written once
            issue_reminders(local(*moment), actor=ward.ada)
        new = Reminder.objects.exclude(pk__in=before).order_by("serial")
        return [(one.number, one.clock, one.kind, one.period) for one in new]

    assert issued(2026, 11, 2, 9, 20) == []
    assert issued(2026, 11, 2, 9, 25) == [("提醒〔2026〕000001号", "arrive", "warning", 0)]
    assert issued(2026, 11, 2, 9, 30) == [("提醒〔2026〕000002号", "arrive", "overdue", 0)]
    assert issued(2026, 11, 8, 9) == [("提醒〔2026〕000003号", "resolve", "warning", 0)]
    assert issued(2026, 11, 9, 18) == [
        ("提醒〔2026〕000004号", "arrive", "overdue", 1),
        ("提醒〔2026〕000005号", "resolve", "overdue", 0),
    ]
    assert issued(2027, 1, 1, 0) == [
        ("提醒〔2027〕000001号", "arrive", "overdue", 8),
        ("提醒〔2027〕000002号", "resolve", "overdue", 7),
    ]
    bulk = AuditEntry.objects.filter(act="issue_reminders")
    assert sum(entry.details["count"] for entry in bulk) == 7
    told = client_of(ward.di).get(f"/api/v1/reminders/?case={case.number}").json()["results"]
    assert told[-1]["words"]["zh-Hans"] == (
        f"路灯管理处：案卷 {case.number} 的到场时限将于 2026-11-02 09:30 到期，请抓紧办理。"
    )


@pytest.mark.usefixtures("year")
def test_a_deadline_that_moved_is_another_and_what_rests_is_not_reminded_of(ward: Ward) -> None:
    moved = accepted_on(ward, local(2026, 11, 2, 9))
    resting = accepted_on(ward, local(2026, 11, 2, 9))
    done = accepted_on(ward, local(2026, 11, 2, 9))
    with time_machine.travel(local(2026, 11, 9, 10), tick=False):
        issue_reminders(timezone.now(), actor=ward.ada)
        assert Reminder.objects.filter(clock="resolve").count() == 3
        request_extension(moved, actor=ward.di, limit="3wd", reason="等待灯具到货")
        approve_extension(moved, actor=ward.ada)
        until = local(2026, 12, 1).date()
        request_parking(resting, actor=ward.di, until=until, reason="冬季不宜施工")
        approve_parking(resting, actor=ward.ada)
        handle_case(done, actor=ward.di)
    for day in (11, 12, 13):
        issue_reminders(local(2026, 11, day, 12), actor=ward.ada)
    again = Reminder.objects.filter(clock="resolve", issued_at__gt=local(2026, 11, 10))
    assert [(one.case.number, one.kind, one.due_at) for one in again] == [
        (moved.number, "warning", local(2026, 11, 12, 18)),
        (moved.number, "overdue", local(2026, 11, 12, 18)),
    ]


def test_the_scan_looks_only_into_cases_that_are_warned_of(ward: Ward) -> None:
    """Few of many are: they are found by their index."""
    case = case_in(ward, "accepted")
    multiply(case, 3000)
    far = timezone.now() + timedelta(days=30)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inspections_case SET warn_at = %s WHERE id %% 100 <> 0 AND id <> %s",
            [far, case.pk],
        )
        cursor.execute("ANALYZE inspections_case")
        asked: dict[str, Any] = {
            "now": timezone.now(),
            "open": ["dispatched", "accepted"],
            "share": 0.25,
            "every": 604800.0,
            "most": 1000,
            "year": 2026,
        }
        cursor.execute(f"EXPLAIN {ISSUE}", asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on inspections_case" not in plan, plan
