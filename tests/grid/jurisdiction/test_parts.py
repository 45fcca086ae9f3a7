"""Lines and polygons: one answer for each part, the things along them by their circuits, and districts."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from shapely import LineString, Point, box, from_geojson, to_wkt
from shapely.geometry.base import BaseGeometry

from core.models import User
from grid.areas.models import Level
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.metric import as_shapes, to_metres
from grid.ground.models import City, GroundVersion
from grid.jurisdiction.asking import InvalidPath, path_of
from grid.jurisdiction.reference import forget
from grid.jurisdiction.use_cases import decide, replay, store_verdict
from grid.organizations.models import Organization
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground


@pytest.fixture
def version(city: City) -> GroundVersion:
    """Two districts that meet at 500 m, under one city government."""
    version = factories.version()
    ground.area("500001", Level.DISTRICT, box(0, 0, 500, 1000), version)
    ground.area("500002", Level.DISTRICT, box(500, 0, 1000, 1000), version)
    ground.cell("c1", box(0, 0, 1000, 1000), version)
    top = ground.body("CITY", kind="government")
    ground.body("D1", kind="government", area_code="500001", parent=top)
    ground.body("D2", kind="government", area_code="500002", parent=top)
    return version


def street(*corners: tuple[float, float]) -> BaseGeometry:
    return factories.degrees(LineString(corners))


def lamp(code: str, east: float, version: GroundVersion, parent: str = "") -> None:
    thing = ground.facility(code, "lamp", Point(east, 203), version)
    if parent:
        above = Facility.objects.get_or_create(code=parent)[0]
        FacilityRecord.objects.filter(facility=thing).update(parent=above)


def brief(told: dict[str, Any]) -> list[tuple[str | None, str, float, float]]:
    return [
        (
            p["responsible"]["code"] if p["responsible"] else None,
            p["outcome"],
            p["length_m"] if p["length_m"] is not None else p["area_m2"],
            p["share"],
        )
        for p in told["parts"]
    ]


def test_a_place_has_no_parts(version: GroundVersion) -> None:
    told = decide(place=ground.place(250, 250)).as_json()
    assert told["parts"] == []
    assert (told["cross_district"], told["districts"], told["upper"]) == (False, ["500001"], None)


def test_a_line_is_cut_where_the_ground_changes_hands(version: GroundVersion) -> None:
    ground.ownership("w", "W", box(0, 0, 300, 1000), version)
    ground.ownership("e", "E", box(300, 0, 400, 1000), version)
    told = decide(path=street((200, 200), (450, 200))).as_json()
    assert [(b, o, round(m, 1), s) for b, o, m, s in brief(told)] == [
        ("E", "presumed", 100, 0.4),
        ("W", "presumed", 100, 0.4),
        (None, "unowned", 50, 0.2),
    ]
    assert told["responsible"]["code"] == "E"
    lines = [from_geojson(json.dumps(p["geometry"])) for p in told["parts"]]
    assert [line.geom_type for line in lines] == ["LineString"] * 3
    assert factories.metric(Point(300, 200)).distance(_metric(lines[0])) < 0.01


def _metric(shape: BaseGeometry) -> BaseGeometry:
    moved: BaseGeometry = to_metres(as_shapes([shape]), factories.METRIC_SRID)[0]
    return moved


@pytest.mark.mission("F4")
def test_a_dark_street_is_its_circuit_and_its_lamps(version: GroundVersion) -> None:
    """Ten lamps 30 m apart beside the street; the last three are another body's."""
    for number in range(10):
        lamp(f"L{number}", 65 + 30 * number, version, "C1" if number < 7 else "C2")
        thing = Facility.objects.get(code=f"L{number}")
        ground.party(thing, "maintainer", "A" if number < 7 else "B", version)
    told = decide(path=street((50, 200), (350, 200)), category=ground.category("lamp")).as_json()
    assert [(b, round(m)) for b, _, m, _ in brief(told)] == [("A", 210), ("B", 90)]
    first, second = told["parts"]
    assert first["facilities"] == [f"L{n}" for n in range(7)]
    assert first["circuits"] == [{"code": "C1", "facilities": [f"L{n}" for n in range(7)]}]
    assert second["circuits"] == [{"code": "C2", "facilities": ["L7", "L8", "L9"]}]
    assert sum(p["share"] for p in told["parts"]) == 1
    assert told["responsible"]["code"] == "A"
    assert told["rule"] == 4
    for words in told["explanation"].values():
        assert "B局" in words
        assert "70" in words


def test_far_from_any_thing_the_ground_speaks(version: GroundVersion) -> None:
    lamp("L0", 100, version)
    ground.party(Facility.objects.get(code="L0"), "maintainer", "A", version)
    ground.ownership("w", "W", box(0, 0, 500, 1000), version)
    told = decide(path=street((100, 200), (400, 200)), category=ground.category("lamp")).as_json()
    assert [(b, round(m)) for b, _, m, _ in brief(told)] == [("W", 250), ("A", 50)]


def test_a_polygon_is_measured_by_area(version: GroundVersion) -> None:
    ground.ownership("w", "W", box(0, 0, 300, 1000), version)
    told = decide(path=factories.degrees(box(200, 200, 350, 300))).as_json()
    assert [(b, round(m), s) for b, _, m, s in brief(told)] == [
        ("W", 10000, 0.6667),
        (None, 5000, 0.3333),
    ]
    assert told["parts"][0]["length_m"] is None


def test_a_named_line_has_parts_and_answers_where_the_asker_stands(version: GroundVersion) -> None:
    road = ground.facility("R1", "road", LineString([(100, 500), (300, 500)]), version)
    ground.ownership("w", "W", box(0, 0, 200, 1000), version)
    ground.ownership("e", "E", box(200, 0, 1000, 1000), version)
    told = decide(facility=road, place=ground.place(250, 500)).as_json()
    assert told["responsible"]["code"] == "E"
    assert [b for b, *_ in brief(told)] == ["E", "W"]
    ground.party(road, "maintainer", "M", version)
    told = decide(facility=road).as_json()
    assert [b for b, *_ in brief(told)] == ["M"]


def test_the_lamps_of_a_named_road(version: GroundVersion) -> None:
    road = ground.facility("R1", "road", LineString([(50, 200), (150, 200)]), version)
    lamp("L0", 60, version)
    ground.party(Facility.objects.get(code="L0"), "maintainer", "A", version)
    told = decide(facility=road, category=ground.category("lamp")).as_json()
    assert told["parts"][0]["facilities"] == ["L0"]


def test_a_long_line_is_seen_whole_whatever_is_far_from_its_middle(version: GroundVersion) -> None:
    ground.ownership("w", "W", box(0, 100, 120, 300), version)
    ground.ownership("e", "E", box(120, 100, 990, 300), version)
    lamps = ground.category("lamp")
    ground.facility("C1", "circuit", LineString([(20, 200), (980, 200)]), version)
    for number in range(20):
        lamp(f"L{number}", 45 + 48 * number, version, parent="C1")
        ground.party(Facility.objects.get(code=f"L{number}"), "maintainer", "M", version)
    circuit = Facility.objects.get(code="C1")
    along = decide(facility=circuit, category=lamps).as_json()
    assert [len(part["facilities"]) for part in along["parts"]] == [20]
    assert brief(along) == [("M", "presumed", 960.0, 1.0)]
    assert along["responsible"]["code"] == "W", "the circuit itself, at a point of it"
    assert "沿线：960米（100%）由M局负责，设施20处" in along["explanation"]["zh-Hans"]
    assert "Along it: 960 m (100%) M局" in along["explanation"]["en"]
    itself = decide(facility=circuit).as_json()
    assert brief(itself) == [("E", "presumed", 860.0, 0.8958), ("W", "presumed", 100.0, 0.1042)]
    assert itself["districts"] == ["500001", "500002"]


def test_contested_parts_name_the_bodies(version: GroundVersion) -> None:
    ground.ownership("w", "W", box(0, 0, 400, 500), version)
    ground.ownership("v", "V", box(0, 0, 400, 500), version)
    told = decide(path=street((200, 200), (300, 200))).as_json()
    assert told["outcome"] == told["parts"][0]["outcome"] == "contested"
    assert [b["code"] for b in told["parts"][0]["between"]] == ["V", "W"]


@pytest.mark.mission("B15")
def test_cross_district_ground_is_for_the_upper_level(version: GroundVersion) -> None:
    both = ["500001", "500002"]
    for told in (
        decide(place=ground.place(500.03, 200)).as_json(),
        decide(place=ground.place(490, 200, 15)).as_json(),
        decide(path=street((450, 200), (550, 200))).as_json(),
        decide(
            facility=ground.facility("R1", "road", LineString([(400, 500), (600, 500)]), version)
        ).as_json(),
    ):
        assert (told["cross_district"], told["districts"]) == (True, both)
        assert told["upper"] == {"code": "CITY", "name": "CITY局"}
        assert "CITY局" in told["explanation"]["en"]
        assert "CITY局" in told["explanation"]["zh-Hans"]
    for place in (ground.place(500.2, 200), ground.place(480, 200, 15)):
        assert decide(place=place).as_json()["cross_district"] is False


def test_a_dissolved_upper_body_is_read_as_its_successor(version: GroundVersion) -> None:
    new = ground.body("NEW", kind="government")
    day = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    Organization.objects.filter(code="CITY").update(successor=new, successor_from=date(2026, 6, 1))
    factories.known_always()
    forget()
    seam = ground.place(500, 200)
    assert decide(place=seam, at=day).as_json()["upper"]["code"] == "NEW"
    assert decide(place=seam, at=day - timedelta(days=1)).as_json()["upper"]["code"] == "CITY"


def test_a_stored_path_replays_the_same(version: GroundVersion) -> None:
    ground.ownership("w", "W", box(0, 0, 300, 1000), version)
    for shape in (street((200, 200), (450, 200), (450, 300)), factories.degrees(box(2, 2, 350, 9))):
        verdict = store_verdict(decide(path=shape))
        verdict.refresh_from_db()
        assert replay(verdict) == verdict.answer


@pytest.mark.parametrize(
    "text",
    [
        "POINT (109 31)",
        "LINESTRING (109 31, 109 nan)",
        "LINESTRING (109 31, 109 95)",
        "LINESTRING (109 31, 110 31)",
        "LINESTRING (109 31, 109 31)",
        "POLYGON ((109 31, 109.01 31.01, 109.01 31, 109 31.01, 109 31))",
        "LINESTRING EMPTY",
        "road",
        "{}",
        '{"type": "Point"}',
    ],
)
def test_bad_paths_are_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidPath) as told:
        path_of(text)
    assert told.value.message


def test_http_and_command_take_a_path(version: GroundVersion, bo: User) -> None:
    ground.ownership("w", "W", box(0, 0, 300, 1000), version)
    shape = street((200, 200), (450, 200))
    asked = {"path": to_wkt(shape, rounding_precision=-1), "role": "owner"}
    response = client_of(bo).get("/api/v1/jurisdiction/", asked)
    assert response.status_code == 200
    assert response.json()["role"] == "owner"
    assert len(response.json()["parts"]) == 2
    refused = client_of(bo).get("/api/v1/jurisdiction/", {"path": "here"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_path")
    refused = client_of(bo).get("/api/v1/jurisdiction/", asked | {"role": "king"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_role")
