"""The desk's figures: each with its numerator and its denominator, over what one may see."""

from datetime import timedelta

import pytest
import time_machine

from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases import file_case
from tests.conftest import client_of
from tests.inspections.cases.timing.test_extensions import accepted_on, local, year
from tests.inspections.conftest import Ward, put_off, report

__all__ = ["year"]  # a fixture

pytestmark = pytest.mark.usefixtures("year")


def told(ward: Ward, who: str = "ada", span: str = "?from=2026-11-02&to=2026-11-09") -> dict:  # type: ignore[type-arg]
    answer = client_of(ward.people[who]).get(f"/api/v1/desk/figures/{span}")
    assert answer.status_code == 200, answer.content
    found: dict = answer.json()  # type: ignore[type-arg]
    return found


@pytest.mark.mission("P1")
def test_how_soon_reports_are_filed(ward: Ward) -> None:
    for seconds in (20, 40, 60, 300):
        began = local(2026, 11, 3, 9)
        with time_machine.travel(began, tick=False) as clock:
            case = report(ward, reported_at=began)
            clock.shift(timedelta(seconds=seconds))
            file_case(case, actor=ward.ada)
    filing = told(ward)["filing"]
    assert (filing["numerator"], filing["denominator"], filing["rate"]) == (3, 4, 0.75)
    assert (filing["median_s"], filing["p95_s"], filing["within_s"]) == (50.0, 264.0, 180.0)


@pytest.mark.mission("B8")
def test_the_same_day_look_is_by_the_citys_day(ward: Ward) -> None:
    same, next_day = (accepted_on(ward, local(2026, 11, 3, 23, 30)) for _ in range(2))
    accepted_on(ward, local(2026, 11, 4, 0, 30))  # nobody came yet
    Assignment.objects.filter(case=same).update(arrived_at=local(2026, 11, 3, 23, 59))
    Assignment.objects.filter(case=next_day).update(arrived_at=local(2026, 11, 4, 0, 1))
    assert told(ward)["same_day_look"] == {"numerator": 1, "denominator": 3, "rate": 0.3333}


@pytest.mark.mission("B11")
def test_solved_within_a_week_of_those_whose_week_is_over(ward: Ward) -> None:
    began = local(2026, 11, 3, 9)
    soon, late, unsolved = (accepted_on(ward, began) for _ in range(3))
    for case, days, solved in ((soon, 6, True), (late, 8, True), (unsolved, 2, False)):
        end = began + timedelta(days=days)
        closed = {"closed_at": end, "handled_at": end, "solved": solved}
        Case.objects.filter(pk=case.pk).update(state="closed", closing_basis="anonymous", **closed)
    with time_machine.travel(local(2026, 11, 9, 9), tick=False):
        assert told(ward)["solved_in_7_days"]["denominator"] == 0
    with time_machine.travel(local(2026, 11, 20, 9), tick=False):
        found = told(ward)
    assert found["solved_in_7_days"] == {"numerator": 1, "denominator": 3, "rate": 0.3333}
    assert found["on_time"] == {"numerator": 2, "denominator": 3, "rate": 0.6667}


def test_they_are_for_the_desk_and_over_its_area(ward: Ward) -> None:
    with time_machine.travel(local(2026, 11, 3, 9), tick=False):
        put_off(ward, accepted_on(ward, local(2026, 11, 3, 9)))
    assert told(ward, "lu")["filing"]["denominator"] == 1
    refused = client_of(ward.di).get("/api/v1/desk/figures/")
    assert (refused.status_code, refused.json()["code"]) == (403, "only_for_the_desk")
    for span in ("?from=2026-11-09&to=2026-11-02", "?from=2024-01-01&to=2026-01-01"):
        bad = client_of(ward.ada).get(f"/api/v1/desk/figures/{span}")
        assert (bad.status_code, bad.json()["code"]) == (400, "bad_span")
