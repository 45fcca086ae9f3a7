"""奉节 民生之声: three hundred metres of dark street, told step by step over the product's own addresses."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from shapely import Point, box

from inspections.cases.models import Case
from inspections.requests.models import ServiceRequest
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward
from tests.stories.conftest import FAR, MIDDLE, Road

CHANNELS = ["phone", "web", "email", "sms", "wechat", "upstream", "meeting"]


@pytest.mark.mission("F1")
def test_a_parent_may_say_it_by_any_of_seven_channels(road: Road) -> None:
    told = [road.page(road.report(channel=channel)) for channel in CHANNELS]
    assert [case["channel"] for case in told] == CHANNELS
    requests = [case["requests"][0] for case in told]
    assert len({tuple(sorted(request)) for request in requests}) == 1
    assert {request["text"] for request in requests} == {"300米长街一片漆黑"}
    assert {case["state"] for case in told} == {"reported"}


@pytest.mark.mission("F8")
def test_a_recorded_project_nobody_took_over_is_presumed_the_builders(ward: Ward) -> None:
    lamp = ground.facility("A1", "0118", Point(700, 250), ward.version)
    road = Road(ward, [lamp])
    asked = "jurisdiction/?facility=A1"
    assert road.get("ada", asked)["responsible"]["code"] == "LAMP"  # no record: no claim
    ground.party(lamp, "builder", "HOUSING", ward.version)
    told = road.get("ada", asked)
    assert (told["outcome"], told["responsible"]["code"], told["rule"]) == (
        "presumed",
        "HOUSING",
        3,
    )
    ground.effect(lamp, "maintainer", "URBAN", ward.version, standing="claimed", document="")
    told = road.get("ada", asked)
    assert (told["outcome"], told["responsible"]) == ("contested", None)


@pytest.mark.mission("F7")
def test_handed_over_they_say_and_no_paper_exists(road: Road) -> None:
    number = road.report()
    verdict = road.act("ada", number, "file")["verdict"]
    assert verdict["outcome"] == "contested"
    speaking = {
        claim["organization"]["code"]: claim["document"]
        for claim in verdict["claims"]
        if claim["speaks"]
    }
    assert set(speaking) == {"HOUSING", "URBAN"}
    assert not speaking["URBAN"]
    for lamp in road.lamps:  # the paper turns up: it is settled, lamp by lamp
        ground.effect(lamp, "maintainer", "LAMP", road.ward.version, document="移交书2026-7")
    told = road.get("ada", f"jurisdiction/?facility={road.lamps[5].code}")
    assert (told["outcome"], told["responsible"]["code"], told["rule"]) == ("settled", "LAMP", 2)
    assert road.page(number)["verdict"]["outcome"] == "contested"  # what was said, stays said


@pytest.mark.mission("F9")
def test_an_estates_own_road_changes_hands_only_by_a_handover(ward: Ward) -> None:
    ground.ownership(
        "HX1", "MANAGER", box(600, 600, 800, 800), ward.version, kind="red_line", document="红线图"
    )
    lamp = ground.facility("A2", "0118", Point(700, 700), ward.version)
    road = Road(ward, [lamp])
    asked = "jurisdiction/?facility=A2"
    assert road.get("ada", asked)["responsible"]["code"] == "MANAGER"
    ground.effect(lamp, "maintainer", "URBAN", ward.version, standing="claimed", document="")
    told = road.get("ada", asked)
    assert told["outcome"] != "settled"
    assert (told["responsible"] or {}).get("code") != "URBAN"
    ground.effect(lamp, "maintainer", "URBAN", ward.version, document="移交令1号")
    told = road.get("ada", asked)
    assert (told["outcome"], told["responsible"]["code"]) == ("settled", "URBAN")


@pytest.mark.mission("F5")
def test_it_goes_to_both_and_the_custodian_leads(road: Road) -> None:
    case = road.page(road.sent())
    bodies = {one["organization"]["code"]: one for one in case["assignments"]}
    assert case["lead"]["code"] == "STREET"
    assert {code for code, one in bodies.items() if one["co_receiver"]} == {"HOUSING", "URBAN"}
    running = {c["organization"]["code"] for c in case["clocks"] if c["clock"] == "respond"}
    assert running == {"STREET", "HOUSING", "URBAN"}
    assert Case.objects.count() == 1
    for who in ("fu", "su"):
        road.act(who, case["number"], "join")


@pytest.mark.mission("F14")
def test_whoever_gets_it_first_cannot_refuse(road: Road) -> None:
    number = road.sent()
    refused = road.act("jo", number, "refuse", expecting=409, reason="不归我们管")
    assert refused["code"] == "first_receiver_cannot_refuse"
    assert "propose_transfer" in refused["detail"]
    assert road.page(number)["state"] == "dispatched"


@pytest.mark.mission("F15")
def test_it_answers_for_the_case_until_another_agrees(road: Road) -> None:
    number = road.sent()
    road.act("jo", number, "accept")
    told = road.act("jo", number, "propose_transfer", to="LAMP", reason="请专业单位修复")
    assert told["lead"]["code"] == "STREET"
    assert "handle" in [act["act"] for act in told["available_acts"]]
    agreed = road.act("di", number, "agree_transfer", reason="同意接收")
    assert (agreed["lead"]["code"], agreed["state"]) == ("LAMP", "accepted")


@pytest.mark.mission("F6")
def test_two_denials_make_a_dispute_by_themselves(road: Road) -> None:
    number = road.sent()
    grounds = {"fu": "已损坏的路灯不在物业管理范围，已移交", "su": "并未移交城管局"}
    for who, reason in grounds.items():
        told = road.act(who, number, "request_return", grounds="not_ours", reason=reason)
    assert told["disputed"] is True
    denials = told["disputes"][0]["denials"]
    assert [one["reason"] for one in denials] == list(grounds.values())
    assert told["lead"]["code"] == "STREET"  # nobody waits in the dark for the answer


@pytest.mark.mission("F23")
def test_who_checks_belongs_neither_to_the_handler_nor_under_it(road: Road) -> None:
    lon, lat = road.ward.lonlat(700, 250)  # a lamp of the lamp office
    number = road.sent(lon=lon, lat=lat)
    road.act("di", number, "accept")
    road.act("di", number, "handle")
    for who in ("di", "ed"):  # its own handler; an inspector of the crew below it
        road.act(who, number, "check", expecting=403)
    assert road.act("bo", number, "check")["state"] == "checked"


@pytest.mark.mission("D7")
def test_a_photo_from_elsewhere_does_not_light_the_street(road: Road) -> None:
    number = road.checked()
    road.act("ada", number, "callback", rating="satisfied", solved=True)
    assert road.shoot("bo", number, FAR, seed=1) == ["too_far"]
    refused = road.act("bo", number, "close", expecting=409)
    assert refused["code"] == "proof_missing"
    assert road.shoot("bo", number, MIDDLE, seed=2) == []
    assert road.act("bo", number, "close")["state"] == "closed"


@pytest.mark.mission("F19")
def test_no_file_is_closed_before_the_parent_has_heard(road: Road) -> None:
    number = road.checked()
    road.shoot("bo", number, MIDDLE, seed=3)
    assert road.act("bo", number, "close", expecting=409)["code"] == "callback_owed"
    road.act("ada", number, "archive", expecting=409)
    road.act("ada", number, "callback", rating="basically_satisfied", solved=True)
    closed = road.act("bo", number, "close")
    assert (closed["state"], closed["closing_basis"]) == ("closed", "callback")
    assert road.act("ada", number, "archive")["state"] == "archived"


def test_the_street_is_lit_before_anybody_knows_whose_it_is(road: Road) -> None:
    number = road.checked()
    road.act("ada", number, "callback", rating="satisfied", solved=True)
    road.shoot("bo", number, MIDDLE, seed=4)
    closed = road.act("bo", number, "close")
    assert (closed["state"], closed["verdict"]["outcome"]) == ("closed", "contested")


@pytest.mark.mission("F20")
def test_every_step_leaves_its_mark_and_no_mark_is_wiped_out(road: Road) -> None:
    number = road.sent()
    road.act("ada", number, "urge", reason="又来电话了")
    road.act("jo", number, "accept")
    road.act("jo", number, "handle")
    road.act("bo", number, "check")
    road.act("ada", number, "callback", rating="satisfied", solved=True)
    trail = road.get("ada", f"cases/{number}/trail/")["results"]
    acts = [entry["act"] for entry in trail]
    for act in ("record_request", "urge", "accept", "handle", "callback"):  # 受理 催办 办理 回访
        assert act in acts
    assert all(datetime.fromisoformat(entry["at"]).tzinfo for entry in trail)
    for tampering in ("UPDATE core_audit_entry SET reason = ''", "DELETE FROM core_audit_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(tampering)


@pytest.mark.mission("F21")
def test_the_deadline_is_public(road: Road) -> None:
    number = road.sent()
    request = ServiceRequest.objects.get(cases__number=number)
    page = Client().get(f"/track/{request.tracking_code}/").content.decode()
    resolve_by = Case.objects.get(number=number).resolve_by
    assert resolve_by is not None
    due = resolve_by.astimezone(ZoneInfo("Asia/Shanghai"))
    assert due > timezone.now() + timedelta(days=3)
    assert f"{due.year}" in page
    assert f"{due:%H:%M}" in page
    assert "王秀英" not in page
