"""The sweep makes one batch handover (F12, F13): drafted by the desk, published by a second person, nothing passes before it is signed."""

from typing import Any

import pytest
from shapely import Point

from grid.facilities.models import Facility
from grid.handover.models import Handover, HandoverEffect, HandoverItem
from grid.organizations.models import Role
from inspections.cases.models import Case
from inspections.changes.models import ChangeSet
from inspections.changes.sweeps import use_cases
from inspections.changes.use_cases import preview_change_set, publish_change_set
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in

pytestmark = [pytest.mark.django_db, pytest.mark.mission("F12", "F13")]


@pytest.fixture
def dark(ward: Ward) -> Case:
    """A case at the first of four lamps of which no paper exists; a bin beside them, and a lamp of another class of paper."""
    for number in range(4):
        ground.facility(f"L{number}", "0118", Point(100 + number * 30, 250), ward.version)
    ground.facility("B1", "0305", Point(400, 250), ward.version)
    case = case_in(ward, "filed")
    Case.objects.filter(pk=case.pk).update(facility=Facility.objects.get(code="L0"))
    case.refresh_from_db()
    return case


def asked(ward: Ward, case: Case, who: str = "ada", **body: Any) -> Any:
    path = f"/api/v1/cases/{case.number}/sweep/batch/"
    return client_of(ward.people[who]).post(path, body, content_type="application/json")


def test_one_click_makes_one_batch_that_a_second_person_publishes(
    ward: Ward, dark: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases, "EACH", 3)  # several rows of the file are one handover
    answer = asked(ward, dark, to="URBAN", giver="HOUSING", roles=["maintainer", "owner"])
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["state"], "4 个" in told["title"], dark.number in told["title"]) == (
        "draft",
        True,
        True,
    )
    assert Handover.objects.count() == 0  # a draft changes nothing
    zoe = factories.member("zoe", Role.LEADER, ward.bodies["centre"])
    change_set = preview_change_set(ChangeSet.objects.get(number=told["number"]), actor=ward.ada)
    publish_change_set(change_set, actor=zoe)
    batch = Handover.objects.get()
    assert (batch.state, batch.kind) == ("applied", "minutes")
    assert (batch.from_organization, batch.to_organization) == (
        ward.bodies["housing"],
        ward.bodies["urban"],
    )
    items = HandoverItem.objects.filter(handover=batch).values_list("facility__code", flat=True)
    assert sorted(items) == ["L0", "L1", "L2", "L3"]
    assert not HandoverEffect.objects.exists()  # nobody answers for it before it is signed
    again = client_of(ward.ada).get(f"/api/v1/cases/{dark.number}/sweep/").json()
    assert (again["handover"], again["count"]) == ("applied", 3)


def test_what_is_refused_says_why(ward: Ward, dark: Case) -> None:
    same = asked(ward, dark, to="URBAN", giver="URBAN")
    assert (same.status_code, same.json()["code"]) == (400, "same_body")
    assert asked(ward, dark, to="NOBODY").status_code == 400
    assert asked(ward, dark, who="lu", to="URBAN").status_code == 403
    assert asked(ward, dark, who="cy", to="URBAN").status_code == 404
    Case.objects.filter(pk=dark.pk).update(facility=None)
    assert asked(ward, dark, to="URBAN").json()["code"] == "no_facility"
    assert ChangeSet.objects.count() == 0
    assert Handover.objects.count() == 0


def test_what_is_handed_over_makes_no_batch(ward: Ward, dark: Case) -> None:
    paper = Handover.objects.create(code="H1", kind="signed", state="signed")
    HandoverItem.objects.create(handover=paper, facility=Facility.objects.get(code="L0"))
    answer = asked(ward, dark, to="URBAN")
    assert (answer.status_code, answer.json()["code"]) == (409, "handed_over_already")
