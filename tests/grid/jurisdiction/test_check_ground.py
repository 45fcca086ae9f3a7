"""The ground report on squares drawn by hand, where every number is known."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from shapely import LineString, Point, Polygon, box

from grid.catalogue.models import PartyRole
from grid.facilities.models import FacilityParty, FacilityRecord
from grid.ground.models import City, GroundVersion, since
from grid.handover.models import Handover, HandoverEffect, HandoverItem
from grid.organizations.models import Organization
from grid.ownership.models import OwnershipArea
from tests import factories

CITY = box(0, 0, 300, 300)


@pytest.fixture
def ground(city: City) -> GroundVersion:
    """A city of nine squares, outlined."""
    city.boundary = factories.boundary(CITY)
    city.save()
    return factories.version()


def nine(**changes: Polygon | None) -> dict[str, Polygon]:
    shapes: dict[str, Polygon | None] = {
        f"C{row}{column}": factories.square(column, row) for row in range(3) for column in range(3)
    }
    return {code: shape for code, shape in (shapes | changes).items() if shape is not None}


def report(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("check_ground", "--json", *options, stdout=out, stderr=StringIO())
    parsed: dict[str, Any] = json.loads(out.getvalue())
    return parsed


def own(
    code: str,
    body: Organization,
    shape: Polygon,
    known: GroundVersion,
    *,
    kind: str = "area",
    role: str = "maintainer",
    document: str = "文号1",
    categories: list[str] | None = None,
) -> None:
    OwnershipArea.objects.create(
        code=code,
        kind=kind,
        organization=body,
        role=role,
        boundary=factories.boundary(shape),
        area_m2=shape.area,
        categories=categories or [],
        document=document,
        recorded_during=since(known.number),
    )


def numbers(finding: dict[str, Any]) -> tuple[int, float, int]:
    return finding["count"], round(finding["area_m2"]), finding["facilities"]


@pytest.fixture
def east(db: None) -> Organization:
    return factories.organization("EAST")


@pytest.fixture
def west(db: None) -> Organization:
    return factories.organization("WEST")


@pytest.mark.mission("D4")
def test_faultless_ground_has_no_faults(ground: GroundVersion) -> None:
    factories.cells(nine(), ground)
    faults = report()["faults"]
    assert {kind: found["count"] for kind, found in faults.items()} == {
        "overlaps": 0,
        "gaps": 0,
        "crossings": 0,
        "slivers": 0,
    }


@pytest.mark.mission("D4")
def test_faults_are_listed_with_codes_place_area_and_facilities(ground: GroundVersion) -> None:
    factories.cells(nine(C00=box(0, 0, 110, 100), C11=box(100, 100, 199.97, 200), C22=None), ground)
    factories.facility("L1", Point(105, 50), ground)
    factories.facility("R1", LineString([(50, 50), (250, 50)]), ground)
    factories.facility("L2", Point(250, 250), ground)
    faults = report()["faults"]
    assert numbers(faults["overlaps"]) == (1, 1000, 2)
    assert numbers(faults["gaps"]) == (1, 10_000, 1)
    assert numbers(faults["slivers"]) == (1, 3, 0)
    (overlap,) = faults["overlaps"]["items"]
    assert overlap["codes"] == ["C00", "C01"]
    assert overlap["layer"] == "cells"
    lon, lat = factories.degrees(Point(105, 50)).coords[0]
    assert overlap["place"] == pytest.approx([lon, lat], abs=1e-3)
    (gap,) = faults["gaps"]["items"]
    assert gap["codes"] == ["C11", "C12", "C21"]
    assert gap["edge"] is True


def test_ownership_overlaps_need_another_body_the_same_role_and_a_shared_class(
    ground: GroundVersion, east: Organization, west: Organization
) -> None:
    own("A", west, box(0, 0, 200, 300), ground)
    own("B", east, box(150, 0, 300, 300), ground, categories=["lamp"])
    own("C", west, box(100, 0, 300, 300), ground, role="owner")  # another role
    own("D", west, box(0, 0, 50, 50), ground)  # the same body
    own("E", east, box(0, 0, 100, 100), ground, role="owner", categories=["well"])
    found = report()["ownership"]
    assert numbers(found["overlaps"]) == (1, 15_000, 0)
    assert found["overlaps"]["items"][0]["codes"] == ["A", "B"]
    assert found["overlaps"]["items"][0]["categories"] == ["lamp"]
    assert numbers(found["contested"]) == (0, 0, 0)  # the narrower one speaks
    assert numbers(found["uncovered"]) == (0, 0, 0)
    assert numbers(found["unproven"]) == (0, 0, 0)


def test_areas_equally_narrow_are_contested_except_where_a_narrower_one_speaks(
    ground: GroundVersion, east: Organization, west: Organization
) -> None:
    own("A", west, box(0, 0, 200, 300), ground)
    own("B", east, box(100, 0, 300, 300), ground)
    own("N", west, box(100, 0, 200, 100), ground)
    found = report()["ownership"]
    assert numbers(found["contested"]) == (1, 20_000, 0)
    assert found["contested"]["items"][0]["codes"] == ["A", "B"]


def test_uncovered_ground_and_facilities_nobody_answers_for(
    ground: GroundVersion, east: Organization
) -> None:
    own("A", east, box(0, 0, 300, 200), ground, categories=["well"])
    factories.facility("L1", Point(50, 50), ground)  # an area, but not of its class
    owned = factories.facility("L2", Point(50, 250), ground)
    factories.facility("L3", Point(60, 250), ground)
    FacilityParty.objects.create(
        facility=owned.facility,
        role=PartyRole.OWNER,
        organization=east,
        recorded_during=since(ground.number),
    )
    assert numbers(report()["ownership"]["uncovered"]) == (1, 30_000, 2)


def handed(
    code: str, lamp: FacilityRecord, body: Organization, known: GroundVersion, **said: str
) -> None:
    standing = said.get("standing", "signed")
    handover = Handover.objects.create(
        code=code,
        kind="signed" if standing == "signed" else "de_facto",
        state="signed" if standing == "signed" else "disputed",
        to_organization=body,
    )
    HandoverItem.objects.create(handover=handover, facility=lamp.facility)
    HandoverEffect.objects.create(
        handover=handover,
        facility=lamp.facility,
        role=PartyRole.MAINTAINER,
        organization=body,
        standing=standing,
        document=said.get("document", ""),
        recorded_during=since(known.number),
    )


@pytest.mark.mission("F7")
def test_claim_without_papers_is_unproven_and_makes_its_lamp_contested(
    ground: GroundVersion, east: Organization, west: Organization
) -> None:
    lamp = factories.facility("L1", Point(50, 50), ground)
    FacilityParty.objects.create(
        facility=lamp.facility,
        role=PartyRole.BUILDER,
        organization=east,
        recorded_during=since(ground.number),
    )
    handed("H1", lamp, west, ground, standing="claimed")
    handed("H2", factories.facility("L2", Point(60, 50), ground), west, ground, document="纸")
    own("A", east, CITY, ground, document="")
    found = report()["ownership"]
    assert found["contested"]["facilities"] == 1
    assert found["contested"]["items"][0]["codes"] == ["L1"]
    assert found["contested"]["items"][0]["organizations"] == ["EAST", "WEST"]
    assert [item["codes"] for item in found["unproven"]["items"]] == [["A"], ["H1"]]


def test_map_of_the_findings_fetches_nothing(ground: GroundVersion, tmp_path: Path) -> None:
    factories.cells(nine(C00=box(0, 0, 110, 100)), ground)
    page = tmp_path / "ground.html"
    report("--map", str(page))
    html = page.read_text("utf-8")
    assert "C00, C01" in html
    fetched = (
        r"""src\s*=\s*["']?(?:https?:)?//|<link[^>]*href|url\(\s*["']?(?:https?:)?//|@import"""
    )
    assert re.findall(fetched, html) == []
    assert "L.map(" in html


def test_report_in_words(ground: GroundVersion) -> None:
    factories.cells(nine(C00=box(0, 0, 110, 100)), ground)
    out = StringIO()
    call_command("check_ground", stdout=out)
    assert "重叠 overlaps: 1, 1,000.0 m²" in out.getvalue()
