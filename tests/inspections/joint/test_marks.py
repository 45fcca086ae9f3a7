"""Marks: what makes a case need somebody above, and the leaders who hear of it at the same moment."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.utils import timezone
from shapely import Point, box

from core.errors import NotPermitted
from grid.areas.models import Level
from grid.facilities.models import Facility
from grid.organizations.models import Role
from inspections.cases.clocks import clocks_of
from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases import (
    accept_case,
    add_assist,
    dispatch_case,
    file_case,
    handle_case,
    reassign_case,
    rework_case,
)
from inspections.disputes.models import Grounds
from inspections.disputes.use_cases import appeal_return, refuse_return, request_return
from inspections.joint.marks.models import CaseCopy, CaseMark
from inspections.joint.marks.queries import leaders_in_charge
from inspections.joint.marks.use_cases import (
    NoLeader,
    NotListed,
    TakenAlready,
    list_hard,
    mark_late,
    refer_case,
    take_lead,
    unlist_hard,
)
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, report


def marks(case: Case) -> dict[str, Any]:
    return dict(CaseMark.objects.filter(case=case, ended_at=None).values_list("kind", "told"))


@pytest.mark.mission("F17")
def test_the_leader_in_charge_has_a_copy_at_the_moment_of_the_dispatch(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    (copy,) = CaseCopy.objects.filter(case=case)
    assert (copy.leader, copy.cause) == (ward.lu, "sent")
    assert copy.at == case.assignments.get().dispatched_at == case.dispatched_at


@pytest.mark.mission("F10")
def test_the_leader_in_charge_is_the_nearest_above(ward: Ward) -> None:
    boss = factories.member("boss", Role.LEADER, ward.bodies["lamp"])
    factories.member("far", Role.LEADER, ward.bodies["lamp"], "510000")
    assert leaders_in_charge([ward.bodies["crew"].pk], ["500236"]) == [boss]
    assert leaders_in_charge([ward.bodies["housing"].pk], ["500236"]) == []


@pytest.mark.mission("F16")
def test_unclear_ill_handled_and_repeated_each_call_the_leader(ward: Ward) -> None:
    unclear = file_case(report(ward, category=ward.bins), actor=ward.ada)
    assert marks(unclear) == {"unclear": {"outcome": "unowned"}}

    ill = case_in(ward, "handled")
    for _ in range(2):
        ill = handle_case(rework_case(ill, actor=ward.bo, reason="仍不亮"), actor=ward.di)
    assert marks(ill) == {"ill_handled": {"reworked": 2}}

    for _ in range(3):
        last = report(ward, at=(750, 750))
    assert marks(last) == {"repeated": {"earlier": 2}}
    called = CaseCopy.objects.filter(case=ill, cause="marked").values_list("leader__username")
    assert list(called) == [("lu",)]


@pytest.mark.mission("F16")
def test_a_body_that_lets_its_time_run_out_is_found_once(ward: Ward) -> None:
    late, fresh = case_in(ward, "accepted"), case_in(ward, "accepted", at=(750, 750))
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(case=late).update(resolve_by=past)
    Case.objects.filter(pk=late.pk).update(due_at=past)
    assert [mark_late(timezone.now()) for _ in range(2)] == [1, 0]
    assert "ill_handled" in marks(late)
    assert "ill_handled" not in marks(fresh)
    assert CaseCopy.objects.filter(case=late, kind="ill_handled", leader=ward.lu).count() == 1


@pytest.mark.mission("C19")
def test_what_goes_round_and_round_is_escalated(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    case = request_return(case, actor=ward.di, grounds=Grounds.NOT_OURS, reason="不归我们管")
    assert "ping_pong" not in marks(case)
    case = reassign_case(case, actor=ward.ada, reason="改派", to=ward.bodies["housing"])
    case = request_return(case, actor=ward.fu, grounds=Grounds.NOT_OURS, reason="也不归我们管")
    assert marks(case)["ping_pong"] == {"returns": 2}
    assert marks(case)["unclear"].keys() == {"dispute"}  # two denials
    assert CaseCopy.objects.filter(case=case, leader=ward.lu, kind="ping_pong").exists()


@pytest.mark.mission("C19")
def test_moved_twice_without_a_return_is_escalated_too(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    for body in ("housing", "urban"):
        case = reassign_case(case, actor=ward.ada, reason="改派", to=ward.bodies[body])
    assert marks(case) == {"ping_pong": {"moved": 2}}


@pytest.mark.mission("N7")
def test_a_class_of_a_department_sent_to_the_street_alone_warns(ward: Ward) -> None:
    case = file_case(report(ward), actor=ward.ada)
    case = dispatch_case(case, actor=ward.ada, to=ward.bodies["street"], reason="属地先办")
    assert marks(case) == {"pushed_down": {"bodies": ["街道"]}}
    page = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/").json()["properties"]
    assert "一交了之" in page["marks"][0]["words"]["zh-Hans"]
    case = add_assist(case, actor=ward.ada, to=ward.bodies["lamp"], reason="主管部门参加")
    assert marks(case) == {}


@pytest.mark.mission("B15")
def test_a_line_through_two_districts_is_on_the_register(ward: Ward) -> None:
    ground.area("510000", Level.DISTRICT, box(1000, 0, 2000, 1000), ward.version)
    case = report(ward)
    ends = [ward.lonlat(900, 250), ward.lonlat(1100, 250)]
    Case.objects.filter(pk=case.pk).update(place=LineString(ends, srid=4326))
    case.refresh_from_db()
    case = file_case(case, actor=ward.ada)
    assert marks(case)["cross_district"] == {"districts": ["500236", "510000"]}
    told = client_of(ward.lu).get("/api/v1/marked-cases/?mark=cross_district").json()["results"]
    assert [row["case"] for row in told] == [case.number]


@pytest.mark.mission("N16")
def test_a_hard_case_goes_to_a_person_who_takes_it_on(ward: Ward) -> None:
    case = list_hard(case_in(ward, "accepted"), actor=ward.ada, reason="多部门都管")
    refer_case(case, actor=ward.ada, reason="请分管领导领办")
    lu = client_of(ward.lu)
    (row,) = lu.get("/api/v1/marked-cases/?mine=true&taken=false").json()["results"]
    assert (row["case"], row["leader"]) == (case.number, None)
    take_lead(case, actor=ward.lu)
    (row,) = lu.get("/api/v1/marked-cases/?taken=true").json()["results"]
    assert (row["leader"], [mark["kind"] for mark in row["marks"]]) == ("lu", ["listed"])
    other = factories.member("le", Role.LEADER, ward.bodies["housing"])
    with pytest.raises(TakenAlready):
        take_lead(case, actor=other)
    unlist_hard(case, actor=ward.ada, reason="已理顺")
    with pytest.raises(NotListed):
        unlist_hard(case, actor=ward.ada, reason="再移一次")
    assert lu.get("/api/v1/marked-cases/").json()["results"] == []


def test_who_may_and_what_is_refused(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    for act in (list_hard, unlist_hard, refer_case):
        with pytest.raises(NotPermitted):
            act(case, actor=ward.di, reason="疑难")
    with pytest.raises(NotPermitted):
        take_lead(case, actor=ward.ada)
    with pytest.raises(NoLeader):
        refer_case(case, actor=ward.ada, reason="请领办", leader=ward.di)
    ada = client_of(ward.ada)
    refused = ada.post(
        f"/api/v1/cases/{case.number}/refer/", {"reason": "请", "leader": "nobody"}, format="json"
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_leader")


def test_marks_end_with_the_case(ward: Ward) -> None:
    case = list_hard(case_in(ward, "accepted"), actor=ward.ada, reason="疑难")
    request_return(case, actor=ward.di, grounds=Grounds.NOT_OURS, reason="不归我们管")
    refuse_return(case, actor=ward.ada, reason="判定明确")
    appeal_return(case, actor=ward.di, reason="资料有误")
    assert set(marks(case)) == {"listed", "unclear"}
    closed = case_in(ward, "closed")
    list_like = CaseMark.objects.create(
        case=closed, kind="listed", since=timezone.now(), act="list_hard"
    )
    assert list_like.ended_at is None
    client_of(ward.ada).post(f"/api/v1/cases/{closed.number}/archive/", {}, format="json")
    assert marks(closed) == {}


def test_the_right_body_never_inherits_an_expired_clock(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    past = timezone.now() - timedelta(days=1)
    case.assignments.update(
        dispatched_at=past - timedelta(days=9), respond_by=past, resolve_by=past
    )
    case = reassign_case(case, actor=ward.ada, reason="应由住建委办理", to=ward.bodies["housing"])
    accept_case(case, actor=ward.fu)
    now = timezone.now()
    told = {
        (clock.assignment.organization.code, clock.clock): clock.state(now)
        for clock in clocks_of(case, case.assignments.select_related("organization"))
        if clock.assignment is not None
    }
    assert told[("HOUSING", "resolve")] == "running"
    assert told[("LAMP", "resolve")] == "stopped"


@pytest.mark.mission("F12")
def test_one_question_lists_what_is_in_the_same_condition(ward: Ward) -> None:
    for number in range(3):
        ground.facility(f"L{number}", "0118", Point(100 + number * 30, 250), ward.version)
    ground.facility("B1", "0305", Point(400, 250), ward.version)
    case = case_in(ward, "filed")
    ada = client_of(ward.ada)
    bare = ada.get(f"/api/v1/cases/{case.number}/sweep/")
    assert (bare.status_code, bare.json()["code"]) == (400, "no_facility")
    Case.objects.filter(pk=case.pk).update(facility=Facility.objects.get(code="L0"))
    told = ada.get(f"/api/v1/cases/{case.number}/sweep/").json()
    assert (told["category"], told["handover"], told["count"]) == ("0118", "none", 2)
    assert [one["code"] for one in told["facilities"]] == ["L1", "L2"]


@pytest.mark.mission("F16")
def test_the_third_report_of_one_matter_calls_the_leader(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    lon, lat = ward.lonlat(250, 250)
    told = {"channel": "phone", "category": "0118", "text": "还是不亮", "lon": lon, "lat": lat}
    for _ in range(2):
        assert "repeated" not in marks(case)
        answer = client_of(ward.ada).post(
            "/api/v1/requests/", told | {"joins": case.number}, format="json"
        )
        assert answer.status_code == 201, answer.content
    assert marks(case)["repeated"] == {"others": 2}
    assert CaseCopy.objects.filter(case=case, kind="repeated", leader=ward.lu).count() == 1
