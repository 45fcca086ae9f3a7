"""A request that came without a place: the desk adds it, and its case opens; what was said stays."""

from typing import Any

import pytest

from core.models import AuditEntry
from inspections.requests.models import ServiceRequest
from tests.conftest import client_of
from tests.inspections.conftest import Ward


def told(ward: Ward, who: str, code: str, **body: Any) -> Any:
    return client_of(ward.people[who]).post(f"/api/v1/requests/{code}/locate/", body, format="json")


@pytest.mark.mission("F3")
def test_the_desk_adds_the_place_and_the_case_opens(ward: Ward) -> None:
    answer = client_of(ward.ada).post("/api/v1/requests/", {"text": "路灯不亮"}, format="json")
    code = answer.json()["id"]
    acts = [one["act"] for one in answer.json()["properties"]["available_acts"]]
    assert "locate" in acts
    assert told(ward, "ada", code).json()["code"] == "place_needed"
    lon, lat = ward.lonlat(250, 250)
    assert told(ward, "cy", code, lon=lon, lat=lat).status_code == 404
    placed = told(ward, "ada", code, lon=lon, lat=lat, category="0118", accuracy_m=5)
    assert placed.status_code == 201, placed.content
    kept = ServiceRequest.objects.get(code=code)
    case = kept.cases.get()
    assert (case.category, case.reported_at) == (ward.lamps, kept.reported_at)
    assert (kept.text, kept.cell_code) == ("路灯不亮", "500236001001001")
    assert AuditEntry.objects.filter(act="locate_request").count() == 1
    again = told(ward, "ada", code, lon=lon, lat=lat)
    assert (again.status_code, again.json()["code"]) == (409, "place_known")


def test_outside_the_city_the_place_is_kept_and_said_to_be_outside(ward: Ward) -> None:
    answer = client_of(ward.ada).post("/api/v1/requests/", {"text": "路灯不亮"}, format="json")
    code = answer.json()["id"]
    placed = told(ward, "ada", code, lon=-70.0, lat=-33.0).json()["properties"]
    assert (placed["case"], placed["why_no_case"]["code"]) == (None, "outside_city")
