"""Messages of programs: signed, read as they come, taken in once."""

import base64
import time
from typing import Any

import pytest
from rest_framework.test import APIClient
from shapely import Point

from grid.evidence.models import Evidence
from inspections.intake.channels.models import ChannelReceipt, IntakeChannel
from inspections.requests.models import Requester, ServiceRequest
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import bring, channel, signed
from tests.photos import photo

pytestmark = pytest.mark.django_db


def said(ward: Ward, **more: Any) -> dict[str, Any]:
    lon, lat = ward.lonlat(250, 250)
    return {
        "id": "M1",
        "text": "路灯不亮",
        "from": "13800000001",
        "lon": lon,
        "lat": lat,
        "category": "0118",
    } | more


@pytest.mark.mission("F1")
def test_a_message_becomes_a_request_with_its_case(ward: Ward, sms: IntakeChannel) -> None:
    answer = bring(sms.code, said(ward, nature="complaint"))
    assert answer.status_code == 201, answer.content
    told = answer.json()
    kept = ServiceRequest.objects.get(code=told["code"])
    assert (kept.channel, kept.text, kept.nature) == ("sms", "路灯不亮", "complaint")
    assert kept.cases.get().number == told["case"]
    assert (kept.category, kept.recorded_by.username) == (ward.lamps, "intake-sms")
    assert Requester.objects.get(request=kept).reachable
    page = client_of(ward.ada).get(f"/api/v1/requests/{kept.code}/").json()["properties"]
    assert (page["intake_channel"], page["external_id"]) == ("SMS-12345", "M1")
    assert page["receipt"]["name"] == "12345 短信"


def test_what_comes_twice_is_taken_in_once(ward: Ward, sms: IntakeChannel) -> None:
    first, again = bring(sms.code, said(ward)), bring(sms.code, said(ward))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert ServiceRequest.objects.count() == ChannelReceipt.objects.count() == 1
    other = bring(sms.code, said(ward, text="井盖丢失"))
    assert (other.status_code, other.json()["code"]) == (409, "different_content")
    elsewhere = channel("SMS-2", "sms")
    assert bring(elsewhere.code, said(ward)).status_code == 201


def test_only_the_holder_of_the_secret_is_heard(ward: Ward, sms: IntakeChannel) -> None:
    body = b'{"id": "1", "text": "x"}'
    for headers in (
        signed(body, secret="some-other-secret"),
        signed(b"{}"),
        {"Authorization": "Bearer nothing"},
        {"X-Lamplighter-Timestamp": "1"},
        {"X-Lamplighter-Signature": "é"},
    ):
        answer = bring(sms.code, body, **headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    old = bring(sms.code, body, **signed(body, at=time.time() - 600))
    assert (old.status_code, old.json()["code"]) == (401, "signature_too_old")
    IntakeChannel.objects.create(code="CLOSED", name="无密钥")
    for code in ("CLOSED", "no-such-channel"):
        assert bring(code, body).status_code == 404
    assert APIClient().get(f"/intake/{sms.code}/").status_code == 405
    assert not ServiceRequest.objects.exists()
    assert bring(sms.code, body, Authorization="Bearer a-secret-of-the-gateway").status_code == 201


def test_who_guesses_too_often_waits(ward: Ward, sms: IntakeChannel, settings: Any) -> None:
    settings.PUBLIC_LIMITS = "guess=2/1h"
    body = b'{"id": "1", "text": "x"}'
    codes = [bring(sms.code, body, Authorization="Bearer x").status_code for _ in range(3)]
    assert codes == [401, 401, 429]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (b"[]", "message_unreadable"),
        (b"{", "message_unreadable"),
        (b'{"text": "\\ud800", "id": "1"}', "message_unreadable"),
        (b'{"text": "x"}', "message_incomplete"),
        (b'{"id": 7, "text": "  "}', "message_incomplete"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    ward: Ward, sms: IntakeChannel, told: bytes, code: str
) -> None:
    answer = bring(sms.code, told)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_gateways_form_in_its_own_words(ward: Ward, sms: IntakeChannel) -> None:
    body = b"MessageSid=SM9&From=%2B8613800000001&Body=%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE"
    answer = bring(sms.code, body, content_type="application/x-www-form-urlencoded", **signed(body))
    assert (answer.status_code, answer.json()["case"]) == (201, None)
    assert answer.json()["why_no_case"]["code"] == "no_place_stated"
    assert ServiceRequest.objects.get().text == "路灯不亮"


def test_nothing_odd_in_a_message_loses_it(ward: Ward, sms: IntakeChannel) -> None:
    odd = said(
        ward,
        lon="200",
        datum="mars",
        phone="10-x",
        email="@",
        category="没有的类",
        at="昨天",
        urgency="soon",
        photos=["?", 7],
        accuracy_m="-5",
    )
    answer = bring(sms.code, odd)
    assert answer.status_code == 201, answer.content
    kept = ServiceRequest.objects.get()
    assert (kept.place, kept.category_name) == (None, "没有的类")
    assert [note["code"] for note in kept.receipt.notes] == [
        "unknown_category",
        "time_not_taken",
        "phone_unreadable",
        "email_unreadable",
        "unknown_datum",
        "file_not_kept",
        "file_not_kept",
    ]


def test_the_lamps_code_in_the_text_is_the_place(ward: Ward, sms: IntakeChannel) -> None:
    ground.facility("TF-0007", "0118", Point(262, 250), ward.version)
    ground.facility("TF-0008", "0118", Point(290, 250), ward.version)
    one = bring(sms.code, {"id": "1", "text": "灯杆ｔｆ-0007不亮，速修"}).json()
    assert one["case"]
    kept = ServiceRequest.objects.get(code=one["code"])
    assert (kept.facility_code, kept.category) == ("TF-0007", ward.lamps)
    assert kept.cases.get().facility is not None
    two = bring(sms.code, {"id": "2", "text": "TF-0007和TF-0008都不亮"}).json()
    assert two["case"] is None
    three = bring(sms.code, {"id": "3", "text": "这盏灯不亮", "facility": "TF-0008"}).json()
    assert three["case"]


def test_photos_come_along_and_what_is_no_photo_is_noted(ward: Ward, sms: IntakeChannel) -> None:
    picture = base64.b64encode(photo(*ward.lonlat(250, 250))).decode()
    script = base64.b64encode(b"#!/bin/sh").decode()
    photos = [f"data:image/jpeg;base64,{picture}", {"name": "run.sh", "data": script}]
    for number, place in enumerate(({}, {"lon": "", "lat": ""})):
        answer = bring(sms.code, said(ward, id=f"P{number}", photos=photos) | place)
        assert answer.status_code == 201, answer.content
        (note,) = ServiceRequest.objects.get(code=answer.json()["code"]).receipt.notes
        assert (note["filename"], note["why"]) == ("run.sh", "unsupported_type")
    assert Evidence.objects.filter(purpose="report").count() == 2


def test_a_retired_channel_takes_nothing_new(ward: Ward, sms: IntakeChannel) -> None:
    assert bring(sms.code, said(ward)).status_code == 201
    sms.active = False
    sms.save()
    refused = bring(sms.code, said(ward, id="M2"))
    assert (refused.status_code, refused.json()["code"]) == (410, "channel_retired")
    assert bring(sms.code, said(ward)).status_code == 200  # a late repeat is still answered


@pytest.mark.mission("F1", "P3")
def test_the_desk_names_the_channel_by_code_legacy_number_or_name(ward: Ward) -> None:
    channel("C-7", "email", "县长信箱", legacy_id="OLD-33")
    lon, lat = ward.lonlat(250, 250)
    usual = {"text": "路灯不亮", "lon": lon, "lat": lat, "external_id": "2026-77"}
    asked: list[dict[str, Any]] = [{"intake_channel": "C-7"}, {"intake_channel": "OLD-33"}]
    asked.append({"channel": "县长信箱"})
    answers = [
        client_of(ward.ada).post("/api/v1/requests/", usual | one, format="json") for one in asked
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    ids = {answer.json()["id"] for answer in answers}
    assert len(ids) == 1  # one number of the channel's own, one request
    told = answers[0].json()["properties"]
    assert (told["channel"], told["intake_channel"]) == ("email", "C-7")
    wrong = client_of(ward.ada).post(
        "/api/v1/requests/", usual | {"intake_channel": "C-8"}, format="json"
    )
    assert (wrong.status_code, wrong.json()["code"]) == (400, "unknown_channel")
