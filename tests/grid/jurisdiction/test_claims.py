"""Claims word by word: roles, what hangs on what, demarcation points, agreements at a border, successors."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from shapely import LineString, Point, box

from grid.areas.models import Level
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.models import City, GroundVersion, since
from grid.jurisdiction.use_cases import decide
from tests import factories
from tests.grid.jurisdiction import ground

HERE = (250, 250)


@pytest.fixture
def version(city: City) -> GroundVersion:
    version = factories.version()
    ground.area("500001", Level.DISTRICT, box(0, 0, 1000, 1000), version)
    return version


def told(**asked: Any) -> tuple[str, str | None, int | None]:
    if "facility" not in asked:
        asked.setdefault("place", ground.place(*HERE))
    json = decide(**asked).as_json()
    return (
        json["outcome"],
        json["responsible"]["code"] if json["responsible"] else None,
        json["rule"],
    )


def lamp(code: str, version: GroundVersion, parent: Facility | None = None) -> Facility:
    thing = ground.facility(code, "lamp", Point(*HERE), version)
    FacilityRecord.objects.filter(facility=thing).update(parent=parent)
    return thing


# Roles


def test_each_of_the_four_roles_can_be_asked_for(version: GroundVersion) -> None:
    thing = lamp("L1", version)
    for role, who in (("owner", "O"), ("maintainer", "M"), ("payer", "P"), ("builder", "B")):
        ground.party(thing, role, who, version)
    ground.effect(thing, "owner", "O", version)
    ground.effect(thing, "maintainer", "M", version)
    assert told(facility=thing, role="owner") == ("settled", "O", 2)
    assert told(facility=thing, role="maintainer") == ("settled", "M", 2)
    assert told(facility=thing, role="builder") == ("presumed", "B", 3)
    # Nobody's handover passed the bill by itself: the owner's stands in.
    assert told(facility=thing, role="payer") == ("settled", "O", 2)


def test_who_built_it_passes_by_no_handover(version: GroundVersion) -> None:
    thing = lamp("L1", version)
    ground.party(thing, "builder", "B", version)
    ground.effect(thing, "owner", "U", version)
    assert told(facility=thing) == ("settled", "U", 2)
    assert told(facility=thing, role="builder") == ("presumed", "B", 3)


def test_the_authority_is_whoever_is_recorded_as_it(version: GroundVersion) -> None:
    thing = lamp("L1", version)
    ground.party(thing, "builder", "B", version)
    ground.party(thing, "authority", "S", version)
    assert told(facility=thing, role="authority") == ("presumed", "S", 4)


def test_a_duty_speaks_for_its_own_role(version: GroundVersion) -> None:
    lamps = ground.category("lamp")
    ground.duty(lamps, version, organization=ground.body("M"))
    assert told(category=lamps) == ("presumed", "M", 9)
    assert told(category=lamps, role="owner")[0] == "unowned"
    ground.duty(lamps, version, organization=ground.body("O"), role="owner", scenario="产权")
    assert told(category=lamps) == ("presumed", "M", 9)
    assert told(category=lamps, role="owner") == ("presumed", "O", 9)
    assert told(category=lamps, role="payer")[0] == "unowned"


# Instruments


def test_a_later_handover_of_another_role_ends_no_ruling(version: GroundVersion) -> None:
    """Of the same role only: ownership passed, upkeep had been ruled upon."""
    thing = lamp("L1", version)
    ruled = ground.from_day(2024)
    around = box(200, 200, 300, 300)
    ground.precedent("R1", "A", around, version, role="maintainer", valid_during=ruled)
    ground.effect(thing, "owner", "B", version, valid=ground.from_day(2025))
    assert told(facility=thing) == ("settled", "A", 1)
    assert told(facility=thing, role="owner") == ("settled", "B", 2)
    ground.effect(thing, "maintainer", "C", version, valid=ground.from_day(2025))
    assert told(facility=thing) == ("settled", "C", 2)


# What hangs on what


def test_a_lamp_without_a_record_takes_its_circuits(version: GroundVersion) -> None:
    box_ = ground.facility("X1", "box", Point(600, 600), version)
    circuit = ground.facility("C1", "circuit", LineString([(600, 600), (700, 600)]), version)
    FacilityRecord.objects.filter(facility=circuit).update(parent=box_)
    thing = lamp("L1", version, parent=circuit)
    ground.ownership("a", "A", box(200, 200, 300, 300), version)
    assert told(facility=thing) == ("presumed", "A", 8)
    ground.party(box_, "maintainer", "X", version)
    assert told(facility=thing) == ("presumed", "X", 4)
    ground.party(circuit, "maintainer", "C", version)
    answer = decide(facility=thing).as_json()
    assert (answer["responsible"]["code"], answer["claims"][0]["via"]) == ("C", "C1")
    assert answer["claims"][0]["source"] == {"type": "party", "code": "C1"}
    assert "C1" in answer["explanation"]["zh-Hans"]
    assert "on which it hangs" in answer["explanation"]["en"]
    assert answer["claims"][1]["via"] is None
    # The lamp is found by its place too, and its own record comes first.
    assert told(category=ground.category("lamp")) == ("presumed", "C", 4)
    ground.party(thing, "authority", "S", version)
    assert told(facility=thing) == ("presumed", "C", 4)
    ground.party(thing, "owner", "O", version)
    assert told(facility=thing) == ("presumed", "O", 4)


def test_a_circuit_that_hangs_on_itself_ends_the_search(version: GroundVersion) -> None:
    thing = lamp("L1", version)
    other = lamp("L2", version, parent=thing)
    FacilityRecord.objects.filter(facility=thing).update(parent=other)
    assert told(facility=thing)[0] == "unowned"


# Demarcation points


def test_beyond_its_demarcation_point_a_utility_is_silent(version: GroundVersion) -> None:
    pipes = ground.category("0103")
    water = ground.body("WATER", kind="utility")
    ground.duty(pipes, version, organization=water)
    estate = box(200, 200, 300, 300)
    ground.ownership("estate", "PM", estate, version, kind="red_line")
    assert told(category=pipes) == ("presumed", "WATER", 6)
    ground.ownership("d1", "WATER", estate, version, kind="demarcation", document="供水合同")
    answer = decide(place=ground.place(*HERE), category=pipes).as_json()
    assert (answer["responsible"]["code"], answer["rule"]) == ("PM", 7)
    assert answer["demarcations"] == ["d1"]
    assert answer["margin_m"] == pytest.approx(50, abs=0.05)
    assert [c["source"]["code"] for c in answer["claims"]] == ["estate"]
    assert "demarcation point" in answer["explanation"]["en"]
    assert "d1" in answer["explanation"]["zh-Hans"]
    assert told(category=pipes, place=ground.place(400, 250)) == ("presumed", "WATER", 6)


def test_a_demarcation_is_the_utilitys_own_and_of_its_class(version: GroundVersion) -> None:
    pipes, wires = ground.category("0103"), ground.category("0105")
    ground.duty(pipes, version, organization=ground.body("WATER", kind="utility"))
    around = box(200, 200, 300, 300)
    ground.ownership("d1", "POWER", around, version, kind="demarcation")
    ground.ownership("d2", "WATER", around, version, kind="demarcation", categories=["0105"])
    assert told(category=pipes) == ("presumed", "WATER", 6)
    assert told(category=wires)[0] == "unowned"
    assert told()[0] == "unowned"


# Borders


def test_an_agreement_of_both_sides_decides_before_size(version: GroundVersion) -> None:
    ground.ownership("narrow", "N", box(240, 240, 260, 260), version, document="确权书")
    wide = box(100, 100, 400, 400)
    border = ground.ownership("border", "A", wide, version, kind="agreement", role="maintainer")
    assert told() == ("presumed", "N", 8), "without its paper it is an area like others"
    border.document = "两区界路协议"
    border.save()
    answer = decide(place=ground.place(*HERE)).as_json()
    assert (answer["responsible"]["code"], answer["rule"]) == ("A", 8)
    spoke = {c["source"]["type"]: c["speaks"] for c in answer["claims"]}
    assert spoke == {"agreement": True, "ownership_area": False}
    assert "双方协议" in answer["explanation"]["zh-Hans"]
    ground.ownership("estate", "PM", wide, version, kind="red_line")
    assert told() == ("presumed", "PM", 7)


def test_two_agreements_narrow_like_areas(version: GroundVersion) -> None:
    for code, who, size in (("a", "A", 100), ("b", "B", 50), ("c", "C", 50)):
        shape = box(250 - size, 250 - size, 250 + size, 250 + size)
        ground.ownership(code, who, shape, version, kind="agreement", document="协议")
        if code == "b":
            assert told() == ("presumed", "B", 8)
    assert told() == ("contested", None, 8)


# Outcomes


def test_just_outside_the_city_with_a_circle_that_reaches_in_is_uncertain(
    version: GroundVersion,
) -> None:
    ground.ownership("a", "A", box(900, 0, 1000, 1000), version)
    answer = decide(place=ground.place(1005, 500, 20)).as_json()
    assert answer["outcome"] == "uncertain"
    shares = {(s["organization"] or {}).get("code"): s["share"] for s in answer["shares"]}
    assert shares == {None: pytest.approx(0.658, abs=0.01), "A": pytest.approx(0.342, abs=0.01)}
    assert decide(place=ground.place(1030, 500, 20)).as_json()["outcome"] == "outside"


def test_a_facility_that_was_moved_speaks_where_it_stands_now(version: GroundVersion) -> None:
    """Its former record must not lend it its place in the circle."""
    lamps = ground.category("lamp")
    thing = ground.facility("L1", "lamp", Point(240, 250), version)
    FacilityRecord.objects.filter(facility=thing).update(valid_during=ground.from_day(2025))
    FacilityRecord.objects.create(
        facility=thing,
        category=lamps,
        location=GEOSGeometry(factories.degrees(Point(260, 250)).wkb_hex, srid=4326),
        valid_during=DateTimeTZRange(None, datetime(2025, 1, 1, tzinfo=UTC), "()"),
        recorded_during=since(version.number),
    )
    ground.party(thing, "maintainer", "A", version)
    other = ground.facility("L2", "lamp", Point(260, 250), version)
    ground.party(other, "maintainer", "B", version)
    answer = decide(place=ground.place(250, 250, 12), category=lamps).as_json()
    assert {s["organization"]["code"]: s["share"] for s in answer["shares"]} == pytest.approx(
        {"A": 0.5, "B": 0.5}, abs=0.01
    )
