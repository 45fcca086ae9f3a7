"""Faults of the ground: the same from check to check, given, closed, and gone when the ground is mended."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient
from shapely import Polygon, box

from core.errors import DomainError
from core.models import AuditEntry, User
from core.workflow import WORKFLOWS, available_acts
from grid.catalogue.models import PartyRole
from grid.ground.models import GroundVersion, since
from grid.organizations.models import Organization, Role
from grid.ownership.models import OwnershipArea
from inspections.changes.faults.models import FaultState, GroundFault
from inspections.changes.faults.use_cases import (
    Refreshed,
    check_work_list,
    close_fault,
    give_fault,
    reopen_fault,
)
from inspections.tasks import check_ground_nightly
from tests import factories
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=7)
WEST, EAST = box(0, 0, 150, 300), box(100, 0, 300, 300)


def own(code: str, body: Organization, shape: Polygon, version: GroundVersion) -> None:
    OwnershipArea.objects.filter(code=code).delete()
    OwnershipArea.objects.create(
        code=code,
        organization=body,
        role=PartyRole.MAINTAINER,
        boundary=factories.boundary(shape),
        area_m2=shape.area,
        document="文号1",
        recorded_during=since(version.number),
    )


@pytest.fixture
def ground() -> GroundVersion:
    """Two bodies whose areas overlap on 50 × 300 m of a city of 300 × 300 m; nothing else is wrong."""
    city = factories.city()
    city.boundary = factories.boundary(box(0, 0, 300, 300))
    city.save()
    version = factories.version()
    own("west", factories.organization("WEST", "西区所"), WEST, version)
    own("east", factories.organization("EAST", "东区所"), EAST, version)
    return version


@pytest.fixture
def desk(ground: GroundVersion) -> User:
    return factories.member("ada", Role.DISPATCHER, factories.organization("C001"))


def the_fault() -> GroundFault:
    fault: GroundFault = GroundFault.objects.get(kind="overlaps")
    return fault


def west() -> Organization:
    return Organization.objects.get(code="WEST")


def mend(version: GroundVersion) -> None:
    own("west", west(), box(0, 0, 100, 300), version)


def unmend(version: GroundVersion) -> None:
    own("west", west(), WEST, version)


def test_a_check_makes_the_list_and_a_second_one_changes_nothing(ground: GroundVersion) -> None:
    assert check_work_list() == Refreshed(found=1, new=1, returned=0, gone=0)
    fault = the_fault()
    assert (fault.state, fault.codes, fault.pieces) == ("open", ["east", "west"], 1)
    assert (fault.organizations, round(fault.area_m2)) == (["EAST", "WEST"], 15_000)
    assert fault.boundary is not None
    assert fault.boundary.covers(fault.place)
    assert fault.ground_version == ground.number
    assert check_work_list() == Refreshed(found=1, new=0, returned=0, gone=0)
    assert the_fault().version == fault.version
    assert AuditEntry.objects.filter(act="find").count() == 1


def test_what_is_given_or_closed_stays_so_while_it_is_found_smaller(
    ground: GroundVersion, desk: User
) -> None:
    check_work_list()
    give_fault(the_fault(), actor=desk, to=west(), due_on=LATER, reason="请核对红线")
    own("west", west(), box(0, 0, 120, 300), ground)
    check_work_list()
    fault = the_fault()
    assert (fault.state, fault.assignee, fault.due_on) == ("given", west(), LATER)
    assert round(fault.area_m2) == 6_000
    close_fault(fault, actor=desk, reason="两家已有协议")
    assert check_work_list().new == 0
    assert (the_fault().state, the_fault().note) == ("closed", "两家已有协议")


@pytest.mark.parametrize("state", ["open", "given", "closed"])
def test_a_mended_fault_is_gone_and_comes_back_open(
    ground: GroundVersion, desk: User, state: str
) -> None:
    check_work_list()
    if state != "open":
        give_fault(the_fault(), actor=desk, to=west(), due_on=LATER)
    if state == "closed":
        close_fault(the_fault(), actor=desk, reason="可以")
    mend(ground)
    assert check_work_list() == Refreshed(found=0, new=0, returned=0, gone=1)
    assert the_fault().state == "gone"
    assert check_work_list().gone == 0
    unmend(ground)
    assert check_work_list() == Refreshed(found=1, new=0, returned=1, gone=0)
    fault = the_fault()
    assert (fault.state, fault.assignee, fault.due_on, fault.note) == ("open", None, None, "")


def test_pieces_between_the_same_areas_are_one_fault(ground: GroundVersion) -> None:
    own("east", Organization.objects.get(code="EAST"), box(150, 0, 300, 300), ground)
    own("west", west(), box(0, 10, 150, 290), ground)
    check_work_list()
    bare = GroundFault.objects.get()
    assert (bare.kind, bare.pieces, round(bare.area_m2), bare.codes) == ("uncovered", 2, 3_000, [])


def test_every_state_and_act(ground: GroundVersion, desk: User) -> None:
    """The desk's ways, written a second time; the check's own acts are nobody's by hand."""
    ways = {
        "open": {"give": "given", "close": "closed"},
        "given": {"give": "given", "close": "closed"},
        "closed": {"reopen": "open"},
        "gone": {},
    }
    assert set(ways) == set(FaultState.values)
    check_work_list()
    acts: dict[str, Callable[[GroundFault], GroundFault]] = {
        "give": lambda one: give_fault(one, actor=desk, to=west(), due_on=LATER),
        "close": lambda one: close_fault(one, actor=desk, reason="可以"),
        "reopen": lambda one: reopen_fault(one, actor=desk, reason="再看"),
    }
    for state, reached in ways.items():
        for act, do in acts.items():
            GroundFault.objects.update(state=state, assignee=west(), due_on=LATER)
            fault = the_fault()
            assert {line.act for line in available_acts(fault, desk)} == set(reached)
            if act in reached:
                assert do(fault).state == reached[act]
            else:
                with pytest.raises(DomainError):
                    do(fault)
                assert the_fault().version == fault.version
    assert [line.act for line in WORKFLOWS[GroundFault].transitions] == [
        "find",
        "give",
        "close",
        "reopen",
        "vanish",
        "return",
    ]


@pytest.fixture
def people(ground: GroundVersion, desk: User) -> dict[str, APIClient]:
    """Ada at the desk; Wu handles for the western body, Li for the eastern; Xi's desk is elsewhere."""
    check_work_list()
    east = Organization.objects.get(code="EAST")
    users = [
        desk,
        factories.member("wu", Role.HANDLER, west()),
        factories.member("li", Role.HANDLER, east),
        factories.member("xi", Role.DISPATCHER, west(), "510000"),
    ]
    return {user.username: client_of(user) for user in users}


def act(client: APIClient, name: str, key: str = "", **given: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    address = f"/api/v1/ground-faults/{the_fault().pk}/{name}/"
    return client.post(address, given, format="json", headers=headers)


def test_given_over_http_and_closed_by_the_body(people: dict[str, APIClient]) -> None:
    given = {"to": "西区所", "due_on": LATER.isoformat(), "reason": "请核对", "base_version": 1}
    first = act(people["ada"], "give", "k1", **given)
    assert first.status_code == 201, first.content
    again = act(people["ada"], "give", "k1", **given)
    assert (again.status_code, again.content) == (200, first.content)
    told = first.json()["properties"]
    assert (told["state"], told["assignee"]["code"], told["note"]) == ("given", "WEST", "请核对")
    assert told["organizations"] == [
        {"code": "EAST", "name": "东区所"},
        {"code": "WEST", "name": "西区所"},
    ]
    assert act(people["ada"], "give", "k2", **given).json()["code"] == "lost_race"
    mine = people["wu"].get("/api/v1/ground-faults/?mine=true").json()["features"]
    assert [a["act"] for a in mine[0]["properties"]["available_acts"]] == ["close"]
    assert people["li"].get("/api/v1/ground-faults/?mine=true").json()["features"] == []
    assert act(people["li"], "close", reason="与我无关").status_code == 403
    assert act(people["wu"], "close").json()["code"] == "reason_required"
    assert act(people["wu"], "close", reason="界线已核对").status_code == 201
    assert act(people["wu"], "reopen", reason="再看").status_code == 403


def test_who_may_not_and_what_is_refused(people: dict[str, APIClient]) -> None:
    given = {"to": "WEST", "due_on": LATER.isoformat()}
    assert act(people["xi"], "give", **given).status_code == 403
    assert act(people["wu"], "give", **given).status_code == 403
    past = act(people["ada"], "give", to="WEST", due_on="2020-01-01")
    assert past.json()["code"] == "due_in_the_past"
    assert act(people["ada"], "give", to="WEST").status_code == 400
    assert act(people["ada"], "give", to="NOBODY", due_on=LATER.isoformat()).status_code == 400
    assert act(people["ada"], "vanish").json()["code"] == "unknown_act"
    missing = people["ada"].post("/api/v1/ground-faults/999999/close/", {"reason": "x"})
    assert missing.status_code == 404
    assert the_fault().state == "open"


def test_the_list_is_filtered_and_counted(people: dict[str, APIClient], desk: User) -> None:
    give_fault(the_fault(), actor=desk, to=west(), due_on=LATER)
    GroundFault.objects.update(due_on=date(2020, 1, 1))

    def found(query: str) -> int:
        return len(people["li"].get(f"/api/v1/ground-faults/?{query}").json()["features"])

    yes = ["kind=overlaps", "state=given&state=open", "assignee=WEST", "organization=EAST",
           "code=west", "late=true", "part=ownership", f"subject_id={the_fault().pk}"]  # fmt: skip
    no = ["kind=gaps", "state=closed", "assignee=EAST", "organization=X", "area=1", "part=faults"]
    assert [found(query) for query in [*yes, *no]] == [1] * len(yes) + [0] * len(no)
    counts = people["li"].get("/api/v1/ground-faults/counts/").json()["results"]
    assert [(c["kind"], c["state"], c["count"]) for c in counts] == [("overlaps", "given", 1)]


def test_a_day_is_over_when_it_is_over_in_the_city(
    people: dict[str, APIClient], desk: User
) -> None:
    give_fault(the_fault(), actor=desk, to=west(), due_on=LATER)
    GroundFault.objects.update(due_on=date(2026, 11, 21))
    for moment, late in (("2026-11-21T15:59:00Z", 0), ("2026-11-21T16:01:00Z", 1)):
        with time_machine.travel(moment, tick=False):
            answer = people["li"].get("/api/v1/ground-faults/?late=true").json()
        assert len(answer["features"]) == late, moment


def test_the_command_and_the_night_keep_the_list(ground: GroundVersion) -> None:
    told = StringIO()
    call_command("check_ground", "--work-list", stdout=StringIO(), stderr=told)
    assert "1 项" in told.getvalue()
    mend(ground)
    check_ground_nightly(0)
    assert the_fault().state == "gone"


def test_a_list_of_three_costs_no_more_queries_than_one(
    people: dict[str, APIClient], ground: GroundVersion
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            people["ada"].get("/api/v1/ground-faults/")
        return len(caught)

    one = queries()
    for code in ("n1", "n2"):
        own(code, factories.organization(code), box(200, 200, 250, 250), ground)
    check_work_list()
    assert GroundFault.objects.count() >= 3
    assert queries() == one
