"""Which open cases a report may be about: by facility, circuit, street and distance, with reasons; and 类案."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from shapely import LineString, Point

from inspections.cases.use_cases import file_case
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, report


def asked(ward: Ward, who: str = "ada", **given: Any) -> list[dict[str, Any]]:
    answer = client_of(ward.people[who]).get("/api/v1/cases/candidates/", given)
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def codes(found: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in found["reasons"]}


def at(ward: Ward, east: float, north: float) -> dict[str, Any]:
    lon, lat = ward.lonlat(east, north)
    return {"lon": lon, "lat": lat}


@pytest.fixture
def street(ward: Ward) -> Ward:
    """Eleven lamps on one circuit along a street, thirty metres apart; another circuit across the corner."""
    ground.facility(
        "ROAD", "ROAD", LineString([(100, 244), (420, 244)]), ward.version, name="同丰路"
    )
    for circuit, north in (("K1", 250), ("K2", 400)):
        line = ground.facility(circuit, "K", LineString([(100, north), (400, north)]), ward.version)
        for n in range(11):
            ground.facility(
                f"{circuit}-{n:02}", "0118", Point(100 + 30 * n, north), ward.version, parent=line
            )
    return ward


def test_a_report_beside_an_open_case_finds_it_with_reasons(ward: Ward) -> None:
    case = report(ward)
    report(ward, at=(700, 700))
    (found,) = asked(ward, **at(ward, 258, 250), category="0118", text="路灯不亮了")
    assert (found["number"], found["requests"], found["state"]) == (case.number, 1, "reported")
    assert 7 < found["distance_m"] < 9
    assert {"near", "category_same", "words_alike", "reported_since"} <= codes(found)
    assert found["score"] > 0.85
    assert all(reason["zh-Hans"] and reason["en"] for reason in found["reasons"])


def test_another_category_at_the_same_spot_is_no_candidate(ward: Ward) -> None:
    report(ward)
    assert asked(ward, **at(ward, 250, 250), category="0305", text="垃圾箱满了") == []


def test_an_ended_case_is_none(ward: Ward) -> None:
    case_in(ward, "declined")
    assert asked(ward, **at(ward, 250, 250), category="0118") == []


def test_one_circuit_reaches_further_than_any_radius(street: Ward) -> None:
    case = report(street, at=(102, 252))
    (found,) = asked(street, **at(street, 398, 252), category="0118", text="灯灭了")
    assert found["number"] == case.number
    assert "same_circuit" in codes(found)
    assert found["score"] > 0.8
    assert asked(street, **at(street, 398, 402), category="0118", text="灯灭了") == []


def test_the_same_facility_is_the_strongest_ground(street: Ward) -> None:
    same = report(street, at=(160, 250), facility_code="K1-02")
    other = report(street, at=(220, 250), facility_code="K1-04")
    for code, named in (("K1-02", same), ("K1-04", other)):
        first, second = asked(street, facility=code, text="不亮")
        assert first["number"] == named.number
        assert "same_facility" in codes(first)
        assert first["score"] > 0.9 > 0.8 > second["score"]


def test_a_dark_street_without_a_circuit_hangs_together_by_its_name(street: Ward) -> None:
    case = report(street, at=(110, 244), category=None, text="同丰路整条路一片漆黑")
    (found,) = asked(street, **at(street, 330, 246), text="同丰路上没有一盏灯亮")
    assert found["number"] == case.number
    assert {"same_line", "wide_area"} <= codes(found)
    (near,) = asked(street, **at(street, 112, 244), text="同丰路上没有一盏灯亮")
    assert {"same_line", "near"} <= codes(near)
    for language in ("zh-Hans", "en"):  # how far is said once
        assert sum(bool(re.search(r"\b2\b", reason[language])) for reason in near["reasons"]) == 1


def test_another_number_is_another_thing(ward: Ward) -> None:
    report(ward, text="12号杆路灯不亮")
    (other,) = asked(ward, **at(ward, 270, 250), category="0118", text="14号杆路灯不亮")
    (same,) = asked(ward, **at(ward, 270, 250), category="0118", text="12号杆路灯不亮")
    assert other["score"] < 0.6 < same["score"]


def test_what_is_said_to_be_done_counts_less(ward: Ward) -> None:
    case_in(ward, "handled")
    (found,) = asked(ward, **at(ward, 250, 250), category="0118")
    assert "handled_already" in codes(found)
    assert found["score"] < 0.7


def test_candidates_of_a_case_leave_it_out(ward: Ward) -> None:
    one, two = report(ward), report(ward, at=(255, 250))
    (found,) = asked(ward, case=one.number)
    assert found["number"] == two.number


def test_a_line_is_compared_along_all_of_it(ward: Ward) -> None:
    case = report(ward, at=(400, 255))
    (west, north), (east, _) = ward.lonlat(100, 250), ward.lonlat(405, 250)
    path = f"LINESTRING({west} {north}, {east} {north})"
    (found,) = asked(ward, path=path, category="0118", text="三百米都不亮")
    assert found["number"] == case.number


def test_only_ones_own_cases_are_shown(ward: Ward) -> None:
    report(ward)
    here = at(ward, 250, 250) | {"category": "0118"}
    assert len(asked(ward, "bo", **here)) == 1
    assert asked(ward, "di", **here) == []  # not sent to her body
    assert asked(ward, "xi", **here) == []
    case_in(ward, "dispatched", at=(252, 250))
    assert len(asked(ward, "di", **here)) == 1


def test_what_cannot_be_asked_is_named(ward: Ward) -> None:
    wrong: list[dict[str, Any]] = [{}, {"lon": 109.5}, {"lon": 1, "lat": 2, "colour": "red"}]
    for given in wrong:
        answer = client_of(ward.ada).get("/api/v1/cases/candidates/", given)
        assert answer.status_code == 400, given
    answer = client_of(ward.ada).get("/api/v1/cases/candidates/", {"case": "none"})
    assert answer.status_code == 404


@pytest.mark.mission("P4")
def test_the_last_ten_cases_here_say_where_they_ended(ward: Ward) -> None:
    ended = case_in(ward, "closed", reported_at=timezone.now() - timedelta(days=40))
    answered = case_in(ward, "answered", at=(260, 250))
    report(ward, at=(900, 900))
    for _ in range(3):
        report(ward, category=ward.bins, text="垃圾")
    here = at(ward, 250, 250) | {"category": "0118"}
    told = client_of(ward.ada).get("/api/v1/cases/similar/", here).json()["results"]
    assert [one["number"] for one in told] == [answered.number, ended.number]
    assert told[0]["answer"].startswith("路灯 22 点后")
    assert told[0]["ended_with"] is None
    assert told[1]["ended_with"] == {"code": "LAMP", "name": "路灯管理处"}
    assert (told[1]["solved"], told[1]["returns"], told[1]["state"]) == (True, 0, "closed")


@pytest.mark.mission("P4")
def test_the_last_cases_of_a_facility_hold_the_open_one_beside_it(street: Ward) -> None:
    one = report(street, at=(195, 250))
    here = at(street, 190, 250) | {"accuracy_m": 0, "facility": "K1-03"}
    for given in (here, here | {"category": "0118"}, {"facility": "K1-03"}):
        answer = client_of(street.ada).get("/api/v1/cases/similar/", given)
        assert answer.status_code == 200, answer.json()
        assert [found["number"] for found in answer.json()["results"]] == [one.number]


def test_similar_stops_at_ten_and_asks_a_constant_number_of_queries(
    ward: Ward, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        report(ward, at=(250 + n, 250))
    here = at(ward, 250, 250)
    client = client_of(ward.ada)
    with django_assert_max_num_queries(16):
        assert len(client.get("/api/v1/cases/similar/", here).json()["results"]) == 10
    with django_assert_max_num_queries(16):
        assert len(client.get("/api/v1/cases/candidates/", here).json()["results"]) == 8


def test_a_filed_case_keeps_its_candidates_by_its_own_class(street: Ward) -> None:
    one = file_case(report(street, at=(130, 250)), actor=street.ada)
    two = report(street, at=(300, 250))
    (found,) = asked(street, case=two.number)
    assert found["number"] == one.number
