"""More time: asked while the clock runs, at most three times, and only the desk's approval moves a deadline."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from core.errors import DomainError
from inspections.calendar.use_cases import DayRow, state_days
from inspections.cases.models import Case
from inspections.cases.timing.models import DeadlineChange, Extension
from inspections.cases.timing.use_cases import (
    approve_extension,
    refuse_extension,
    request_extension,
)
from inspections.cases.use_cases import accept_case, dispatch_case, file_case, reassign_case
from inspections.disputes.models import Grounds
from inspections.disputes.use_cases import grant_return, request_return
from tests.inspections.calendar.test_arithmetic import YEAR_2026
from tests.inspections.conftest import Ward, case_in, report

CITY = ZoneInfo("Asia/Shanghai")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CITY)  # type: ignore[misc, arg-type]


@pytest.fixture
def year(ward: Ward) -> None:
    """The calendar of 2026, as published; 2027 is not."""
    days = [DayRow(day, "work" if works else "rest") for day, works in YEAR_2026.items()]
    state_days(days, actor=ward.ada)


def accepted_on(ward: Ward, moment: datetime) -> Case:
    with time_machine.travel(moment, tick=False):
        case = file_case(report(ward, reported_at=moment), actor=ward.ada)
        case = dispatch_case(case, actor=ward.ada)
        return accept_case(case, actor=ward.di)


def due(case: Case) -> tuple[datetime | None, datetime | None]:
    """The deadlines of the body that leads and of the citizen."""
    case = Case.objects.get(pk=case.pk)
    part = case.assignments.get(ended_at=None, kind="lead")
    return part.resolve_by, case.resolve_by


@pytest.mark.usefixtures("year")
def test_an_approved_extension_counts_on_from_where_the_deadline_stood(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 9, 30, 9))
    assert due(case) == (local(2026, 10, 13, 18), local(2026, 10, 13, 18))
    with time_machine.travel(local(2026, 10, 9, 10), tick=False):
        request_extension(case, actor=ward.di, limit="3wd", reason="等待灯具到货")
        assert due(case) == (local(2026, 10, 13, 18), local(2026, 10, 13, 18))  # not yet
        case = approve_extension(case, actor=ward.ada, reason="属实")
    assert due(case) == (local(2026, 10, 16, 18), local(2026, 10, 13, 18))
    kept = DeadlineChange.objects.get()
    assert (kept.clock, kept.old_due_at, kept.new_due_at, kept.cause, kept.reason) == (
        "resolve",
        local(2026, 10, 13, 18),
        local(2026, 10, 16, 18),
        "extension",
        "等待灯具到货",
    )
    assert (kept.changed_by, kept.changed_at) == (ward.ada, local(2026, 10, 9, 10))


@pytest.mark.usefixtures("year")
def test_the_citizens_deadline_follows_only_where_the_desk_says_so(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 9, 30, 9))
    with time_machine.travel(local(2026, 10, 9, 10), tick=False):
        request_extension(case, actor=ward.di, limit="3wd", reason="等待灯具到货")
        case = approve_extension(case, actor=ward.ada, limit="1wd", citizen=True)
    assert due(case) == (local(2026, 10, 14, 18), local(2026, 10, 14, 18))
    assert {change.clock for change in case.deadline_changes.all()} == {"resolve", "citizen"}
    assert case.reported_at == local(2026, 9, 30, 9)
    assert case.due_at == local(2026, 9, 30, 9, 30)  # nobody has arrived: that clock runs on


@pytest.mark.usefixtures("year")
def test_refused_changes_nothing_and_may_be_asked_again(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 9, 30, 9))
    with time_machine.travel(local(2026, 10, 9, 10), tick=False):
        request_extension(case, actor=ward.di, limit="3wd", reason="人手不足")
        refuse_extension(case, actor=ward.ada, reason="理由不充分")
        assert due(case) == (local(2026, 10, 13, 18), local(2026, 10, 13, 18))
        request_extension(case, actor=ward.di, limit="1wd", reason="灯具到货延迟")
    assert not DeadlineChange.objects.exists()


@pytest.mark.usefixtures("year")
def test_a_fourth_extension_is_refused(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 9, 30, 9))
    with time_machine.travel(local(2026, 10, 9, 10), tick=False):
        for _ in range(3):
            request_extension(case, actor=ward.di, limit="3wd", reason="等待灯具到货")
            approve_extension(case, actor=ward.ada)
        with pytest.raises(DomainError) as refused:
            request_extension(case, actor=ward.di, limit="1wd", reason="等待灯具到货")
    assert refused.value.code == "extensions_used_up"
    assert due(case)[0] == local(2026, 10, 26, 18)


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("limit", ["4wd", "0wd", "100h"])
def test_more_than_three_work_days_at_a_time_or_none_is_refused(ward: Ward, limit: str) -> None:
    case = accepted_on(ward, local(2026, 9, 30, 9))
    with time_machine.travel(local(2026, 10, 9, 10), tick=False):
        with pytest.raises(DomainError) as refused:
            request_extension(case, actor=ward.di, limit=limit, reason="等待灯具到货")
        assert refused.value.code == "extension_too_long"


@pytest.mark.usefixtures("year")
def test_a_clock_that_has_run_out_is_not_extended(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 9, 30, 9))
    with (
        time_machine.travel(local(2026, 10, 13, 18), tick=False),
        pytest.raises(DomainError) as refused,
    ):
        request_extension(case, actor=ward.di, limit="1wd", reason="忘了")
    assert refused.value.code == "extension_too_late"
    assert refused.value.details["until"] == "2026-10-13 18:00"


def test_what_was_asked_lapses_when_the_case_goes_elsewhere(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    request_extension(case, actor=ward.di, limit="1wd", reason="等待灯具到货")
    reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="派错")
    assert Extension.objects.get().state == "lapsed"


def test_the_next_body_has_a_clock_and_extensions_of_its_own(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    citizen = case.resolve_by
    for _ in range(3):
        request_extension(case, actor=ward.di, limit="1wd", reason="等待灯具到货")
        approve_extension(case, actor=ward.ada)
    request_return(case, actor=ward.di, grounds=Grounds.NOT_OURS, reason="不归我们管")
    case = grant_return(case, actor=ward.ada, to=ward.bodies["housing"], reason="属实")
    part = case.assignments.get(ended_at=None, kind="lead")
    assert part.resolve_by is not None
    assert part.resolve_by - part.dispatched_at > timedelta(days=4)
    request_extension(case, actor=ward.fu, limit="1wd", reason="等待灯具到货")
    assert due(case)[1] == citizen  # from the report, never reset
