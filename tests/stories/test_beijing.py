"""北京 接诉即办: one match directly, else to two; closed is not solved; what nobody answers climbs; patrols do what they can on the spot."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from shapely import box

from grid.areas.models import Level
from grid.organizations.models import Organization, OrganizationKind
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.intake.channels.conftest import bring, channel
from tests.stories.conftest import MIDDLE, PLAIN, Road, load, on


@pytest.mark.mission("B4")
@pytest.mark.parametrize("nature", ["enquiry", "praise"])
def test_a_question_is_answered_and_makes_no_case(road: Road, nature: str) -> None:
    lon, lat = road.ward.lonlat(*MIDDLE)
    told = road.post(
        "ada", "requests/", channel="phone", nature=nature, text="几点亮灯？", lon=lon, lat=lat
    )["properties"]
    assert (told["case"], told["why_no_case"]["code"]) == (None, "for_the_desk")
    answered = road.post("ada", f"requests/{told['code']}/answer/", text="日落后 15 分钟亮灯。")
    assert "日落后" in str(answered)


@pytest.mark.mission("B4")
@pytest.mark.usefixtures("year")
def test_five_natures_each_with_its_own_way_and_time(road: Road) -> None:
    with time_machine.travel(on(2026, 11, 2, 9), tick=False):
        told = {
            nature: road.post(
                "ada", "requests/", channel="phone", nature=nature, text="说", category="0118",
                **(_at(road) if nature in {"need", "complaint"} else {}),
            )["properties"]
            for nature in ("enquiry", "need", "praise", "complaint", "suggestion")
        }  # fmt: skip
        due = {
            nature: road.get("ada", f"requests/{one['code']}/")["properties"]["answer_by"]
            for nature, one in told.items()
            if one["case"] is None
        }
    assert {nature for nature, one in told.items() if one["case"]} == {"need", "complaint"}
    days = {nature: datetime.fromisoformat(at).day for nature, at in due.items()}
    assert days == {"enquiry": 5, "praise": 9, "suggestion": 16}


def _at(road: Road) -> dict[str, Any]:
    lon, lat = road.ward.lonlat(*PLAIN)
    return {"lon": lon, "lat": lat, "accuracy_m": 3}


@pytest.mark.mission("B5")
def test_473_nodes_enterprises_included_stand_in_one_tree(road: Road, tmp_path: Path) -> None:
    rows = ["编码,名称,类型,上级,负责人"]
    rows += [f"D{n},{n}区政府,政府,,区长{n}" for n in range(16)]
    rows += [f"S{n},街乡{n},街道,D{n % 16},主任{n}" for n in range(343)]
    rows += [f"B{n},市级部门{n},部门,,局长{n}" for n in range(65)]
    rows += [f"E{n},企事业{n},企业,B{n},总经理{n}" for n in range(49)]
    before = Organization.objects.count()
    report = load("organizations", tmp_path / "bodies.csv", "\n".join(rows))
    assert (report["created"], report["rejected"]) == (473, 0)
    assert Organization.objects.count() == before + 473
    found = Organization.objects.filter(kind=OrganizationKind.ENTERPRISE, code__startswith="E")
    assert found.exclude(parent=None).count() == 49
    street = road.get("ada", "organizations/S342/")
    assert (street["parent"]["code"], street["chief"]) == ("D6", "主任342")


@pytest.mark.mission("B7")
def test_one_match_goes_directly_else_to_two_with_the_reason_kept(road: Road) -> None:
    alone = road.page(road.sent(lon=road.ward.lonlat(700, 250)[0]))
    assert [one["organization"]["code"] for one in alone["assignments"]] == ["LAMP"]
    both = road.page(road.sent())
    assert sum(one["co_receiver"] for one in both["assignments"]) == 2
    for case in (alone, both):
        assert case["verdict"]["explanation"]["zh-Hans"]


@pytest.mark.mission("B8", "B11")
def test_seen_the_same_day_and_solved_within_the_week(road: Road) -> None:
    with time_machine.travel(on(2026, 11, 3, 16), tick=False) as clock:
        seen, late = (
            road.plain(requester=None, reported_at=on(2026, 11, 3, 15, 59).isoformat())
            for _ in range(2)
        )
        for number, hours in ((seen, 1), (late, 20)):
            road.act("di", number, "accept")
            clock.shift(timedelta(hours=hours))
            road.arrive("di", number, PLAIN)
            road.act("di", number, "handle")
            road.act("bo", number, "check")
        for number, day in ((seen, 9), (late, 12)):
            clock.move_to(on(2026, 11, day, 9))
            road.shoot("bo", number, PLAIN, seed=day)
            road.act("bo", number, "close")
        figures = road.get("lu", "desk/figures/?from=2026-11-03&to=2026-11-04")
    assert figures["same_day_look"] == {"numerator": 1, "denominator": 2, "rate": 0.5}
    assert figures["solved_in_7_days"] == {"numerator": 1, "denominator": 2, "rate": 0.5}
    assert figures["closed"]["rate"] == 1.0
    assert figures["within_a_day"]["numerator"] == 0


@pytest.mark.mission("B12", "B17")
def test_called_twice_by_whoever_mended_it_and_by_the_centre(road: Road) -> None:
    number = road.plain()
    road.act("di", number, "accept")
    road.act("di", number, "handle", reason="已更换灯泡")
    road.act("di", number, "reply", way="phone", reached=True, reason="灯已修好，请查看")
    road.act("bo", number, "check")
    road.shoot("bo", number, PLAIN, seed=1)
    assert road.act("bo", number, "close", expecting=409)["code"] == "callback_owed"
    road.act("ada", number, "callback", rating="satisfied", contacted=True, solved=True)
    page = road.act("bo", number, "close")
    (reply,) = page["replies"]
    assert (reply["organization"]["code"], reply["made_by"]) == ("LAMP", "di")  # by name
    assert (page["callbacks"][0]["made_by"], page["state"]) == ("ada", "closed")


@pytest.mark.mission("B13")
def test_a_joint_session_leaves_minutes_with_the_case(road: Road) -> None:
    number = road.plain()
    for kind in ("on_site", "consult", "joint"):
        made = road.post("ada", "meetings/", kind=kind, case=number, place="同丰路口")
        road.post(
            "ada", f"meetings/{made['id']}/hold/", chair="王主任", minutes="三日内修复",
            attendees=[{"organization": "住建委", "name": "张三"}],
        )  # fmt: skip
    held = road.page(number)["meetings"]
    assert [one["kind"] for one in held] == ["on_site", "consult", "joint"]
    assert {one["chair"] for one in held} == {"王主任"}


@pytest.mark.mission("B14")
@pytest.mark.usefixtures("year")
def test_what_nobody_answers_climbs_from_street_to_district_to_city(road: Road) -> None:
    with time_machine.travel(on(2026, 11, 2, 9), tick=False) as clock:
        number = road.plain()
        road.act("di", number, "accept")
        road.act("lu", number, "supervise", reason="群众反映强烈", level="subdistrict", within="4h")
        for day in (5, 12, 20):
            clock.move_to(on(2026, 11, day, 9))
            call_command("scan_deadlines", verbosity=0)
        ladder = road.get("lu", f"supervisions/?case={number}")["results"]
    levels = {one["level"]: one["state"] for one in ladder}
    assert levels == {"subdistrict": "escalated", "district": "escalated", "city": "open"}


@pytest.mark.mission("B15")
def test_what_touches_two_districts_is_on_the_register_by_itself(road: Road) -> None:
    ground.area("510000", Level.DISTRICT, box(1000, 0, 2000, 1000), road.ward.version)
    ends = [list(road.ward.lonlat(east, 250)) for east in (900, 1100)]
    number = road.report(lon=None, lat=None, geometry={"type": "LineString", "coordinates": ends})
    road.act("ada", number, "file")
    (row,) = road.get("lu", "marked-cases/?mark=cross_district")["results"]
    assert row["case"] == number


@pytest.mark.mission("B16")
def test_the_callback_asks_four_questions(road: Road) -> None:
    asked = {"contacted": True, "solved": True, "effect_ok": True, "attitude_ok": False}
    number = road.checked()
    told = road.act("ada", number, "callback", rating="basically_satisfied", **asked)
    assert {name: told["callbacks"][0][name] for name in asked} == asked


@pytest.mark.mission("B18")
def test_others_survey_a_sample_drawn_by_chance_in_which_nobody_is_known(road: Road) -> None:
    number = road.repaired(requester=None, text="张三家门口的灯")
    road.shoot("bo", number, PLAIN, seed=1)
    road.act("bo", number, "close")
    client = client_of(road.ward.people["lu"])
    address = "/sheets/sample.csv?seed=2026-11&size=5"
    drawn = [client.get(address).content.decode("utf-8-sig") for _ in range(2)]
    assert drawn[0] == drawn[1]  # from the same seed the same
    (row,) = csv.DictReader(StringIO(drawn[0]))
    assert (row["outcome"], row["category_code"]) == ("solved", "0118")
    assert number not in drawn[0]
    assert "张三" not in drawn[0]


@pytest.mark.mission("B20")
def test_closed_is_not_solved(road: Road) -> None:
    number = road.checked()
    road.act("ada", number, "callback", rating="dissatisfied", solved=False)
    road.shoot("bo", number, MIDDLE, seed=1)
    closed = road.act("bo", number, "close", reason="已修复；诉求人另要求增设路灯，已转规划")
    assert (closed["state"], closed["solved"]) == ("closed", False)


@pytest.mark.mission("B24")
def test_in_a_storm_what_it_concerns_comes_first_and_the_switch_is_on_record(road: Road) -> None:
    lamp, bins = road.plain(), road.plain(category="0305", facility=None)
    storm = road.post(
        "lu", "emergencies/", title="暴雨", reason="暴雨红色预警", categories=["0118"]
    )
    first = [one["id"] for one in road.get("ada", "cases/?emergency=true")["features"]]
    assert first == [lamp]
    assert bins not in first
    later = road.page(road.report())
    assert later["urgency"] == "urgent"
    road.post("ada", f"emergencies/{storm['id']}/lift/", reason="预警解除")
    assert road.get("ada", "cases/?emergency=true")["features"] == []
    (kept,) = road.get("lu", "emergencies/")["results"]
    assert (kept["state"], kept["reason"], kept["declared_by"]) == ("lifted", "暴雨红色预警", "lu")


@pytest.mark.mission("B25", "B32")
def test_what_a_patrol_puts_right_on_the_spot_is_closed_there_and_counted_apart(road: Road) -> None:
    lon, lat = road.ward.lonlat(800, 800)
    number = road.report(channel="patrol", category="0305", requester=None, lon=lon, lat=lat)
    road.shoot("bo", number, (800, 801), seed=1)
    closed = road.act("bo", number, "fix_on_spot", reason="已清理")
    assert (closed["state"], closed["closing_basis"]) == ("closed", "on_spot")
    road.report()
    figures = road.get("lu", "desk/figures/")
    assert figures["self_found"] == {"numerator": 1, "denominator": 2, "rate": 0.5}
    assert (figures["reconciliation"]["on_spot"], figures["reconciliation"]["waiting"]) == (1, 1)


@pytest.mark.mission("B26")
def test_disputes_of_consumers_go_straight_to_the_firm(road: Road) -> None:
    channel("SHOP", "web", "消费争议绿色通道", organization=road.ward.bodies["else"], direct=True)
    told = {"id": "1", "text": "退款争议", "category": "0305"}
    lon, lat = road.ward.lonlat(*PLAIN)
    number = bring("SHOP", told | {"lon": lon, "lat": lat}).json()["case"]
    page = road.page(number)
    assert (page["state"], page["lead"]["code"]) == ("dispatched", "E999")
    assert road.act("cy", number, "accept")["state"] == "accepted"
