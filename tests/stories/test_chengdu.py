"""成都 网络理政: whoever reports need not know whose it is; the desk works day and night, and every moment is on the clock."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from grid.catalogue.models import DutyLimit
from grid.organizations.models import Organization, Role
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward
from tests.stories.conftest import MIDDLE, PLAIN, Road, load, on


@pytest.mark.mission("C1", "C10")
def test_the_body_is_named_at_once_and_has_the_case_within_two_minutes(road: Road) -> None:
    began = on(2026, 11, 3, 9)
    for seconds in (60, 90, 110, 118, 119):
        with time_machine.travel(began, tick=False) as clock:
            lon, lat = road.ward.lonlat(*PLAIN)
            number = road.report(lon=lon, lat=lat, reported_at=began.isoformat())
            asked = road.get("ada", f"jurisdiction/?lon={lon}&lat={lat}&category=0118")
            assert (
                asked["dispatch_to"]["code"] == "LAMP"
            )  # the suggestion, before anything is filed
            road.act("ada", number, "file")
            clock.shift(timedelta(seconds=seconds))
            road.act("ada", number, "dispatch")
    for _ in range(3):
        code = road.post("ada", "requests/", channel="phone", nature="enquiry", text="问")["id"]
        road.post("ada", f"requests/{code}/answer/", text="见公告")
    told = road.get("lu", "desk/figures/?from=2026-11-03&to=2027-01-01")
    sent = told["dispatching"]
    assert (sent["numerator"], sent["denominator"], sent["within_s"]) == (5, 5, 120)
    assert sent["p95_s"] <= sent["within_s"]
    sums = told["reconciliation"]  # of what was valid, so much was passed on
    assert (sums["valid"], sums["passed_on"], sums["answered"]) == (8, 5, 3)


@pytest.mark.mission("C6")
def test_a_body_without_a_chief_is_named_before_it_has_a_case(road: Road) -> None:
    lon, lat = road.ward.lonlat(*PLAIN)
    number = road.report(lon=lon, lat=lat)
    road.act("ada", number, "file")
    warned = road.get("ada", f"cases/{number}/receivers/")["warnings"]
    assert [one["code"] for one in warned] == ["no_chief"]
    assert "LAMP" in {row["code"] for row in road.get("ada", "duty-gaps/?lacks=chief")["results"]}
    Organization.objects.filter(code="LAMP").update(chief="王处长")
    assert road.get("ada", f"cases/{number}/receivers/")["warnings"] == []


@pytest.mark.mission("C2")
def test_a_unit_in_the_field_calls_others_and_each_arrival_is_timed(road: Road) -> None:
    road.joins("gu", Role.HANDLER, "crew")
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        number = road.plain()
        road.act("di", number, "accept")
        clock.shift(timedelta(minutes=20))
        road.arrive("di", number, PLAIN)
        road.act("di", number, "add_assist", to="CREW", reason="杆高，请带高空作业车")
        clock.shift(timedelta(minutes=70))
        road.arrive("gu", number, PLAIN)
        parts = road.page(number)["assignments"]
    arrived = {
        one["organization"]["code"]: datetime.fromisoformat(one["arrived_at"]) - began
        for one in parts
    }
    assert arrived == {"LAMP": timedelta(minutes=20), "CREW": timedelta(minutes=90)}


@pytest.mark.mission("C3")
def test_work_is_stopped_at_once_and_the_case_stays_open_until_it_was_put_right(road: Road) -> None:
    number = road.repaired(requester=None)
    road.shoot("bo", number, PLAIN, seed=1)
    order = road.post(
        "ada", "undertakings/", kind="stop_work", case=number, organization="HOUSING",
        text="施工挖断电缆：即刻停工整改",
    )  # fmt: skip
    assert road.page(number)["undertakings"][0]["id"] == order["id"]
    assert road.act("bo", number, "close", expecting=409)["code"] == "work_stopped"
    road.post("fu", f"undertakings/{order['id']}/reply/", reason="已停工，电缆已修复")
    assert road.act("bo", number, "close", expecting=409)["code"] == "work_stopped"
    road.post("ada", f"undertakings/{order['id']}/settle/", reason="复查合格，准予复工")
    assert road.act("bo", number, "close")["state"] == "closed"


@pytest.mark.mission("C4")
def test_81_hotlines_and_2641_mailboxes_are_one_registry(road: Road, tmp_path: Path) -> None:
    lines = ["编码,渠道名称,渠道,原系统编号"]
    lines += [f"HL-{n},热线{n},电话,{96000 + n}" for n in range(81)]
    lines += [f"MB-{n},政府信箱{n},电子邮件,box{n}" for n in range(2641)]
    report = load("channels", tmp_path / "channels.csv", "\n".join(lines))
    assert (report["created"], report["rejected"]) == (81 + 2641, 0)
    (line,) = road.get("ada", "channels/?legacy_id=96080")["results"]
    assert (line["code"], line["channel"]) == ("HL-80", "phone")


@pytest.mark.mission("C5")
def test_one_intake_one_way_one_clock_one_schema(road: Road, ward: Ward) -> None:
    numbers = [road.report(channel=channel) for channel in ("phone", "web", "upstream", "email")]
    pages = [road.page(number) for number in numbers]
    assert len({tuple(sorted(page)) for page in pages}) == 1  # one record
    assert len({tuple(clock["clock"] for clock in page["clocks"]) for page in pages}) == 1
    listed = road.get("ada", "cases/")["features"]  # one list, one process
    assert {one["id"] for one in listed} == set(numbers)
    shares = road.get("ada", "channels/shares/")  # one evaluation over all of them
    assert (shares["requests"], len(shares["channels"])) == (4, 4)
    schema = client_of(ward.ada).get("/api/v1/schema/").content.decode()
    for address in ("requests/", "cases/{number}/{act}/", "desk/figures/", "channels/shares/"):
        assert f"/api/v1/{address}:" in schema


@pytest.mark.mission("C7")
def test_times_are_exact_to_the_second_and_know_their_zone(road: Road) -> None:
    case = road.page(road.sent())
    for name in ("reported_at", "filed_at", "dispatched_at"):
        at = datetime.fromisoformat(case[name])
        assert at.tzinfo is not None
    due = [datetime.fromisoformat(clock["due_at"]) for clock in case["clocks"]]
    assert all(at.tzinfo is not None for at in due)


@pytest.mark.mission("C8")
def test_each_stage_of_a_call_is_timed(road: Road) -> None:
    began = timezone.now()
    lon, lat = road.ward.lonlat(*PLAIN)
    with time_machine.travel(began + timedelta(seconds=75), tick=False) as clock:
        stages = {
            "answered_at": began.isoformat(),
            "noted_at": (began + timedelta(seconds=40)).isoformat(),
            "sorted_at": (began + timedelta(seconds=55)).isoformat(),
        }
        told = road.post(
            "ada", "requests/", channel="phone", category="0118", text="灯不亮",
            lon=lon, lat=lat, call=stages, requester={"phone": "13800000001"},
        )  # fmt: skip
        clock.shift(timedelta(seconds=15))
        road.post("ada", f"requests/{told['id']}/fed_back/", expecting=200)
        figures = road.get("ada", "desk/calls/")
    spent = {name: stage["p50_s"] for name, stage in figures["stages"].items()}
    assert spent == {"noted": 40, "sorted": 15, "filed": 20, "fed_back": 15, "whole": 75}


@pytest.mark.mission("C9")
def test_the_night_shift_takes_over_every_open_case(road: Road) -> None:
    road.joins("ni", Role.DISPATCHER, "centre")
    waits = road.report()
    running = road.plain()
    declined = road.report()
    road.act("ada", declined, "decline", reason="恶作剧")
    day = road.post("ada", "shifts/")
    handed = road.post("ada", f"shifts/{day['id']}/hand_over/", reason="住建委电话无人接")
    assert handed["counts"] == {"open": 2, "accept": 1, "file": 1}
    assert {running} == {
        one["id"] for one in road.get("ada", "cases/?state=dispatched")["features"]
    }
    assert [row["case"] for row in handed["cases"]] == [waits]  # what waits for the desk itself
    assert handed["note"] == "住建委电话无人接"
    taken = road.post("ni", f"shifts/{day['id']}/take/")
    assert (taken["state"], taken["taken_by"]) == ("taken", "ni")
    (night,) = road.get("ni", "shifts/?status=on")["results"]
    assert night["began_by"] == "ni"


@pytest.mark.mission("C11")
@pytest.mark.usefixtures("year")
def test_an_emergency_is_seen_within_the_hour_on_a_holiday_night_too(road: Road) -> None:
    DutyLimit.objects.filter(urgency="urgent").update(arrive_by="60min")
    sent_at = on(2026, 10, 1, 23, 30, 7)
    with time_machine.travel(sent_at, tick=False) as clock:
        lon, lat = road.ward.lonlat(*PLAIN)
        number = road.report(lon=lon, lat=lat)
        road.act("ada", number, "file", urgency="urgent")
        page = road.act("ada", number, "dispatch")
        (arrive,) = [one for one in page["clocks"] if one["clock"] == "arrive"]
        assert datetime.fromisoformat(arrive["due_at"]) == sent_at + timedelta(minutes=60)
        clock.shift(timedelta(minutes=61))
        (arrive,) = [one for one in road.page(number)["clocks"] if one["clock"] == "arrive"]
        assert arrive["state"] == "overdue"


@pytest.mark.mission("C12")
@pytest.mark.usefixtures("year")
def test_simple_five_work_days_complex_twenty_and_a_made_up_saturday_counts(road: Road) -> None:
    complex_duty = ground.duty(
        road.ward.bins, road.ward.version, organization=road.ward.bodies["urban"]
    )
    DutyLimit.objects.create(duty=complex_duty, resolve_by="20wd")
    due = {}
    with time_machine.travel(on(2026, 9, 30, 10, 15, 42), tick=False):
        for category in ("0118", "0305"):
            page = road.page(road.plain(category=category))
            due[category] = datetime.fromisoformat(page["resolve_by"])
    assert due["0118"].astimezone(on(2026, 9, 30).tzinfo).date().isoformat() == "2026-10-13"
    assert due == {"0118": on(2026, 10, 13, 18), "0305": on(2026, 11, 3, 18)}


@pytest.mark.mission("C14")
def test_after_the_consult_the_whole_is_done_when_each_part_is(road: Road) -> None:
    number = road.repaired(requester=None)
    road.shoot("bo", number, PLAIN, seed=1)
    meeting = road.post("ada", "meetings/", kind="consult", case=number, title="会商分工")
    road.post(
        "ada", f"meetings/{meeting['id']}/hold/", chair="王主任", minutes="住建埋管，城管恢复路面"
    )
    parts = [
        road.post(
            "ada", "undertakings/", kind="part", case=number, organization=body, text=text,
            meeting=meeting["id"],
        )
        for body, text in (("HOUSING", "埋管"), ("URBAN", "恢复路面"))
    ]  # fmt: skip
    for who, part in zip(("fu", "su"), parts, strict=True):
        assert road.act("bo", number, "close", expecting=409)["code"] == "parts_owed"
        road.post(who, f"undertakings/{part['id']}/reply/", reason="已完成")
    assert road.act("bo", number, "close")["state"] == "closed"


@pytest.mark.mission("C15")
def test_what_leaders_wrote_is_followed_at_each_of_three_levels(road: Road) -> None:
    number = road.plain()
    given = {
        level: road.post(
            "lu", "undertakings/", kind="instruction", case=number, organization="LAMP",
            text="请限期解决", level=level, signed_by=signed,
        )
        for level, signed in (("city", "市长"), ("district", "区长"), ("street", "街道主任"))
    }  # fmt: skip
    road.post("di", f"undertakings/{given['district']['id']}/reply/", reason="已更换电缆")
    road.post("lu", f"undertakings/{given['district']['id']}/settle/")
    counts = road.get("lu", "undertakings/counts/")["results"]
    assert {row["level"]: (row["state"], row["count"]) for row in counts} == {
        "city": ("given", 1),
        "district": ("settled", 1),
        "street": ("given", 1),
    }


@pytest.mark.mission("C18")
def test_whoever_reports_never_names_a_body(road: Road) -> None:
    told = road.post(
        "ada", "requests/", channel="phone", text="黑", category="0118", organization="URBAN",
        lon=road.ward.lonlat(*MIDDLE)[0], lat=road.ward.lonlat(*MIDDLE)[1], accuracy_m=3,
    )  # fmt: skip
    assert told["properties"]["ignored"] == ["organization"]
    case = road.act("ada", told["properties"]["case"], "file")
    assert case["verdict"]["dispatch_to"]["code"] == "STREET"


@pytest.mark.mission("C19")
def test_who_is_sent_round_in_a_circle_gets_somebody_above(road: Road) -> None:
    number = road.plain()
    road.act("di", number, "request_return", grounds="not_ours", reason="不归我们管")
    assert road.get("lu", "marked-cases/?mark=ping_pong")["results"] == []
    road.act("ada", number, "grant_return", to="HOUSING", reason="改派住建委")
    road.act("fu", number, "request_return", grounds="not_ours", reason="也不归我们管")
    (row,) = road.get("lu", "marked-cases/?mark=ping_pong&mine=true")["results"]
    assert row["case"] == number  # before the leader, without anybody having asked


@pytest.mark.mission("C20")
def test_citizens_and_enterprises_are_asked_for_apart(road: Road) -> None:
    road.report(text="市民来电")
    road.report(
        text="企业来电",
        requester={"name": "灯城商贸公司", "phone": "13800000002", "kind": "enterprise"},
    )
    for kind, text in (("citizen", "市民来电"), ("enterprise", "企业来电")):
        listed = road.get("ada", f"requests/?requester_kind={kind}")["features"]
        assert [one["properties"]["text"] for one in listed] == [text]
    kinds = road.get("ada", "channels/shares/")["requester_kinds"]
    assert {row["kind"]: row["share"] for row in kinds} == {"citizen": 0.5, "enterprise": 0.5}
