"""A rest: asked, approved; clocks stand still and go on with what they had left; it ends by itself."""

from datetime import date, datetime

import pytest
import time_machine

from core.errors import DomainError
from grid.organizations.use_cases import service_user
from inspections.cases.clocks import clocks_of
from inspections.cases.models import Case
from inspections.cases.timing.models import DeadlineChange, Parking
from inspections.cases.timing.use_cases import (
    approve_parking,
    request_parking,
    unpark,
    unpark_due,
)
from inspections.cases.use_cases import handle_case, reassign_case
from tests.inspections.cases.timing.test_extensions import accepted_on, due, local, year
from tests.inspections.conftest import Ward

__all__ = ["year"]  # a fixture

pytestmark = pytest.mark.usefixtures("year")


def parked(ward: Ward, case: Case, at: datetime, until: date) -> Case:
    with time_machine.travel(at, tick=False):
        request_parking(case, actor=ward.di, until=until, reason="冬季不宜施工")
        return approve_parking(case, actor=ward.ada, reason="属实")


def states(case: Case, now: datetime) -> dict[str, str]:
    return {clock.clock: clock.state(now) for clock in clocks_of(case, case.assignments.all())}


def test_asking_rests_nothing_and_approval_everything_that_has_not_run_out(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))
    with time_machine.travel(local(2026, 11, 4, 10), tick=False):
        case = request_parking(case, actor=ward.di, until=date(2026, 12, 1), reason="缺配件")
    assert states(case, local(2026, 11, 20))["resolve"] == "overdue"
    with time_machine.travel(local(2026, 11, 4, 11), tick=False):
        case = approve_parking(case, actor=ward.ada)
    assert states(case, local(2026, 11, 20)) == {
        "file": "met",
        "dispatch": "met",
        "respond": "met",
        "arrive": "overdue",  # it had run out before: it stays so
        "resolve": "resting",
        "citizen": "resting",
    }
    assert case.due_at == local(2026, 11, 2, 9, 30)


def test_what_was_left_is_left(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))  # due on Monday the 9th
    case = parked(ward, case, local(2026, 11, 4, 10), date(2026, 12, 1))
    with time_machine.travel(local(2026, 11, 18, 15), tick=False):  # three work days were left
        case = unpark(case, actor=ward.di, reason="配件已到")
    assert due(case) == (local(2026, 11, 23, 18), local(2026, 11, 23, 18))
    kept = DeadlineChange.objects.filter(case=case).order_by("id")
    assert [(one.clock, one.cause, one.old_due_at) for one in kept] == [
        ("citizen", "parking", local(2026, 11, 9, 18)),
        ("resolve", "parking", local(2026, 11, 9, 18)),
    ]
    assert case.parked_at is None


def test_it_ends_by_itself_on_its_day_and_once(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))
    parked(ward, case, local(2026, 11, 4, 10), date(2026, 12, 1))
    actor = service_user("clocks")
    with time_machine.travel(local(2026, 11, 30, 23, 59), tick=False):
        assert unpark_due(actor=actor) == 0
    with time_machine.travel(local(2026, 12, 1, 0, 1), tick=False):
        assert (unpark_due(actor=actor), unpark_due(actor=actor)) == (1, 0)
    assert Parking.objects.get().state == "ended"
    assert due(case)[0] == local(2026, 12, 4, 18)


def test_parked_over_the_new_year_it_leans_on_a_provisional_year(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 12, 28, 9))
    case = parked(ward, case, local(2026, 12, 29, 10), date(2027, 1, 11))
    with time_machine.travel(local(2027, 1, 11, 0, 5), tick=False):
        unpark_due(actor=service_user("clocks"))
    case.refresh_from_db()
    assert case.deadlines_provisional


def test_work_done_while_parked_was_in_time(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))
    case = parked(ward, case, local(2026, 11, 4, 10), date(2026, 12, 1))
    with time_machine.travel(local(2026, 11, 18, 15), tick=False):
        case = handle_case(case, actor=ward.di)
    told = states(case, local(2026, 11, 19))
    assert (told["resolve"], told["citizen"], case.parked_at) == ("met", "met", None)
    assert Parking.objects.get().state == "ended"


def test_another_body_does_not_inherit_the_rest(ward: Ward) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))
    case = parked(ward, case, local(2026, 11, 4, 10), date(2026, 12, 1))
    with time_machine.travel(local(2026, 11, 18, 15), tick=False):
        case = reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="派错")
    assert due(case) == (local(2026, 11, 25, 18), local(2026, 11, 23, 18))
    assert case.parked_at is None


@pytest.mark.parametrize("until", [date(2026, 11, 4), date(2027, 5, 4)])
def test_a_day_that_has_come_or_is_too_far_is_refused(ward: Ward, until: date) -> None:
    case = accepted_on(ward, local(2026, 11, 2, 9))
    with time_machine.travel(local(2026, 11, 4, 10), tick=False):
        with pytest.raises(DomainError) as refused:
            request_parking(case, actor=ward.di, until=until, reason="缺配件")
        assert refused.value.code == "bad_parking_day"
