"""Who answers: every rule and outcome on ground drawn by hand, as people ask it."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from shapely import Point, box

from grid.areas.models import Level
from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.ground.models import City, GroundVersion, since
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.asking import InvalidPlace, Place, UnknownCategory, category_of, instant_of
from grid.jurisdiction.use_cases import NoPlace, decide, replay, store_verdict
from grid.ownership.models import OwnershipArea
from tests import factories
from tests.grid.jurisdiction import ground


@pytest.fixture
def version(city: City) -> GroundVersion:
    """A city of 1000 m by 1000 m, of two subdistricts, with ten by ten cells of 100 m."""
    version = factories.version()
    ground.area("500001", Level.DISTRICT, box(0, 0, 1000, 1000), version)
    ground.area("500001001", Level.SUBDISTRICT, box(0, 0, 500, 1000), version)
    ground.area("500001002", Level.SUBDISTRICT, box(500, 0, 1000, 1000), version)
    for column in range(10):
        for row in range(10):
            ground.cell(f"{column}{row}", factories.square(column, row), version)
    return version


def told(answer: Answer) -> tuple[str, str | None, int | None]:
    """Outcome, responsible body and rule."""
    json = answer.as_json()
    return (
        json["outcome"],
        json["responsible"]["code"] if json["responsible"] else None,
        json["rule"],
    )


def lamp(code: str, east: float, north: float, version: GroundVersion) -> Facility:
    return ground.facility(code, "lamp", Point(east, north), version)


def test_before_any_city_there_is_a_clear_refusal(db: None) -> None:
    with pytest.raises(Exception, match="found_city"):
        decide(place=Place(109.0, 31.0))


def test_outside_the_city(version: GroundVersion) -> None:
    answer = decide(place=ground.place(1200, 500)).as_json()
    assert answer["outcome"] == "outside"
    assert answer["responsible"] is None
    assert answer["dispatch_to"] is None
    assert answer["cell"] is None


def test_nothing_recorded_is_unowned_with_the_subdistrict_as_custodian(
    version: GroundVersion,
) -> None:
    ground.body("JD1", kind="subdistrict", area_code="500001001")
    ground.body("SQ1", kind="community", area_code="500001001001")
    answer = decide(place=ground.place(250, 250)).as_json()
    assert answer["outcome"] == "unowned"
    assert answer["custodian"]["code"] == "JD1"
    assert answer["dispatch_to"]["code"] == "JD1"
    assert answer["cell"] == "22"
    assert answer["area"] == "500001001"


@pytest.mark.mission("D5")
def test_narrowest_ownership_area(version: GroundVersion) -> None:
    ground.ownership("wide", "W", box(0, 0, 1000, 1000), version)
    ground.ownership("narrow", "N", box(200, 200, 300, 300), version, document="确权书")
    answer = decide(place=ground.place(250, 260))
    assert told(answer) == ("presumed", "N", 8)
    claims = answer.as_json()["claims"]
    assert [(c["organization"]["code"], c["speaks"]) for c in claims] == [
        ("N", True),
        ("W", False),
    ]
    assert answer.as_json()["margin_m"] == pytest.approx(40, abs=0.05)


def test_equally_narrow_areas_are_contested(version: GroundVersion) -> None:
    ground.ownership("a", "A", box(200, 200, 300, 300), version)
    ground.ownership("b", "B", box(220, 200, 320, 300), version)
    assert told(decide(place=ground.place(250, 250))) == ("contested", None, 8)


def test_red_line_before_ownership_area(version: GroundVersion) -> None:
    ground.ownership("small", "A", box(240, 240, 260, 260), version)
    ground.ownership("estate", "PM", box(200, 200, 400, 400), version, kind="red_line")
    assert told(decide(place=ground.place(250, 250))) == ("presumed", "PM", 7)


def test_area_of_the_asked_role_before_the_owner(version: GroundVersion) -> None:
    ground.ownership("o", "O", box(200, 200, 300, 300), version, role="owner")
    ground.ownership("m", "M", box(100, 100, 400, 400), version, role="maintainer")
    assert told(decide(place=ground.place(250, 250))) == ("presumed", "M", 8)


def test_area_of_other_categories_is_silent(version: GroundVersion) -> None:
    major = ground.category("01")
    minor = ground.category("0118", parent=major)
    other = ground.category("0202")
    ground.ownership("a", "A", box(200, 200, 300, 300), version, categories=["01"])
    place = ground.place(250, 250)
    assert told(decide(place=place, category=minor)) == ("presumed", "A", 8)
    assert told(decide(place=place, category=other))[0] == "unowned"
    assert told(decide(place=place))[0] == "unowned"


def test_duty_of_the_catalogue_by_area(version: GroundVersion) -> None:
    lamps = ground.category("lamp")
    ground.duty(lamps, version, organization=ground.body("CITY"), legal_basis="条例")
    ground.duty(lamps, version, organization=ground.body("EAST"), area_code="500001002")
    assert told(decide(place=ground.place(250, 250), category=lamps)) == ("presumed", "CITY", 9)
    east = decide(place=ground.place(750, 250), category=lamps)
    assert told(east) == ("presumed", "EAST", 9)
    assert east.as_json()["margin_m"] == pytest.approx(250, abs=0.05)


def test_duty_of_a_utility_is_its_class(version: GroundVersion) -> None:
    manhole = ground.category("0105")
    ground.duty(manhole, version, organization=ground.body("GRID", kind="utility"))
    ground.ownership("a", "A", box(200, 200, 300, 300), version)
    assert told(decide(place=ground.place(250, 250), category=manhole)) == ("presumed", "GRID", 6)


def test_registered_party_and_owner_standing_in(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.ownership("a", "A", box(200, 200, 300, 300), version)
    ground.party(thing, "owner", "O", version)
    assert told(decide(facility=thing)) == ("presumed", "O", 4)
    ground.party(thing, "maintainer", "M", version)
    answer = decide(facility=thing)
    assert told(answer) == ("presumed", "M", 4)
    assert answer.as_json()["margin_m"] is None


def test_only_facilities_of_the_category_within_reach_speak(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.party(thing, "maintainer", "M", version)
    lamps, signs = ground.category("lamp"), ground.category("sign")
    assert told(decide(place=ground.place(258, 250), category=lamps)) == ("presumed", "M", 4)
    assert told(decide(place=ground.place(262, 250), category=lamps))[0] == "unowned"
    assert told(decide(place=ground.place(262, 250, 15), category=lamps))[:2] == ("presumed", "M")
    assert told(decide(place=ground.place(250, 250), category=signs))[0] == "unowned"
    assert told(decide(place=ground.place(250, 250)))[0] == "unowned"


def test_accuracy_that_reaches_lamps_of_two_bodies_is_uncertain(version: GroundVersion) -> None:
    ground.party(lamp("L1", 240, 250, version), "maintainer", "A", version)
    ground.party(lamp("L2", 260, 250, version), "maintainer", "B", version)
    lamps = ground.category("lamp")
    assert told(decide(place=ground.place(245, 250, 2), category=lamps))[1] == "A"
    answer = decide(place=ground.place(250, 250, 12), category=lamps).as_json()
    assert answer["outcome"] == "uncertain"
    assert {s["organization"]["code"]: s["share"] for s in answer["shares"]} == pytest.approx(
        {"A": 0.5, "B": 0.5}, abs=0.01
    )


def test_accuracy_circle_across_a_boundary_has_shares(version: GroundVersion) -> None:
    ground.ownership("w", "W", box(0, 0, 250, 1000), version)
    ground.ownership("e", "E", box(250, 0, 1000, 1000), version)
    on_the_line = decide(place=ground.place(250, 500, 20)).as_json()
    assert on_the_line["outcome"] == "uncertain"
    assert on_the_line["responsible"] is None
    assert sum(s["share"] for s in on_the_line["shares"]) == pytest.approx(1, abs=1e-3)
    near = decide(place=ground.place(260, 500, 20)).as_json()
    # A chord at half the radius leaves 19.55 % of the circle on the far side.
    assert [(s["organization"]["code"], s["share"]) for s in near["shares"]] == [
        ("E", pytest.approx(0.8045, abs=0.002)),
        ("W", pytest.approx(0.1955, abs=0.002)),
    ]
    far = decide(place=ground.place(271, 500, 20))
    assert told(far)[:2] == ("presumed", "E")
    assert far.as_json()["margin_m"] == pytest.approx(21, abs=0.05)


def test_seam_between_areas_of_one_body_is_no_boundary(version: GroundVersion) -> None:
    ground.ownership("w", "A", box(0, 0, 250, 1000), version)
    ground.ownership("e", "A", box(250, 0, 1000, 1000), version)
    answer = decide(place=ground.place(260, 500, 20)).as_json()
    assert answer["outcome"] == "presumed"
    assert answer["margin_m"] == pytest.approx(260, abs=0.05)


@pytest.mark.mission("D10")
def test_signed_handover_with_paper_settles(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.party(thing, "builder", "B", version)
    ground.effect(thing, "maintainer", "U", version, valid=ground.from_day(2024))
    before = datetime(2023, 6, 1, tzinfo=UTC)
    assert told(decide(facility=thing)) == ("settled", "U", 2)
    assert told(decide(facility=thing, at=before)) == ("presumed", "B", 3)


def test_roles_pass_by_their_own_dates(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.party(thing, "builder", "B", version)
    ground.effect(thing, "owner", "U", version, valid=ground.from_day(2024))
    ground.effect(thing, "maintainer", "U", version, valid=ground.from_day(2026))
    between = datetime(2025, 6, 1, tzinfo=UTC)
    assert told(decide(facility=thing, at=between)) == ("presumed", "B", 3)
    assert told(decide(facility=thing)) == ("settled", "U", 2)


@pytest.mark.mission("F7", "F8")
def test_signature_without_paper_only_contests(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.party(thing, "builder", "B", version)
    ground.effect(thing, "maintainer", "U", version, document="")
    assert told(decide(facility=thing)) == ("contested", None, 3)


@pytest.mark.mission("F6", "F7")
def test_tongfeng_road_no_paper_exists(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.party(thing, "builder", "HOUSING", version)
    lamps = ground.category("lamp")
    centre = ground.body("CUSTODIAN")
    ground.duty(lamps, version, custodian=centre, supervisor=ground.body("URBAN"))
    assert told(decide(facility=thing)) == ("presumed", "HOUSING", 3)
    ground.effect(thing, "maintainer", "URBAN", version, standing="claimed", document="")
    answer = decide(facility=thing).as_json()
    assert answer["outcome"] == "contested"
    assert answer["responsible"] is None
    assert answer["custodian"]["code"] == "CUSTODIAN"
    assert answer["dispatch_to"]["code"] == "CUSTODIAN"
    assert answer["supervisor"]["code"] == "URBAN"
    for language in ("zh-Hans", "en"):
        assert "HOUSING局" in answer["explanation"][language]


def test_precedent_settles_the_next_lamp(version: GroundVersion) -> None:
    thing = lamp("L1", 250, 250, version)
    ground.party(thing, "builder", "HOUSING", version)
    ground.effect(thing, "maintainer", "URBAN", version, standing="claimed", document="")
    ground.precedent("R1", "URBAN", box(200, 200, 300, 300), version, document="裁定1号")
    assert told(decide(facility=thing)) == ("settled", "URBAN", 1)
    other = lamp("L2", 290, 290, version)
    assert told(decide(facility=other)) == ("settled", "URBAN", 1)


def test_ruling_ends_on_its_stated_day(version: GroundVersion) -> None:
    until = DateTimeTZRange(None, datetime(2026, 1, 1, tzinfo=UTC), "()")
    ground.precedent("R1", "A", box(200, 200, 300, 300), version, valid_during=until)
    place = ground.place(250, 250)
    assert told(decide(place=place, at=datetime(2025, 12, 31, tzinfo=UTC)))[1] == "A"
    assert told(decide(place=place))[0] == "unowned"


def test_dissolved_body_is_followed_by_its_successor(version: GroundVersion) -> None:
    new = ground.body("NEW")
    ground.body("OLD", successor=new, phone="")
    ground.ownership("a", "OLD", box(200, 200, 300, 300), version)
    assert told(decide(place=ground.place(250, 250))) == ("presumed", "NEW", 8)


def test_body_without_contact_is_reached_through_its_parent(version: GroundVersion) -> None:
    parent = ground.body("PARENT")
    ground.body("SILENT", parent=parent, phone="")
    ground.ownership("a", "SILENT", box(200, 200, 300, 300), version)
    answer = decide(place=ground.place(250, 250)).as_json()
    assert answer["responsible"]["code"] == "SILENT"
    assert answer["dispatch_to"]["code"] == "PARENT"


def test_nothing_is_sent_to_a_dissolved_body(version: GroundVersion) -> None:
    """The body above was dissolved; so was one of the two that were the subdistrict's."""
    gone = {"successor": ground.body("HEIR"), "successor_from": date(2024, 7, 1)}
    ground.body("SILENT", parent=ground.body("GONE", **gone), phone="")
    ground.ownership("a", "SILENT", box(200, 200, 300, 300), version)
    ground.body("JD1", kind="subdistrict", area_code="500001001", **gone)
    ground.body("JD2", kind="subdistrict", area_code="500001001")

    def bodies(year: int) -> tuple[str, str]:
        at = datetime(year, 1, 1, tzinfo=UTC)
        answer = decide(place=ground.place(250, 250), at=at).as_json()
        return answer["dispatch_to"]["code"], answer["custodian"]["code"]

    assert bodies(2024) == ("GONE", "JD1")
    assert bodies(2025) == ("HEIR", "JD2")


@pytest.mark.mission("P12")
def test_community_is_never_custodian(version: GroundVersion) -> None:
    lamps = ground.category("lamp")
    community = ground.body("SQ1", kind="community", area_code="500001001")
    ground.duty(lamps, version, custodian=community)
    answer = decide(place=ground.place(250, 250), category=lamps).as_json()
    assert answer["custodian"] is None
    assert answer["dispatch_to"] is None
    assert "desk" in answer["explanation"]["en"]


@pytest.mark.mission("D4")
def test_point_on_a_seam_has_one_cell_the_lowest(version: GroundVersion) -> None:
    assert decide(place=ground.place(300, 250)).as_json()["cell"] == "22"
    assert decide(place=ground.place(300, 300)).as_json()["cell"] == "22"


@pytest.mark.mission("D4")
def test_point_within_five_centimetres_of_the_edge_is_inside(version: GroundVersion) -> None:
    assert decide(place=ground.place(1000.04, 250)).as_json()["cell"] == "92"
    assert decide(place=ground.place(1000.06, 250)).as_json()["outcome"] == "outside"


@pytest.mark.mission("D5")
def test_a_place_on_the_edge_of_an_area_is_the_areas_however_it_is_drawn(
    version: GroundVersion,
) -> None:
    """A place halfway between two corners in degrees lies beside the edge in metres, by half a millimetre."""
    area = ground.ownership("a", "A", box(100, 200, 900, 300), version)
    corners = area.boundary[0][0].coords
    for (west, south), (east, north) in pairwise(corners):
        for share in (0.0, 0.1, 0.25, 0.5, 0.9):
            place = Place(west + (east - west) * share, south + (north - south) * share)
            assert told(decide(place=place))[1] == "A", share
    assert told(decide(place=ground.place(500, 199.99)))[1] is None


def test_in_a_hair_line_gap_the_nearest_area_answers(version: GroundVersion) -> None:
    ground.ownership("a", "A", box(100, 200, 499.99, 300), version)
    ground.ownership("b", "B", box(500.03, 200, 900, 300), version)
    assert told(decide(place=ground.place(500, 250))) == ("presumed", "A", 8)
    assert told(decide(place=ground.place(500.025, 250))) == ("presumed", "B", 8)
    assert told(decide(place=ground.place(900.02, 250)))[0] == "unowned", (
        "no gap: beyond it lies nothing"
    )
    ground.ownership("c", "C", box(100, 200, 499.99, 300), version)
    assert told(decide(place=ground.place(300, 300.03)))[0] == "unowned", (
        "beside a boundary drawn twice is no gap either"
    )


def test_as_known_at_an_earlier_version(version: GroundVersion) -> None:
    area = ground.ownership("a", "A", box(200, 200, 300, 300), version)
    later = factories.version()
    area.recorded_during = NumericRange(version.number, later.number, "[)")
    area.save()
    ground.ownership("a", "B", box(200, 200, 300, 300), later)
    place = ground.place(250, 250)
    assert told(decide(place=place))[1] == "B"
    assert told(decide(place=place, version=version.number))[1] == "A"
    assert told(decide(place=place, version=0))[0] == "unowned"


def test_stored_verdict_replays_the_same_after_the_ground_moved_on(
    version: GroundVersion,
) -> None:
    lamps = ground.category("lamp")
    ground.body("JD1", kind="subdistrict", area_code="500001001")
    ground.duty(lamps, version, organization=ground.body("D"), supervisor=ground.body("S"))
    area = ground.ownership("a", "A", box(200, 200, 300, 300), version)
    verdict = store_verdict(decide(place=ground.place(250, 250, 5), category=lamps))
    later = factories.version()
    area.recorded_during = NumericRange(version.number, later.number, "[)")
    area.save()
    ground.ownership("a", "B", box(200, 200, 300, 300), later)
    body = ground.body("A")
    body.name, body.phone = "改名局", ""
    body.save()
    verdict.refresh_from_db()
    assert replay(verdict) == verdict.answer
    assert told(decide(place=ground.place(250, 250), category=lamps))[1] == "B"


def test_line_facility_is_asked_where_the_asker_stands(version: GroundVersion) -> None:
    from_west_to_east = box(100, 500, 900, 510)
    road = ground.facility("R1", "road", from_west_to_east, version)
    ground.ownership("w", "W", box(0, 0, 500, 1000), version)
    ground.ownership("e", "E", box(500, 0, 1000, 1000), version)
    assert told(decide(facility=road, place=ground.place(200, 505)))[1] == "W"
    assert told(decide(facility=road, place=ground.place(800, 505)))[1] == "E"


def test_bad_questions_name_the_thing(version: GroundVersion) -> None:
    with pytest.raises(InvalidPlace, match="lat 95"):
        Place(109.0, 95.0)
    with pytest.raises(InvalidPlace, match="accuracy"):
        Place(109.0, 31.0, -1)
    with pytest.raises(NoPlace):
        decide()
    Category.objects.create(code="0118", kind="facility", name="路灯")
    with pytest.raises(UnknownCategory, match="did you mean 路灯"):
        category_of("路灯杆")


def test_dates_begin_in_city_time(city: City) -> None:
    assert instant_of("2026-01-01", city) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert instant_of("2026-01-01T08:00:00", city) == datetime(2026, 1, 1, 0, tzinfo=UTC)
    with pytest.raises(Exception, match="not a date"):
        instant_of("next week", city)
    with pytest.raises(Exception, match="not a date"):  # in UTC it lies in the year 0
        instant_of("0001-01-01", city)


def test_long_edges_are_straight_in_degrees_as_they_are_stored(city: City) -> None:
    """An edge of 10 km along a parallel bends by a metre and more in metres; the stored line counts."""
    version = factories.version()
    west, south, east, north = 110.95, 30.60, 111.05, 30.65
    ring = GEOSGeometry(box(west, south, east, north).wkb_hex, srid=4326)
    OwnershipArea.objects.create(
        code="long",
        organization=ground.body("A"),
        role="owner",
        boundary=MultiPolygon(ring, srid=4326),
        area_m2=1,
        recorded_during=since(version.number),
    )
    metre = 1 / 110_900
    for lat, outcome in (
        (north - 0.3 * metre, "presumed"),
        (north + 0.3 * metre, "unowned"),
        (south + 0.3 * metre, "presumed"),
        (south - 0.3 * metre, "unowned"),
    ):
        answer = decide(place=Place(111.0, lat)).as_json()
        assert answer["outcome"] == outcome, lat
        assert answer["margin_m"] == pytest.approx(0.3, abs=0.01)


def test_what_is_published_meanwhile_is_seen_by_the_next_question(version: GroundVersion) -> None:
    """The newest version is believed from question to question, and checked by each."""
    ground.ownership("O1", "A", box(0, 0, 300, 300), version)
    ground.body("B")
    assert told(decide(place=ground.place(150, 150)))[1] == "A"
    second = factories.version()
    OwnershipArea.objects.filter(code="O1").update(
        recorded_during=NumericRange(version.number, second.number)
    )
    ground.ownership("O2", "B", box(0, 0, 300, 300), second)
    answer = decide(place=ground.place(150, 150))
    assert told(answer)[1] == "B"
    assert answer.version == second.number
    assert told(decide(place=ground.place(150, 150), version=version.number))[1] == "A"
