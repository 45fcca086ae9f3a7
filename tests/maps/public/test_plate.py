"""The plate of a facility: what it is, who answers, and a report with its place filled in."""

import re

from django.test import Client
from shapely import Point

from grid.facilities.models import FacilityRecord
from inspections.requests.models import ServiceRequest
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward
from tests.maps.public.test_report import token_in


def test_a_plate_says_who_answers_and_leads_to_a_report(ward: Ward) -> None:
    ground.facility("LD-7", "0118", Point(250, 250), ward.version)
    page = Client().get("/f/LD-7").content.decode()
    assert "路灯管理处" in page
    assert "按现有登记，由该单位负责。" in page
    assert 'href="/report/?facility=LD-7"' in page
    form = Client().get("/report/?facility=LD-7").content.decode()
    values = dict(re.findall(r'name="(lon|lat|facility|token)" value="([^"]*)"', form))
    assert values["facility"] == "LD-7"
    answer = Client().post("/report/", values | {"what": "light", "token": token_in(form)})
    assert answer.status_code == 302
    request = ServiceRequest.objects.get()
    assert (request.facility_code, request.area_code) == ("LD-7", "500236001001")


def test_where_nobody_answers_the_plate_says_so(ward: Ward) -> None:
    ground.facility("BIN-1", "0305", Point(250, 250), ward.version)
    page = Client().get("/f/BIN-1/").content.decode()
    assert ("暂无责任单位" in page, "上报这里的问题" in page) == (True, True)
    english = Client(headers={"Accept-Language": "en"}).get("/f/BIN-1").content.decode()
    assert "Nobody answers for it yet" in english


def test_an_unknown_or_removed_plate_is_answered_kindly(ward: Ward) -> None:
    ground.facility("LD-8", "0118", Point(250, 250), ward.version)
    FacilityRecord.objects.update(state="removed")
    assert "上报这里的问题" not in Client().get("/f/LD-8").content.decode()
    for code in ("nothing", "%00", "x" * 500, "%F0%9F%92%A1"):
        answer = Client().get(f"/f/{code}")
        assert (answer.status_code, "没有这个编码" in answer.content.decode()) == (404, True)
    assert Client().get("/report/?facility=nothing").status_code == 200
