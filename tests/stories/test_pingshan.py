"""坪山 @坪山: filed in minutes, there within the hour, and the community is no sink."""

from datetime import datetime
from typing import Any

import pytest

from inspections.cases.models import Assignment
from tests.stories.conftest import MIDDLE, Road


@pytest.mark.mission("P2")
def test_arrival_proven_by_position_and_repair_each_have_their_clock(road: Road) -> None:
    number = road.sent()
    road.act("jo", number, "accept")
    (task,) = road.get("jo", f"tasks/?case={number}&status=open")["features"]
    lon, lat = road.ward.lonlat(*MIDDLE)
    where: dict[str, Any] = {"lon": lon, "lat": lat, "accuracy_m": 8}
    road.post("jo", f"tasks/{task['id']}/visit/", outcome="arrived", **where)
    road.act("jo", number, "handle")
    clocks = {
        clock["clock"]: clock
        for clock in road.page(number)["clocks"]
        if (clock["organization"] or {}).get("code") in {None, "STREET"}
    }
    assert {clocks[name]["state"] for name in ("respond", "arrive", "resolve")} == {"met"}
    arrived, done = (
        datetime.fromisoformat(clocks[name]["done_at"]) for name in ("arrive", "resolve")
    )
    assert arrived <= done


@pytest.mark.mission("P10")
def test_who_was_asked_first_and_who_took_it_first_stay_on_record(road: Road) -> None:
    number = road.sent()
    road.act("jo", number, "accept")
    road.act("jo", number, "propose_transfer", to="LAMP", reason="请专业单位修复")
    road.act("di", number, "agree_transfer", reason="同意")
    trail = road.get("ada", f"cases/{number}/trail/")["results"]
    first = {
        act: next(e["actor"] for e in trail if e["act"] == act)
        for act in ("record_request", "accept")
    }
    assert first == {"record_request": "ada", "accept": "jo"}
    parts = Assignment.objects.filter(case__number=number, accepted_at__isnull=False)
    assert parts.earliest("accepted_at").accepted_by == road.ward.people["jo"]


@pytest.mark.mission("P12")
def test_the_community_never_gets_what_nobody_owns(road: Road) -> None:
    number = road.report(lon=road.ward.lonlat(800, 800)[0], lat=road.ward.lonlat(800, 800)[1])
    case = road.act("ada", number, "file", category="0305")  # no duty, no owner, no facility
    verdict = case["verdict"]
    assert verdict["responsible"] is None
    named = {(verdict[name] or {}).get("code") for name in ("custodian", "dispatch_to")}
    assert not any(code and code.startswith("500236001001") for code in named)


@pytest.mark.mission("P17")
def test_danger_has_the_shorter_limit(road: Road) -> None:
    normal, urgent = road.sent(), road.report()
    road.act("ada", urgent, "file", urgency="urgent")
    road.act("ada", urgent, "dispatch")
    due = {
        number: min(c["due_at"] for c in road.page(number)["clocks"] if c["clock"] == "resolve")
        for number in (normal, urgent)
    }
    assert due[urgent] < due[normal]
