"""Which clocks run, warn and have run out, from plain values."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inspections.cases.clocks import clocks_of, most_pressing
from inspections.cases.models import CLOSED_WITH_IT, Assignment, Case

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def case(**stated: Any) -> Case:
    return Case(state=stated.pop("state", "dispatched"), reported_at=START, **stated)


def assignment(number: int = 1, **stated: Any) -> Assignment:
    usual: dict[str, Any] = {
        "dispatched_at": START + HOUR,
        "respond_by": START + 2 * HOUR,
        "arrive_by": START + 3 * HOUR,
        "resolve_by": START + 10 * HOUR,
    }
    return Assignment(pk=number, **usual | stated)


def states(a_case: Case, assignments: list[Assignment], after: float) -> dict[str, str]:
    now = START + after * HOUR
    return {clock.clock: clock.state(now) for clock in clocks_of(a_case, assignments)}


def test_a_reported_case_waits_to_be_filed_and_its_citizen_for_an_end() -> None:
    waiting = case(state="reported", file_by=START + 2 * HOUR, resolve_by=START + 20 * HOUR)
    assert states(waiting, [], 1) == {"file": "running", "citizen": "running"}
    assert states(waiting, [], 1.5) == {"file": "warning", "citizen": "running"}
    assert states(waiting, [], 2) == {"file": "overdue", "citizen": "running"}
    assert states(waiting, [], 20) == {"file": "overdue", "citizen": "overdue"}


def test_what_was_done_in_time_is_met_and_late_is_missed() -> None:
    filed = case(
        state="filed",
        file_by=START + HOUR,
        filed_at=START + 2 * HOUR,
        dispatch_by=START + 4 * HOUR,
    )
    assert states(filed, [], 3) == {"file": "missed", "dispatch": "running"}
    sent = assignment(accepted_at=START + 1.5 * HOUR, arrived_at=START + 4 * HOUR)
    assert states(filed, [sent], 5) == {
        "file": "missed",
        "dispatch": "met",
        "respond": "met",
        "arrive": "missed",
        "resolve": "running",
    }


def test_an_assignment_taken_away_stops_its_clocks_without_fault() -> None:
    gone = assignment(1, ended_at=START + 1.5 * HOUR, end_reason="reassign")
    new = assignment(2, dispatched_at=START + 1.5 * HOUR)
    told = [
        (clock.assignment.pk, clock.clock, clock.state(START + 30 * HOUR))
        for clock in clocks_of(case(), [gone, new])
        if clock.assignment
    ]
    assert told == [
        (1, "respond", "stopped"),
        (1, "arrive", "stopped"),
        (1, "resolve", "stopped"),
        (2, "respond", "overdue"),
        (2, "arrive", "overdue"),
        (2, "resolve", "overdue"),
    ]


def test_handled_ends_every_clock_and_rework_starts_it_again() -> None:
    resolved = case(state="handled", handled_at=START + 5 * HOUR, resolve_by=START + 20 * HOUR)
    assert states(resolved, [assignment(accepted_at=START + 2 * HOUR)], 30) == {
        "respond": "met",
        "arrive": "stopped",  # nobody proved to have been there, and it no longer counts
        "resolve": "met",
        "citizen": "met",
    }
    again = case(state="accepted", handled_at=None, resolve_by=START + 20 * HOUR)
    assert states(again, [assignment(accepted_at=START + 2 * HOUR)], 30)["citizen"] == "overdue"


def test_a_closed_case_has_no_running_clock() -> None:
    closed = case(
        state="closed",
        handled_at=START + 5 * HOUR,
        closed_at=START + 9 * HOUR,
        resolve_by=START + 20 * HOUR,
    )
    done = assignment(ended_at=START + 9 * HOUR, end_reason=CLOSED_WITH_IT)
    assert not [clock for clock in clocks_of(closed, [done]) if clock.runs]


@pytest.mark.parametrize("after", [0, 2.5, 9, 40])
def test_the_most_pressing_is_the_first_to_run_out(after: float) -> None:
    sent = assignment(accepted_at=START + 1.5 * HOUR)
    pressing = most_pressing(clocks_of(case(resolve_by=START + 8 * HOUR), [sent]))
    assert pressing is not None
    assert pressing.clock == "arrive"
