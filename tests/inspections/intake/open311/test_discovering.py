"""Discovery, services, definitions: in both formats, saying the same."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from core.errors import NotPermitted
from grid.organizations.models import Role
from inspections.intake.open311.models import Datatype, ServiceQuestion
from inspections.intake.open311.use_cases import drop_question, set_question
from tests import factories
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward
from tests.inspections.intake.open311.conftest import Program, tree

pytestmark = pytest.mark.django_db

ITEMS = {"service", "request", "attribute", "value", "endpoint", "format", "error", "photo"}


def as_json(element: ElementTree.Element) -> Any:
    """The JSON that XML maps to by the Spark convention, all values as words."""
    children = list(element)
    if children and {child.tag for child in children} <= ITEMS:
        return [as_json(child) for child in children]
    if children:
        return {child.tag: as_json(child) for child in children}
    return element.text or ""


def as_words(told: Any) -> Any:
    if isinstance(told, list):
        return [as_words(value) for value in told] or ""
    if isinstance(told, dict):
        return {name: as_words(value) for name, value in told.items()}
    return "" if told is None else str(told).lower() if isinstance(told, bool) else str(told)


@pytest.mark.parametrize(
    "path",
    ["discovery", "services", "services/0118", "requests", "accepts", "services/none"],
)
def test_both_formats_say_the_same(program: Program, path: str) -> None:
    program.report()
    lon, lat = program.ward.lonlat(250, 250)
    asked = {"lat": lat, "long": lon} if path == "accepts" else {}
    plain, marked = program.get(f"{path}.json", **asked), program.get(f"{path}.xml", **asked)
    assert plain.status_code == marked.status_code
    assert plain["Content-Type"] == "application/json; charset=utf-8"
    assert plain["Access-Control-Allow-Origin"] == "*"
    assert as_json(tree(marked)) == as_words(plain.json())


def test_discovery_says_where_and_how(program: Program) -> None:
    told = program.read("discovery.json")
    (endpoint,) = told["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["type"] == "production"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    for changeset in (told["changeset"], endpoint["changeset"]):
        assert datetime.fromisoformat(changeset).tzinfo is not None
    assert told["contact"]
    assert told["key_service"]
    more = program.read("discovery.json", extensions="true")
    assert more["endpoints"][0]["service_area"].endswith("/open311/v2/service_area.geojson")


def test_services_are_what_can_be_reported(ward: Ward, program: Program) -> None:
    major = ground.category("01")
    ward.lamps.parent = major
    ward.lamps.save()
    twin = ground.category("0305")
    twin.pk, twin.kind = None, "matter"
    twin.save()
    told = {service["service_code"]: service for service in program.read("services.json")}
    assert sorted(told) == ["0118", "0305", "matter:0305"]  # a major is no service of its own
    assert told["0118"] == {
        "service_code": "0118",
        "service_name": ward.lamps.name,
        "description": ward.lamps.name,
        "metadata": True,
        "type": "realtime",
        "keywords": major.name,
        "group": major.name,
    }
    assert program.read("services/matter:0305.json")["service_code"] == "matter:0305"
    lon, lat = ward.lonlat(250, 250)
    assert len(program.read("services.json", lat=lat, long=lon)) == 3
    assert program.read("services.json", lat=0.5, long=0.5) == []


def test_the_citys_own_questions_are_asked(ward: Ward, program: Program) -> None:
    root = factories.member("root", Role.ADMINISTRATOR, ward.bodies["centre"])
    values = [{"key": "one", "name": "一盏"}, {"key": "row", "name": "一排"}]
    question = ServiceQuestion(
        category=ward.lamps,
        code="how_many",
        order=1,
        description="几盏不亮？",
        datatype=Datatype.SINGLE,
        required=True,
        values=values,
    )
    question.full_clean()
    with pytest.raises(NotPermitted):
        set_question(question, actor=ward.ada)
    set_question(question, actor=root)
    told = program.read("services/0118.json")
    assert told["service_code"] == "0118"
    assert [(a["code"], a["datatype"], a["required"], a["order"]) for a in told["attributes"]] == [
        ("facility", "string", False, 1),
        ("how_many", "singlevaluelist", True, 2),
        ("accuracy_m", "number", False, 3),
    ]
    assert told["attributes"][1]["values"] == values
    drop_question(question, actor=root)
    assert len(program.read("services/0118.json")["attributes"]) == 2


def test_a_choice_says_what_there_is_to_choose(ward: Ward) -> None:
    for datatype, values in ((Datatype.SINGLE, []), (Datatype.STRING, [{"key": "a", "name": "b"}])):
        question = ServiceQuestion(
            category=ward.lamps,
            code="x",
            order=1,
            description="?",
            datatype=datatype,
            values=values,
        )
        with pytest.raises(ValidationError):
            question.full_clean()


def test_will_you_accept_this_point(ward: Ward, program: Program) -> None:
    lon, lat = ward.lonlat(250, 250)
    told = program.read("accepts.json", lat=lat, long=lon, service_code="0118")
    assert told == {"accepted": True, "reason": "", "agency_responsible": "路灯管理处"}
    assert program.read("accepts.json", lat=0.5, long=0.5)["accepted"] is False
    assert program.get("accepts.json").status_code == 400


def test_the_service_area_is_geojson(program: Program) -> None:
    told = program.read("service_area.geojson")
    assert (told["type"], told["geometry"]["type"]) == ("Feature", "Polygon")


def test_another_citys_jurisdiction_is_not_found(ward: Ward, program: Program) -> None:
    for ours in ("", "testserver", ward.city.name):
        assert program.get("services.json", jurisdiction_id=ours).status_code == 200
    for path in ("services.xml", "requests.xml", "services/0118.xml", "tokens/1.xml"):
        answer = program.get(path, jurisdiction_id="sfgov.org")
        assert answer.status_code == 404
        (error,) = tree(answer)
        assert error.findtext("code") == "404"
        assert "sfgov.org" in str(error.findtext("description"))


def test_the_root_leads_on_and_other_addresses_are_none(program: Program) -> None:
    assert program.get("")["Location"] == "/open311/v2/discovery.json"
    assert program.get("nothing.xml").status_code == 404
    assert tree(program.get("nothing.xml")).tag == "errors"
    assert program.get("nothing.json").json()[0]["code"] == 404
    assert program.get("tokens/%0A.x").json()[0]["code"] == 404
    strict = Client(enforce_csrf_checks=True)  # no account, so no form of ours to forge
    assert strict.post("/open311/v2/nothing.json").json()[0]["code"] == 404
    assert strict.post("/open311/v2/requests.json").json()[0]["code"] == 403
