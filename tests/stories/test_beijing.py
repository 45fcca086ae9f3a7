"""北京 接诉即办: one match directly, else to two; closed is not solved; patrols do what they can on the spot."""

import pytest

from tests.stories.conftest import MIDDLE, Road


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


@pytest.mark.mission("B7")
def test_one_match_goes_directly_else_to_two_with_the_reason_kept(road: Road) -> None:
    alone = road.page(road.sent(lon=road.ward.lonlat(700, 250)[0]))
    assert [one["organization"]["code"] for one in alone["assignments"]] == ["LAMP"]
    both = road.page(road.sent())
    assert sum(one["co_receiver"] for one in both["assignments"]) == 2
    for case in (alone, both):
        assert case["verdict"]["explanation"]["zh-Hans"]


@pytest.mark.mission("B16")
def test_the_callback_asks_four_questions(road: Road) -> None:
    asked = {"contacted": True, "solved": True, "effect_ok": True, "attitude_ok": False}
    number = road.checked()
    told = road.act("ada", number, "callback", rating="basically_satisfied", **asked)
    assert {name: told["callbacks"][0][name] for name in asked} == asked


@pytest.mark.mission("B20")
def test_closed_is_not_solved(road: Road) -> None:
    number = road.checked()
    road.act("ada", number, "callback", rating="dissatisfied", solved=False)
    road.shoot("bo", number, MIDDLE, seed=1)
    closed = road.act("bo", number, "close", reason="已修复；诉求人另要求增设路灯，已转规划")
    assert (closed["state"], closed["solved"]) == ("closed", False)


@pytest.mark.mission("B25")
def test_what_a_patrol_puts_right_on_the_spot_is_closed_there(road: Road) -> None:
    lon, lat = road.ward.lonlat(800, 800)
    number = road.report(channel="patrol", category="0305", requester=None, lon=lon, lat=lat)
    road.shoot("bo", number, (800, 801), seed=1)
    closed = road.act("bo", number, "fix_on_spot", reason="已清理")
    assert (closed["state"], closed["closing_basis"]) == ("closed", "on_spot")
