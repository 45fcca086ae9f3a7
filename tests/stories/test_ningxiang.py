"""宁乡 民声受理: a closed loop with four grades, and figures that add up."""

import pytest

from tests.stories.conftest import MIDDLE, Road


@pytest.mark.mission("N1")
def test_nobody_slips_past_the_callback_unless_it_cannot_be_made(road: Road) -> None:
    reached = road.checked()
    road.shoot("bo", reached, MIDDLE, seed=1)
    assert road.act("bo", reached, "close", expecting=409)["code"] == "callback_owed"
    for _ in range(3):
        road.act("ada", reached, "callback_missed", reason="无人接听")
    assert road.act("bo", reached, "close")["closing_basis"] == "unreachable"
    unknown = road.checked(requester=None)
    road.shoot("bo", unknown, MIDDLE, seed=2)
    assert road.act("bo", unknown, "close")["closing_basis"] == "anonymous"


@pytest.mark.mission("N2")
def test_answered_and_passed_on_add_up_to_what_was_valid(road: Road) -> None:
    for _ in range(2):
        road.sent()
    answered = road.report()
    road.act("ada", answered, "answer", reason="22 点后为半夜灯，属正常")
    declined = road.report()
    road.act("ada", declined, "decline", reason="与已立案件重复")
    cases = road.get("ada", "cases/")["features"]
    states = [case["properties"]["state"] for case in cases]
    valid = [state for state in states if state != "declined"]
    assert len(valid) == states.count("answered") + states.count("dispatched") == 3


@pytest.mark.mission("N4")
def test_one_leads_any_number_assist(road: Road) -> None:
    number = road.report(lon=road.ward.lonlat(700, 250)[0])
    road.act("ada", number, "file")
    case = road.act("ada", number, "dispatch", assists=["HOUSING", "URBAN"])
    kinds = sorted((one["organization"]["code"], one["kind"]) for one in case["assignments"])
    assert kinds == [("HOUSING", "assist"), ("LAMP", "lead"), ("URBAN", "assist")]


@pytest.mark.mission("N12")
@pytest.mark.parametrize(
    ("rating", "name"),
    [
        ("satisfied", "满意"),
        ("basically_satisfied", "基本满意"),
        ("no_comment", "不予评价"),
        ("dissatisfied", "不满意"),
    ],
)
def test_four_grades(road: Road, rating: str, name: str) -> None:
    number = road.checked()
    told = road.act("ada", number, "callback", rating=rating)
    assert (told["callbacks"][0]["rating"], told["callbacks"][0]["rating_name"]) == (rating, name)
