"""Reports by programs: taken whole or not at all, once for a key, refused in GeoReport's words."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from shapely import Point as ShapelyPoint

from grid.evidence.models import Evidence
from grid.organizations.use_cases import issue_token, revoke_tokens
from inspections.cases.models import Case
from inspections.intake.open311.models import Datatype, GeoReport, ServiceQuestion
from inspections.requests.models import Requester, ServiceRequest
from tests.grid.jurisdiction import ground
from tests.inspections.intake.open311.conftest import Program, tree
from tests.photos import photo

pytestmark = pytest.mark.django_db


@pytest.mark.mission("F1")
def test_a_report_becomes_a_case_with_all_that_was_said(program: Program) -> None:
    answer = program.send(
        first_name="三",
        last_name="张",
        phone="138 1234 5678",
        email="zhang@example.cn",
        account_id="7",
        address_string="通丰路 12 号对面",
        media_url="https://example.org/a.jpg",
        **{"attribute[accuracy_m]": "8", "attribute[colour]": "黄"},
    )
    (told,) = answer.json()
    request = ServiceRequest.objects.get(pk=told["service_request_id"])
    case = Case.objects.get()
    assert (request.channel, case.channel, case.category) == ("open311",) * 2 + (
        program.ward.lamps,
    )
    assert request.text.splitlines() == [
        "路灯不亮，请打 13812345678",
        "Position error：8",
        "colour：黄",
        "地点：通丰路 12 号对面",
        "链接：https://example.org/a.jpg",
    ]
    assert (request.accuracy_m, case.requests.get()) == (8.0, request)
    assert request.georeport.answers == {"accuracy_m": ["8"], "colour": ["黄"]}
    assert Requester.objects.get().reachable
    assert told["account_id"] == "7"
    assert f"/track/{request.tracking_code}" in told["service_notice"]
    token = program.read(f"tokens/{request.tracking_code}.json")
    assert token == [
        {"service_request_id": str(request.pk), "token": request.tracking_code},
    ]
    assert program.get("tokens/NOSUCHCODE.xml").status_code == 404


def test_a_report_is_answered_in_xml(program: Program) -> None:
    root = tree(program.send(ending="xml"))
    assert (root.tag, [child.tag for child in root]) == ("service_requests", ["request"])
    key = str(root[0].findtext("service_request_id"))
    assert ServiceRequest.objects.filter(pk=key).exists()


REFUSED = {
    "no key": ({"api_key": None}, 403, "api_key is missing"),
    "bad key": ({"api_key": "nonsense"}, 403, "Invalid api_key"),
    "no service": ({"service_code": None}, 400, "service_code was not provided"),
    "unknown service": ({"service_code": "0999"}, 404, "'0999' was not found"),
    "no place": ({"lat": None, "long": None}, 400, "Say where"),
    "half a place": ({"long": None}, 400, "Say where"),
    "no number": ({"lat": "north"}, 400, "lat cannot be 'north'"),
    "no position": ({"lat": "91"}, 400, "not a position"),
    "not finite": ({"lat": "nan"}, 400, "not a position"),
    "outside": ({"lat": "0.5", "long": "0.5"}, 400, "outside our city"),
    "too long": ({"description": "长" * 4001}, 400, "at most 4000"),
    "bad phone": ({"phone": "12"}, 400, "no telephone number"),
    "bad e-mail": ({"email": "nobody"}, 400, "no e-mail address"),
    "unknown address": ({"lat": None, "long": None, "address_id": "L-9"}, 400, "'L-9'"),
    "bad answer": ({"attribute[accuracy_m]": "near"}, 400, "attribute[accuracy_m]"),
    "other city": ({"jurisdiction_id": "sfgov.org"}, 404, "'sfgov.org' was not found"),
}


@pytest.mark.parametrize(("stated", "status", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_refused_by_name(
    program: Program, stated: dict[str, Any], status: int, words: str
) -> None:
    for ending in ("json", "xml"):
        answer = program.send(ending=ending, **stated)
        assert answer.status_code == status
        assert words in answer.content.decode()
    (error,) = program.send(**stated).json()
    assert (sorted(error), error["code"]) == (["code", "description"], status)
    assert not ServiceRequest.objects.exists()
    assert not Case.objects.exists()


def test_the_key_is_a_dispatchers_and_can_be_revoked(program: Program) -> None:
    ward = program.ward
    answer = program.send(api_key=issue_token(ward.bo, actor=ward.bo))
    assert (answer.status_code, "role of dispatcher" in answer.content.decode()) == (403, True)
    bearer = {"Authorization": f"Bearer {program.key}"}
    assert program.send(api_key=None, headers=bearer).status_code == 200
    revoke_tokens(ward.ada, actor=ward.ada)
    assert program.send().status_code == 403


def test_an_idempotency_key_takes_a_report_once(program: Program) -> None:
    headers = {"Idempotency-Key": "a-1"}
    first, again = program.send(headers=headers), program.send(headers=headers, ending="xml")
    (told,) = first.json()
    assert tree(again)[0].findtext("service_request_id") == told["service_request_id"]
    assert ServiceRequest.objects.count() == Case.objects.count() == 1
    other = program.send(headers=headers, description="别的")
    assert (other.status_code, "already used" in other.content.decode()) == (400, True)
    assert program.send(headers={"Idempotency-Key": "ä"}).status_code == 400
    program.report()
    assert Case.objects.count() == 2


def test_the_citys_questions_are_checked(program: Program) -> None:
    values = [{"key": "one", "name": "一盏"}, {"key": "row", "name": "一排"}]
    asked = {"category": program.ward.lamps, "values": values}
    ServiceQuestion.objects.create(
        **asked, code="n", order=1, description="几盏？", datatype=Datatype.MULTI, required=True
    )
    ServiceQuestion.objects.create(
        category=program.ward.lamps,
        code="since",
        order=2,
        description="何时起？",
        datatype=Datatype.DATETIME,
    )
    assert "attribute[n] is required: 几盏？" in program.send().content.decode()
    assert program.send(**{"attribute[n]": "many"}).status_code == 400
    bad = {"attribute[n]": "one", "attribute[since]": "yesterday"}
    assert program.send(**bad).status_code == 400
    program.report(
        **{"attribute[n][]": ["one", "row"], "attribute[since]": "2026-11-20T19:00+08:00"}
    )
    report = GeoReport.objects.get()
    assert report.answers == {"n": ["one", "row"], "since": ["2026-11-20T19:00+08:00"]}
    assert "几盏？：一盏、一排" in report.request.text


def test_an_address_alone_is_kept_for_the_desk(program: Program) -> None:
    answer = program.send(lat=None, long=None, address_string="老桥头第二根灯杆")
    (told,) = answer.json()
    request = ServiceRequest.objects.get(pk=told["service_request_id"])
    assert (request.place, "老桥头第二根灯杆" in request.text) == (None, True)
    assert not Case.objects.exists()
    assert "where it is" in told["service_notice"]


def test_a_plate_is_an_address(program: Program) -> None:
    ward = program.ward
    ground.facility("L-7", "0118", ShapelyPoint(300, 300), ward.version)
    for stated in ({"address_id": "L-7"}, {"attribute[facility]": "L-7"}):
        key = program.report(lat=None, long=None, **stated)
        request = ServiceRequest.objects.get(pk=key)
        assert request.facility_code == "L-7"
        assert request.place is not None
        assert request.place.coords == pytest.approx(ward.lonlat(300, 300))
    assert {case.facility.code for case in Case.objects.all() if case.facility} == {"L-7"}


def test_photos_sent_along_are_evidence_and_stay_private(program: Program) -> None:
    file = SimpleUploadedFile("我家门口.jpg", photo(), content_type="image/jpeg")
    key = program.report(media=file)
    evidence = Evidence.objects.get()
    assert (evidence.subject_id, evidence.filename, evidence.purpose) == (key, "photo-1", "report")
    assert program.read(f"requests/{key}.json")[0]["media_url"] == ""
    bad = SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 64)
    assert program.send(media=bad).status_code == 400
    file.seek(0)
    refused = program.send(media=file, lat=None, long=None, address_string="桥头")
    assert refused.status_code == 400


def test_a_key_that_reports_too_often_is_told_when(program: Program, settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "open311=1/1min,open311_read=1/1min,guess=1/10min"
    program.report()
    answer = program.send()
    assert (answer.status_code, answer.json()[0]["code"]) == (429, 429)
    assert int(answer["Retry-After"]) <= 60
    assert program.get("services.json").status_code == 200
    assert program.get("requests.json").status_code == 429
    assert program.get("tokens/A.json").status_code == 404
    assert program.get("tokens/B.json").status_code == 429


def test_what_no_program_should_send_breaks_nothing(program: Program) -> None:
    for stated in (
        {"description": "a\x00b\x0b"},
        {"description": "<b>&amp;</b>"},
        {"attribute[]": "x", "attribute[a][b]": "y", "attribute": "z"},
    ):
        key = program.report(**stated)
        assert program.get(f"requests/{key}.xml").status_code == 200
    door = program.client
    assert door.post("/open311/v2/requests.json", "{}", content_type="text/csv").status_code == 400
    assert door.post(
        "/open311/v2/requests.json", "{}", content_type="application/json"
    ).status_code in {400, 403}
    assert door.delete("/open311/v2/requests.json").status_code == 405
