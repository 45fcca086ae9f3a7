"""Tasks follow the case: verify, handle for every body, check; and what a page of them tells."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from shapely import LineString

from grid.ground.datums import WGS84
from grid.organizations.models import Role
from inspections.cases.models import Case, ProofDistance
from inspections.cases.use_cases import (
    check_case,
    close_case,
    decline_case,
    dispatch_case,
    file_case,
    handle_case,
    move_pin,
    reassign_case,
    rework_case,
    verify_case,
)
from inspections.fieldwork.models import FieldTask
from inspections.requests.use_cases import point_place
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, prove, report, visit


def tasks_of(case: Case) -> list[tuple[str, str | None, str]]:
    """Kind, body and status, in the order they were made."""
    rows = FieldTask.objects.filter(case=case).order_by("id")
    return list(rows.values_list("kind", "organization__code", "status"))


def features(ward: Ward, who: str, query: str = "") -> list[dict[str, Any]]:
    answer = client_of(ward.people[who]).get(f"/api/v1/tasks/?{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["features"]
    return found


@pytest.mark.mission("D6")
def test_what_the_public_reports_is_verified_first(ward: Ward) -> None:
    case = report(ward, channel="wechat")
    assert tasks_of(case) == [("verify", None, "open")]
    assert FieldTask.objects.get().due_at == case.file_by
    verify_case(case, actor=ward.bo)
    assert tasks_of(case) == [("verify", None, "done")]
    assert FieldTask.objects.get().done_by == ward.bo


def test_a_call_to_the_desk_is_not(ward: Ward) -> None:
    assert tasks_of(report(ward, channel="phone")) == []


@pytest.mark.parametrize("how", ["file", "decline"])
def test_nobody_goes_to_verify_what_was_decided_at_the_desk(ward: Ward, how: str) -> None:
    case = report(ward, channel="web")
    act = {"file": file_case, "decline": decline_case}[how]
    act(case, actor=ward.ada, reason="电话已核实")
    assert tasks_of(case) == [("verify", None, "cancelled")]


@pytest.mark.mission("F5", "N4")
def test_every_body_that_has_the_case_has_its_task(ward: Ward) -> None:
    case = case_in(ward, "filed")
    case = dispatch_case(case, actor=ward.ada, assists=[ward.bodies["housing"]])
    assert tasks_of(case) == [("handle", "LAMP", "open"), ("handle", "HOUSING", "open")]
    reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="职责在城管")
    assert tasks_of(case) == [
        ("handle", "LAMP", "cancelled"),
        ("handle", "HOUSING", "cancelled"),
        ("handle", "URBAN", "open"),
    ]


def test_an_assisting_body_ends_its_own_task_by_a_visit(ward: Ward) -> None:
    case = dispatch_case(case_in(ward, "filed"), actor=ward.ada, assists=[ward.bodies["housing"]])
    visit(ward, case, by="fu")
    visit(ward, case, by="di")
    assert tasks_of(case) == [("handle", "LAMP", "open"), ("handle", "HOUSING", "done")]


def test_handled_then_checked_or_done_again(ward: Ward) -> None:
    case = case_in(ward, "handled")
    assert tasks_of(case) == [("handle", "LAMP", "done"), ("check", None, "open")]
    case = rework_case(case, actor=ward.bo, reason="仍不亮")
    assert tasks_of(case)[1:] == [("check", None, "done"), ("handle", "LAMP", "open")]
    case = handle_case(case, actor=ward.di)
    prove(ward, case)
    check_case(case, actor=ward.bo)
    assert tasks_of(case)[2:] == [("handle", "LAMP", "done"), ("check", None, "done")]


def test_tasks_go_where_the_pin_goes(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    lon, lat = ward.lonlat(700, 700)
    case = move_pin(case, actor=ward.bo, place=point_place(lon, lat, WGS84), reason="看错了")
    assert case.tasks.get().place.equals_exact(case.place, 1e-9)


def test_near_gives_the_nearest_first_page_by_page(ward: Ward) -> None:
    for east in (900, 100, 500, 300):
        case_in(ward, "handled", at=(east, 250))
    lon, lat = ward.lonlat(0, 250)
    query = f"status=open&near={lon},{lat}&limit=3"
    answer = client_of(ward.bo).get(f"/api/v1/tasks/?{query}").json()
    seen = [row["properties"]["distance_m"] for row in answer["features"]]
    rest = client_of(ward.bo).get(answer["next"]).json()
    seen += [row["properties"]["distance_m"] for row in rest["features"]]
    assert [round(metres) for metres in seen] == [100, 300, 500, 900]
    assert rest["next"] is None


@pytest.mark.parametrize("near", ["", "1", "1,2,3", "a,b", "nan,1", "200,95"])
def test_a_place_that_is_none_is_refused_by_name(ward: Ward, near: str) -> None:
    answer = client_of(ward.bo).get(f"/api/v1/tasks/?near={near}")
    if near:
        assert answer.status_code == 400, answer.content
        assert answer.json()["code"] in {"bad_parameter", "bad_place"}
    else:
        assert answer.status_code == 200


def test_a_task_tells_what_somebody_who_goes_must_know(ward: Ward) -> None:
    ground.facility(
        "ROAD-1",
        "0601",
        LineString([(0, 240), (1000, 240)]),
        ward.version,
        name="桐峰路",
        attributes={"class": "secondary"},
    )
    ProofDistance.objects.create(category=ward.lamps, limit_m=40)
    case = case_in(ward, "dispatched", text="路灯  不亮\n已有三天")
    (row,) = features(ward, "di", "status=open")
    told = row["properties"]
    part = case.assignments.get()
    assert told["place_words"].startswith("桐峰路 · ")
    assert {name: told[name] for name in ("case", "case_state", "case_version", "text")} == {
        "case": case.number,
        "case_state": "dispatched",
        "case_version": case.version,
        "text": "路灯 不亮 已有三天",
    }
    assert (told["category"], told["proof_distance_m"], told["photos_needed"]) == ("0118", 40, 1)
    assert (told["clock_state"], told["distance_m"], told["arrived_at"]) == ("running", None, None)
    assert part.arrive_by is not None
    assert told["arrive_by"] == part.arrive_by.isoformat().replace("+00:00", "Z")


def test_the_clock_of_a_task_warns_and_runs_out(ward: Ward) -> None:
    task = case_in(ward, "dispatched").tasks.get()
    now = timezone.now()
    for made, due, state in ((9, 1, "warning"), (9, -1, "overdue"), (1, 9, "running")):
        task.made_at, task.due_at = now - timedelta(hours=made), now + timedelta(hours=due)
        task.save()
        assert features(ward, "di")[0]["properties"]["clock_state"] == state


def test_a_list_of_tasks_takes_as_many_queries_for_three_as_for_one(ward: Ward) -> None:
    client = client_of(ward.bo)
    lon, lat = ward.lonlat(0, 0)
    address = f"/api/v1/tasks/?near={lon},{lat}"
    counts = []
    for made in (1, 2):
        for number in range(made):
            case_in(ward, "handled", at=(250 + 10 * number, 250))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_one_task_shows_its_visits(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    visit(ward, case)
    answer = client_of(ward.di).get(f"/api/v1/tasks/{case.tasks.get().pk}/").json()
    assert [one["outcome"] for one in answer["properties"]["visits"]] == ["done"]
    assert answer["properties"]["arrived_at"] is not None


def test_mine_are_those_one_may_go_for(ward: Ward) -> None:
    handle, verify = case_in(ward, "dispatched"), report(ward, channel="web")

    def shown(who: str, query: str) -> set[tuple[str, str]]:
        found = features(ward, who, query)
        return {(one["properties"]["kind"], one["properties"]["case"]) for one in found}

    both = {("handle", handle.number), ("verify", verify.number)}
    assert shown("bo", "status=open") == both
    assert shown("bo", "status=open&mine=true") == {("verify", verify.number)}
    assert shown("di", "mine=true") == {("handle", handle.number)}
    assert shown("lu", "mine=true") == shown("ada", "mine=true") == set()
    assert shown("xi", "mine=true") == set()


def test_another_bodys_tasks_are_not_shown(ward: Ward) -> None:
    case_in(ward, "accepted")
    factories.member("gu", Role.HANDLER, ward.bodies["watch"])
    assert features(ward, "cy") == features(ward, "fu") == []


def test_a_check_without_enough_photos_leaves_its_task(ward: Ward) -> None:
    case = case_in(ward, "handled")
    case = check_case(case, actor=ward.bo)
    task = FieldTask.objects.get(case=case, kind="check")
    assert task.status == "open"
    prove(ward, case)
    close_case(case, actor=ward.bo)
    task.refresh_from_db()
    assert (task.status, task.done_by) == ("done", ward.bo)


def test_a_proven_check_ends_its_task(ward: Ward) -> None:
    case = case_in(ward, "handled")
    prove(ward, case)
    check_case(case, actor=ward.bo)
    assert FieldTask.objects.get(case=case, kind="check").status == "done"
