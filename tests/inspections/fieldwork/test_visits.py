"""Visits: always recorded; arrivals proven by position; a wrong pin judged anew; nothing closes by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotPermitted
from inspections.cases.models import Case
from inspections.cases.use_cases import (
    accept_case,
    dispatch_case,
    handle_case,
    reassign_case,
    urge_case,
)
from inspections.fieldwork.models import TaskKind, Visit, VisitOutcome
from inspections.fieldwork.use_cases import PinNeeded
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, report, visit


def post(ward: Ward, who: str, case: Case, given: dict[str, Any]) -> Any:
    task = case.tasks.order_by("-id")[0]
    client = client_of(ward.people[who])
    return client.post(f"/api/v1/tasks/{task.pk}/visit/", given, format="json")


def page(ward: Ward, who: str, case: Case) -> dict[str, Any]:
    answer = client_of(ward.people[who]).get(f"/api/v1/cases/{case.number}/")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()["properties"]
    return told


def arrival(told: dict[str, Any]) -> tuple[str, str]:
    """State of the clock of arrival, and what the visit says."""
    (clock,) = (one for one in told["clocks"] if one["clock"] == "arrive")
    return clock["state"], told["visits"][-1]["words"]["zh-Hans"]


@pytest.mark.mission("P2", "N10")
def test_a_crew_on_the_spot_stops_the_clock_of_arrival(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    made = visit(ward, case, (255, 250))
    assert (made.near, made.arrival, round(made.distance_m or 0)) == (True, True, 5)
    assert case.assignments.get().arrived_at == made.arrived_at
    assert arrival(page(ward, "ada", case)) == ("met", "已到场：到场时限停止计时。")
    again = visit(ward, case, (255, 250))
    assert (again.near, again.arrival) == (True, False)
    assert case.assignments.get().arrived_at == made.arrived_at


def test_arriving_is_a_word_of_its_own_and_ends_no_task(ward: Ward) -> None:
    case = dispatch_case(case_in(ward, "filed"), actor=ward.ada, assists=[ward.bodies["housing"]])
    made = visit(ward, case, by="fu", outcome=VisitOutcome.ARRIVED)
    assert (made.arrival, made.task.status) == (True, "open")
    assert page(ward, "ada", case)["visits"][0]["to_decide"] is False
    visit(ward, case, by="fu")
    made.task.refresh_from_db()
    assert made.task.status == "done"


@pytest.mark.mission("P2")
def test_a_visit_far_away_is_recorded_and_says_so(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    answer = post(
        ward,
        "di",
        case,
        dict(zip(("lon", "lat"), ward.lonlat(250, 900), strict=True))
        | {"outcome": "done", "accuracy_m": 5000},
    )
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["near"], told["arrival"], round(told["distance_m"])) == (False, False, 650)
    assert told["words"]["zh-Hans"] == "距案件位置 650 米，超出 100 米：已记录，不计为到场。"
    assert case.assignments.get().arrived_at is None
    assert arrival(page(ward, "ada", case))[0] == "running"


def test_accuracy_counts_but_proves_not_everything(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    assert visit(ward, case, (250, 430), accuracy_m=50.0).near is False
    assert visit(ward, case, (250, 430), accuracy_m=90.0).near is True
    assert visit(ward, case, (250, 600), accuracy_m=10_000.0).near is False


def test_without_a_position_nobody_has_arrived(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    made = visit(ward, case, None)
    assert (made.near, made.arrival, made.distance_m) == (None, False, None)


def test_a_clock_that_runs_ahead_or_behind_wins_nothing(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    part = case.assignments.get()
    visit(ward, case, arrived_at=part.dispatched_at - timedelta(days=3))
    part.refresh_from_db()
    assert part.arrived_at == part.dispatched_at
    ahead = visit(ward, case, arrived_at=timezone.now() + timedelta(days=3))
    assert ahead.arrived_at == ahead.recorded_at


def test_the_arrival_of_each_body_counts_for_itself(ward: Ward) -> None:
    case = case_in(ward, "filed")
    client_of(ward.ada).post(
        f"/api/v1/cases/{case.number}/dispatch/", {"assists": ["HOUSING"]}, format="json"
    )
    visit(ward, case, by="fu")
    arrived = case.assignments.values_list("organization__code", "arrived_at")
    assert {code: at is not None for code, at in arrived} == {"LAMP": False, "HOUSING": True}


def test_an_inspector_who_looks_is_nobodys_arrival(ward: Ward) -> None:
    case = case_in(ward, "handled")
    assert visit(ward, case, by="bo", kind=TaskKind.CHECK).arrival is False
    assert case.assignments.get().arrived_at is None


def test_positions_are_read_in_the_datum_they_are_stated_in(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    lon, lat = ward.lonlat(250, 250)
    answer = post(ward, "di", case, {"outcome": "done", "lon": lon, "lat": lat, "datum": "gcj02"})
    assert answer.json()["near"] is False  # some 500 m away
    stated = Visit.objects.get().stated
    assert stated == {"lon": lon, "lat": lat, "datum": "gcj02"}


@pytest.mark.parametrize("outcome", ["not_found", "already_restored", "no_access", "unsafe"])
def test_what_is_found_is_shown_to_the_desk_and_closes_nothing(ward: Ward, outcome: str) -> None:
    case = case_in(ward, "accepted")
    visit(ward, case, outcome=VisitOutcome(outcome))
    told = page(ward, "ada", case)
    (shown,) = told["visits"]
    assert (told["state"], told["version"]) == ("accepted", case.version)
    assert (shown["outcome"], shown["to_decide"]) == (outcome, True)
    assert shown["decide_words"]["zh-Hans"]
    urge_case(case, actor=ward.ada, reason="请尽快")
    assert page(ward, "ada", case)["visits"][0]["to_decide"] is True
    handle_case(case, actor=ward.di)
    assert page(ward, "ada", case)["visits"][0]["to_decide"] is False


def test_a_wrong_pin_is_moved_and_judged_anew(ward: Ward) -> None:
    case = report(ward, channel="web")
    lon, lat = ward.lonlat(700, 250)
    answer = post(
        ward,
        "bo",
        case,
        {"outcome": "pin_moved", "lon": lon, "lat": lat, "pin": {"lon": lon, "lat": lat}},
    )
    assert answer.status_code == 201, answer.content
    case.refresh_from_db()
    assert (case.state, case.cell_code) == ("reported", "500236001001002")
    assert (answer.json()["to_decide"], answer.json()["near"]) == (False, True)


def test_moving_the_pin_of_a_filed_case_keeps_both_verdicts(ward: Ward) -> None:
    case = case_in(ward, "handled")
    former = case.verdict_id
    case = case_in(ward, "accepted")
    former = case.verdict_id
    lon, lat = ward.lonlat(700, 250)
    told = client_of(ward.bo).post(
        f"/api/v1/cases/{case.number}/move_pin/", {"lon": lon, "lat": lat}, format="json"
    )
    assert told.status_code == 201
    ids = [one["id"] for one in told.json()["properties"]["verdicts"]]
    assert (ids[0], len(ids)) == (former, 2)


@pytest.mark.parametrize(
    ("who", "kind", "state", "code"),
    [
        ("di", TaskKind.HANDLE, "accepted", "not_permitted"),  # a crew may not move it
        ("bo", TaskKind.CHECK, "handled", "wrong_state"),  # too late
    ],
)
def test_a_pin_that_may_not_be_moved_is_told_to_the_desk(
    ward: Ward, who: str, kind: TaskKind, state: str, code: str
) -> None:
    case = case_in(ward, state)
    pin = Point(*ward.lonlat(700, 250), srid=4326)
    made = visit(ward, case, (700, 250), by=who, kind=kind, outcome=VisitOutcome.PIN_MOVED, pin=pin)
    before = case.cell_code
    case.refresh_from_db()
    assert (case.state, case.cell_code, made.pin_refusal["code"]) == (state, before, code)
    shown = page(ward, "ada", case)["visits"][0]
    assert shown["to_decide"] is True
    assert "点位有误" in shown["decide_words"]["zh-Hans"]
    assert (made.arrival, case.assignments.get().arrived_at) == (False, None)


def test_a_pin_outside_the_city_is_told_to_the_desk(ward: Ward) -> None:
    case = report(ward, channel="web")
    far = Point(*ward.lonlat(90_000, 0), srid=4326)
    made = visit(ward, case, by="bo", kind=TaskKind.VERIFY, outcome=VisitOutcome.PIN_MOVED, pin=far)
    assert made.pin_refusal["code"] == "outside_city"


def test_a_moved_pin_must_be_given(ward: Ward) -> None:
    with pytest.raises(PinNeeded):
        visit(ward, case_in(ward, "accepted"), outcome=VisitOutcome.PIN_MOVED)
    assert not Visit.objects.exists()


def test_only_those_whose_task_it_is_may_say_they_were_there(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    for name in ("ada", "bo", "fu", "cy"):
        with pytest.raises((NotPermitted, IndexError)):
            visit(ward, case, by=name)
    assert post(ward, "cy", case, {"outcome": "done"}).status_code == 404
    assert post(ward, "bo", case, {"outcome": "done"}).status_code == 403


def test_a_late_visit_to_a_task_taken_away_is_kept_and_counts_for_nobody(ward: Ward) -> None:
    case, di = case_in(ward, "accepted"), client_of(ward.di)
    old = case.tasks.get()
    reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="职责在城管")
    answer = di.post(f"/api/v1/tasks/{old.pk}/visit/", {"outcome": "done"}, format="json")
    assert (answer.status_code, answer.json()["arrival"]) == (201, False)
    assert di.get("/api/v1/tasks/").json()["features"] == []  # the case is theirs no more
    assert di.get(f"/api/v1/tasks/{old.pk}/").status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"outcome": "gone"},
        {"outcome": "done", "lon": 109.4},
        {"outcome": "done", "lon": 0, "lat": 0},
        {"outcome": "done", "lon": 200, "lat": 95},
        {"outcome": "done", "lon": 1, "lat": 1, "datum": "mars"},
        {"outcome": "done", "accuracy_m": -1},
        {"outcome": "pin_moved"},
        {"outcome": "pin_moved", "pin": {"lon": 109.4}},
        {"outcome": "done", "arrived_at": "yesterday"},
        {"outcome": "done", "arrived_at": "0001-01-01T00:00:00+08:00"},
    ],
)
def test_what_cannot_be_a_visit_is_refused_by_name(ward: Ward, given: dict[str, Any]) -> None:
    answer = post(ward, "di", case_in(ward, "accepted"), given)
    assert answer.status_code == 400, answer.content
    assert not Visit.objects.exists()


@pytest.mark.mission("F20")
def test_visits_stand_in_the_trail_of_the_case(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    visit(ward, case)
    trail = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/trail/").json()["results"]
    assert [row["act"] for row in trail][-2:] == ["accept", "record_visit"]


def test_the_desk_lists_what_waits_for_it(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    visit(ward, case, outcome=VisitOutcome.NO_ACCESS)
    visit(ward, case, outcome=VisitOutcome.DONE)
    ada = client_of(ward.ada)
    (row,) = ada.get("/api/v1/visits/?to_decide=true").json()["results"]
    assert (row["case"], row["outcome"]) == (case.number, "no_access")
    assert (
        len(ada.get(f"/api/v1/visits/?case={case.number}&organization=LAMP").json()["results"]) == 2
    )
    accept_case(case, actor=ward.di)  # no decision about what was found
    assert len(ada.get("/api/v1/visits/?to_decide=true").json()["results"]) == 1
    case.refresh_from_db()
    reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="由城管开门")
    assert ada.get("/api/v1/visits/?to_decide=true").json()["results"] == []


def test_a_list_of_visits_takes_as_many_queries_for_three_as_for_one(ward: Ward) -> None:
    case, ada, counts = case_in(ward, "accepted"), client_of(ward.ada), []
    for made in (1, 2):
        for _ in range(made):
            visit(ward, case, outcome=VisitOutcome.UNSAFE)
        with CaptureQueriesContext(connection) as queries:
            ada.get("/api/v1/visits/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_of_an_ended_case_nothing_is_left_to_decide(ward: Ward) -> None:
    case = case_in(ward, "closed")
    assert visit(ward, case, outcome=VisitOutcome.NOT_FOUND).to_decide is False
