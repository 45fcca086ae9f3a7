"""Whichever way a report comes, the record is the same; files and meetings; the fast lane; the shares."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from exchange.layers.base import Options
from exchange.report import Rejected, Report
from exchange.use_cases import load_layer
from inspections.cases.models import Case
from inspections.requests.models import Requester, ServiceRequest
from tests.conftest import client_of
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import bring, channel, signed
from tests.inspections.intake.channels.test_wechat import asked, message, send

SAID = "TF07号路灯不亮"


def load(ward: Ward, file: Path, **options: Any) -> tuple[Report, list[Rejected]]:
    rejected: list[Rejected] = []
    report = load_layer(
        Options(layer="reports", file=file, **options), actor=ward.ada, rejects=rejected.extend
    )
    return report, rejected


@pytest.mark.mission("F1", "P19")
def test_seven_ways_give_the_same_record_and_their_shares(ward: Ward, tmp_path: Path) -> None:
    for word in ("sms", "email", "wechat", "meeting", "web"):
        channel({"wechat": "WX"}.get(word, word.upper()), word)
    lon, lat = ward.lonlat(250, 250)
    place = {"lon": lon, "lat": lat}
    report = {"text": SAID, "category": "0118", **place}
    desk = client_of(ward.ada)
    for word, number in (("phone", "1"), ("phone", "2"), ("patrol", "3")):
        answer = desk.post(
            "/api/v1/requests/",
            report | {"channel": word, "joins": "", "text": f"{SAID} {number}"},
            format="json",
        )
        assert answer.status_code == 201, answer.content
    told = {"id": "1", **report}
    assert bring("SMS", told).status_code == bring("WEB", told).status_code == 201
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "王秀英 <w@example.cn>", "路灯"
    letter.set_content(SAID)
    raw = bytes(letter)
    posted = bring("EMAIL", raw, content_type="message/rfc822", **signed(raw)).json()
    assert send(message(Content=SAID), asked()).status_code == 200
    file = tmp_path / "民情联系会.csv"
    file.write_text(f"序号,问题,lon,lat,类别\n7,{SAID},{lon},{lat},0118\n", encoding="utf-8")
    assert load(ward, file, constants={"channel": "MEETING"})[0].created == 1
    for code in (posted["code"], ServiceRequest.objects.get(channel="wechat").code):
        located = desk.post(
            f"/api/v1/requests/{code}/locate/", place | {"category": "0118"}, format="json"
        )
        assert located.status_code == 201, located.content
    records = {
        (one.category_id, one.cell_code, one.area_code, one.cases.count())
        for one in ServiceRequest.objects.all()
    }
    assert records == {(ward.lamps.pk, "500236001001001", "500236001001", 1)}
    shares = desk.get("/api/v1/channels/shares/").json()
    assert shares["requests"] == 8
    assert shares["channels"][0] == {
        "channel": "phone", "requests": 2, "share": 0.25, "name": "电话",
    }  # fmt: skip
    assert {one["channel"] for one in shares["channels"]} == {
        "phone", "patrol", "sms", "web", "email", "wechat", "meeting",
    }  # fmt: skip
    assert {one["code"] for one in shares["registered"]} == {"SMS", "WEB", "EMAIL", "WX", "MEETING"}
    assert desk.get("/api/v1/channels/shares/?from=2020-01-01&to=2020-02-01").json() == {
        "from": "2020-01-01", "to": "2020-02-01", "requests": 0, "channels": [], "registered": [],
        "requester_kinds": [],
    }  # fmt: skip


@pytest.mark.mission("P19", "C20")
def test_a_meetings_list_is_taken_in_once_and_wholly(ward: Ward, tmp_path: Path) -> None:
    channel("MEET-1", "meeting", "西门社区民情联系会")
    lon, lat = ward.lonlat(250, 250)
    file = tmp_path / "list.csv"
    head = "序号,渠道,问题,lon,lat,类别,姓名,电话,诉求人类型\n"
    rows = f"1,西门社区民情联系会,路灯不亮,{lon},{lat},0118,王秀英,13800000001,市民\n"
    rows += "2,MEET-1,希望增设座椅,,,,灯城商贸公司,13800000002,企业\n"
    file.write_text(head + rows, encoding="utf-8")
    report, _ = load(ward, file)
    assert (report.created, report.unchanged, report.rejected) == (2, 0, 0)
    assert ServiceRequest.objects.get(text="路灯不亮").cases.count() == 1
    assert Requester.objects.filter(kind="enterprise").count() == 1
    listed = client_of(ward.ada).get("/api/v1/requests/?requester_kind=enterprise").json()
    assert [one["properties"]["text"] for one in listed["features"]] == ["希望增设座椅"]
    again, _ = load(ward, file)
    assert (again.created, again.unchanged) == (0, 2)
    rows += "3,没有的渠道,x,,,,,,\n4,MEET-1,x,,,,,12,\n4,MEET-1,y,,,,,,\n5,MEET-1,,,,,,,\n"
    file.write_text(head + rows, encoding="utf-8")
    report, rejected = load(ward, file)
    assert [(row.row, row.code) for row in rejected] == [
        (3, "unknown_channel"), (4, "bad_phone"), (5, "duplicate_code"), (6, "blank_text"),
    ]  # fmt: skip
    assert ServiceRequest.objects.count() == 2


@pytest.mark.mission("B26")
def test_the_fast_lane_goes_straight_to_the_body(ward: Ward) -> None:
    direct = channel(
        "SHOP", "web", "消费争议绿色通道", organization=ward.bodies["lamp"], direct=True
    )
    lon, lat = ward.lonlat(250, 250)
    told = {"id": "1", "text": "退款争议", "category": "0118", "lon": lon, "lat": lat}
    case = Case.objects.get(number=bring(direct.code, told).json()["case"])
    lead = case.assignments.get(kind="lead", ended_at=None)
    assert (case.state, lead.organization, lead.reason) == (
        "dispatched", ward.bodies["lamp"], "绿色通道直达",
    )  # fmt: skip
    far = ward.lonlat(900, 900)
    told = {"id": "2", "text": "无类别", "lon": far[0], "lat": far[1]}
    answer = bring(direct.code, told).json()
    kept = ServiceRequest.objects.get(code=answer["code"])
    assert kept.cases.get().state == "reported"  # at the desk, which reads why
    assert kept.receipt.notes == [{"code": "not_sent_directly", "why": "category_needed"}]


def test_shares_are_for_members_and_days_are_days(ward: Ward, client: Client) -> None:
    assert client.get("/api/v1/channels/shares/").status_code == 401
    wrong = client_of(ward.ada).get("/api/v1/channels/shares/?from=gestern")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
