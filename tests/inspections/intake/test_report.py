"""Reports: what becomes a case and what does not, and why; places in any form and datum."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from shapely import LineString, Point, get_coordinates

from inspections.requests.models import ServiceRequest
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward


def send(ward: Ward, **stated: Any) -> Any:
    return client_of(ward.ada).post("/api/v1/requests/", stated, format="json")


def told(ward: Ward, **stated: Any) -> dict[str, Any]:
    answer = send(ward, **stated)
    assert answer.status_code == 201, answer.json()
    properties: dict[str, Any] = answer.json()["properties"]
    return properties


def test_unknown_words_are_kept_under_other(ward: Ward) -> None:
    kept = told(ward, channel="县长信箱", nature="求助", text="路灯不亮")
    assert (kept["channel"], kept["channel_name"]) == ("other", "县长信箱")
    assert (kept["nature"], kept["nature_name"]) == ("other", "求助")


@pytest.mark.mission("B4")
def test_an_enquiry_is_answered_at_the_desk(ward: Ward) -> None:
    lon, lat = ward.lonlat(250, 250)
    kept = told(ward, nature="enquiry", text="几点亮灯?", lon=lon, lat=lat)
    assert (kept["case"], kept["why_no_case"]["code"]) == (None, "for_the_desk")


def test_without_a_place_or_outside_the_city_there_is_no_case_and_the_record_stays(
    ward: Ward,
) -> None:
    nowhere = told(ward, text="路灯不亮")
    assert (nowhere["case"], nowhere["why_no_case"]["code"]) == (None, "no_place_stated")
    outside = told(ward, text="路灯不亮", lon=-70.0, lat=-33.0)
    assert (outside["case"], outside["why_no_case"]["code"]) == (None, "outside_city")
    assert "不在本市范围内" in outside["why_no_case"]["words"]["zh-Hans"]
    assert ServiceRequest.objects.count() == 2


@pytest.mark.mission("F4", "D4")
def test_a_line_is_a_place(ward: Ward) -> None:
    line = factories.degrees(LineString([(100, 250), (400, 250)]))
    geometry = {"type": "LineString", "coordinates": get_coordinates(line).tolist()}
    answer = send(ward, category="0118", text="300米一片漆黑", geometry=geometry).json()
    assert answer["geometry"]["type"] == "LineString"
    assert answer["properties"]["cell"] == "500236001001001"
    assert answer["properties"]["case"]


def test_a_facility_gives_place_and_category(ward: Ward) -> None:
    ground.facility("L7", "0118", Point(250, 250), ward.version)
    answer = send(ward, text="不亮", facility="L7").json()
    assert answer["geometry"]["coordinates"] == pytest.approx(ward.lonlat(250, 250), abs=1e-8)
    assert answer["properties"]["category"] == "0118"


def test_another_datum_is_converted_and_kept_as_given(ward: Ward) -> None:
    lon, lat = ward.lonlat(250, 250)
    answer = send(ward, text="不亮", lon=lon, lat=lat, datum="gcj02").json()
    there = answer["geometry"]["coordinates"]
    assert abs(there[0] - lon) + abs(there[1] - lat) > 0.001
    kept = ServiceRequest.objects.get()
    assert kept.place_stated == {"lon": lon, "lat": lat, "datum": "gcj02"}


def test_what_is_not_known_is_not_taken_and_this_is_said(ward: Ward) -> None:
    told_of = told(ward, text="不亮", phone="13800000000", requester={"name": "王"})
    assert (told_of["ignored"], told_of["requester"]["name"]) == (["phone"], "王*")


@pytest.mark.parametrize(
    "stated",
    [
        {"lon": 109.0},
        {"lon": 0, "lat": 0},
        {"lon": 200, "lat": 10},
        {"lon": 10, "lat": 10, "datum": "mars"},
        {"geometry": {"type": "Polygon", "coordinates": []}},
        {"geometry": {"type": "LineString", "coordinates": [[1, 2]]}},
        {"geometry": {"type": "Point", "coordinates": [float("inf"), 2]}},
        {"geometry": {"coordinates": 3}},
        {"category": "nonsense"},
        {"facility": "nonsense"},
        {"reported_at": (timezone.now() + timedelta(days=1)).isoformat()},
        {"reported_at": "yesterday"},
        {"accuracy_m": -1},
        {"text": ["a"]},
    ],
)
def test_nonsense_is_refused(ward: Ward, stated: dict[str, Any]) -> None:
    body = json.dumps({"text": "x", **stated}).replace("Infinity", "1e400")
    answer = client_of(ward.ada).post("/api/v1/requests/", body, content_type="application/json")
    assert answer.status_code in {400, 404}
    assert answer["Content-Type"] == "application/problem+json"
    assert not ServiceRequest.objects.exists()


def test_a_stranger_may_not_report_here(ward: Ward) -> None:
    stranger = factories.user("stranger")
    answer = client_of(stranger).post("/api/v1/requests/", {"text": "x"}, format="json")
    assert answer.status_code == 403
