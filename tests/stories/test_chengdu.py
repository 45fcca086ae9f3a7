"""成都 网络理政: whoever reports need not know whose it is, and every moment is on the clock."""

from datetime import datetime

import pytest

from tests.stories.conftest import MIDDLE, Road


@pytest.mark.mission("C7")
def test_times_are_exact_to_the_second_and_know_their_zone(road: Road) -> None:
    case = road.page(road.sent())
    for name in ("reported_at", "filed_at", "dispatched_at"):
        at = datetime.fromisoformat(case[name])
        assert at.tzinfo is not None
    due = [datetime.fromisoformat(clock["due_at"]) for clock in case["clocks"]]
    assert all(at.tzinfo is not None for at in due)


@pytest.mark.mission("C18")
def test_whoever_reports_never_names_a_body(road: Road) -> None:
    told = road.post(
        "ada", "requests/", channel="phone", text="黑", category="0118", organization="URBAN",
        lon=road.ward.lonlat(*MIDDLE)[0], lat=road.ward.lonlat(*MIDDLE)[1], accuracy_m=3,
    )  # fmt: skip
    assert told["properties"]["ignored"] == ["organization"]
    case = road.act("ada", told["properties"]["case"], "file")
    assert case["verdict"]["dispatch_to"]["code"] == "STREET"
