"""Classes are made, merged and split between editions: whoever knows the old code finds what stands for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import User
from grid.catalogue.heirs import goes_on_as, heirs_of_all
from grid.catalogue.models import Category, CategoryHeir
from grid.catalogue.queries import duties_read, reading_now
from grid.organizations.models import Role
from inspections.cases.use_cases import file_case
from inspections.changes.catalogue.models import DraftLine
from inspections.changes.catalogue.use_cases import (
    ClassKnown,
    NewClass,
    NotToReplace,
    begin_draft,
    write_line,
)
from inspections.intake.duplicates.kinship import kinship
from inspections.intake.duplicates.score import Kin
from inspections.joint.meetings.queries import most_pressing_of, top_classes
from maps.finding.queries import category_names
from tests import factories
from tests.conftest import client_of
from tests.inspections.changes.catalogue.test_drafts import WHOLE, published
from tests.inspections.conftest import Ward, case_in, report

pytestmark = pytest.mark.django_db
BASE = "/api/v1/catalogue/"


@pytest.fixture
def eli(ward: Ward) -> User:
    """Eli leads the centre: a second person."""
    return factories.member("eli", Role.LEADER, ward.bodies["centre"])


def edition(ward: Ward, second: User, *lines: tuple[Category | NewClass, list[Category]]) -> None:
    """An edition of today in which these classes stand for those."""
    draft = begin_draft(actor=ward.ada, title="类别调整", effective_on=timezone.now().date())
    for category, formers in lines:
        write_line(draft, actor=ward.ada, category=category, stated=WHOLE, replaces=formers)
    published(draft, ward, second)


def lighting(code: str = "0199", name: str = "城市照明") -> NewClass:
    return NewClass(code=code, kind="facility", name=name)


@pytest.mark.mission("P4")
def test_two_classes_go_on_as_one(ward: Ward, eli: User) -> None:
    old, promised = case_in(ward, "filed"), None
    promised = old.resolve_by
    edition(ward, eli, (lighting(), [ward.lamps, ward.bins]))
    heir = Category.objects.get(code="0199")
    assert not heir.drafted
    links = CategoryHeir.objects.order_by("former__code").values_list("former__code", "heir__code")
    assert list(links) == [("0118", "0199"), ("0305", "0199")]
    assert not duties_read(reading_now()).filter(category=ward.lamps).exists()  # ended with it
    new = report(ward)  # by somebody who knows the old code
    assert new.category == heir
    assert new.requests.get().category == ward.lamps  # what was said stays
    filed = file_case(new, actor=ward.ada, category=ward.lamps)
    assert (filed.category, filed.duty.category if filed.duty else None) == (heir, heir)
    old.refresh_from_db()
    assert (old.category, old.resolve_by) == (ward.lamps, promised)
    assert old.duty is not None
    assert old.duty.limits.get(urgency="").resolve_by == "5wd"


@pytest.mark.mission("P4")
def test_of_a_class_that_was_split_a_person_says_which(ward: Ward, eli: User) -> None:
    streets = lighting("0190", "道路照明")
    parks = lighting("0191", "景观照明")
    edition(ward, eli, (streets, [ward.lamps]), (parks, [ward.lamps]))
    assert goes_on_as(ward.lamps) == ward.lamps
    assert report(ward).category == ward.lamps
    shown = client_of(ward.bo).get("/api/v1/categories/0118/").json()
    assert [one["code"] for one in shown["heirs"]] == ["0190", "0191"]
    assert shown["superseded"]


@pytest.mark.mission("P4")
def test_the_old_code_finds_the_heir(ward: Ward, eli: User) -> None:
    ward.lamps.name = "路灯"
    ward.lamps.save()
    edition(ward, eli, (lighting(), [ward.lamps]))
    client = client_of(ward.bo)
    for words in ("0118", "路灯"):
        found = client.get("/api/v1/categories/", {"q": words}).json()["results"]
        assert [(one["code"], one["superseded"]) for one in found] == [
            ("0118", True),
            ("0199", False),
        ]
        (duty,) = client.get(f"{BASE}duties/", {"q": words}).json()["results"]
        assert duty["category"]["code"] == "0199"
    (heir,) = (one for one in found if one["code"] == "0199")
    assert [(one["code"], one["edition"]) for one in heir["formers"]] == [("0118", 2)]
    named = {one["code"]: one for one in category_names()}
    assert "0118" not in named
    assert named["0199"]["was"] == ["0118", "路灯"]


@pytest.mark.mission("P4")
def test_a_report_of_the_new_class_finds_the_open_case_of_the_old(ward: Ward, eli: User) -> None:
    case = case_in(ward, "filed")
    edition(ward, eli, (lighting(), [ward.lamps]))
    heir = Category.objects.get(code="0199")
    assert kinship(heir, {ward.lamps.pk}) == {ward.lamps.pk: Kin.HEIR}
    lon, lat = ward.lonlat(252, 250)
    client = client_of(ward.ada)
    asked: dict[str, Any] = {"lon": lon, "lat": lat, "category": "0199", "text": "路灯不亮"}
    (found,) = client.get("/api/v1/cases/candidates/", asked).json()["results"]
    assert found["number"] == case.number
    assert "category_heir" in {reason["code"] for reason in found["reasons"]}
    del asked["text"]
    (before,) = client.get("/api/v1/cases/similar/", asked).json()["results"]
    assert before["number"] == case.number


@pytest.mark.mission("P4")
def test_figures_by_class_follow(ward: Ward, eli: User) -> None:
    old = [case_in(ward, "filed") for _ in range(2)]
    edition(ward, eli, (lighting(), [ward.lamps]))
    new = file_case(report(ward), actor=ward.ada)
    now = timezone.now()
    (top,) = top_classes(now - timedelta(days=1), now + timedelta(minutes=1))
    assert (top.category, top.reported, top.open) == (new.category_id, 3, 3)
    assert set(most_pressing_of(top.category)) == {*old, new}


def test_heirs_of_heirs_are_counted_together(ward: Ward, eli: User) -> None:
    edition(ward, eli, (lighting(), [ward.lamps]))
    first = Category.objects.get(code="0199")
    edition(ward, eli, (lighting("0200", "公共照明"), [first]))
    last = Category.objects.get(code="0200")
    assert goes_on_as(ward.lamps) == last
    assert heirs_of_all([ward.lamps.pk, ward.bins.pk]) == {
        ward.lamps.pk: last.pk,
        ward.bins.pk: ward.bins.pk,
    }


def test_a_new_class_is_known_to_its_draft_alone_until_it_is_published(ward: Ward) -> None:
    ada = client_of(ward.ada)
    begun = ada.post(f"{BASE}drafts/", {"title": "新类别"}, format="json").json()
    line: dict[str, Any] = {
        "category": "0199",
        "new_class": {"kind": "facility", "name": "城市照明", "parent": "0305"},
        "replaces": ["0118"],
    }
    address = f"{BASE}drafts/{begun['number']}/duties/"
    written = ada.post(address, line, format="json")
    assert written.status_code == 201, written.json()
    assert (written.json()["change"], written.json()["replaces"]) == ("added", ["0118"])
    lines = ada.get(address).json()["results"]
    assert {one["duty"]["category"]["code"]: one["ends"] for one in lines} == {
        "0118": True,
        "0199": False,
    }
    again = line | {"new_class": {"kind": "facility", "name": "城市照明设施"}}
    assert ada.post(address, again, format="json").status_code == 201
    assert Category.objects.get(code="0199").name == "城市照明设施"
    known = ada.get("/api/v1/categories/").json()["results"]
    assert "0199" not in {one["code"] for one in known}
    assert "0199" not in {one["code"] for one in category_names()}
    taken = line | {"category": "0305"}
    refused = ada.post(address, taken, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "class_known")


def test_what_a_class_cannot_stand_for_is_named(ward: Ward) -> None:
    draft = begin_draft(actor=ward.ada, title="类别调整")
    with pytest.raises(NotToReplace, match="0118"):
        write_line(draft, actor=ward.ada, category=ward.lamps, stated=WHOLE, replaces=[ward.lamps])
    with pytest.raises(ClassKnown, match="0118"):
        write_line(draft, actor=ward.ada, category=lighting("0118"), stated=WHOLE)
    assert not DraftLine.objects.exists()
