"""Findings from facts, one by one: what blocks, what is only said, and the numbers in the words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.evidence.score import WORDS, Facts, Place, camera_instant, score

REPORTED = datetime(2026, 11, 20, 10, tzinfo=UTC)
TAKEN = REPORTED + timedelta(hours=5)
ZONE = ZoneInfo("Asia/Shanghai")


def facts(**changed: Any) -> Facts:
    usual: dict[str, Any] = {
        "is_photo": True,
        "received_at": TAKEN + timedelta(minutes=1),
        "reported_at": REPORTED,
        "limit_m": 100.0,
        "zone": ZONE,
        "captured_at": TAKEN,
        "positions": (Place("fixes", 20.0, 10.0),),
    }
    return Facts(**usual | changed)


def codes(**changed: Any) -> list[str]:
    return [finding.code for finding in score(facts(**changed))]


def blocked(**changed: Any) -> list[str]:
    return [finding.code for finding in score(facts(**changed)) if finding.blocks]


def test_a_good_photo_has_no_findings() -> None:
    assert codes() == []


@pytest.mark.mission("D7")
@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"positions": ()}, ["no_position"]),
        ({"positions": (Place("fixes", 2300.0, 10.0),)}, ["too_far"]),
        ({"positions": (Place("exif", 2300.0),)}, ["too_far"]),
        ({"captured_at": REPORTED - timedelta(minutes=5)}, ["older_than_report"]),
        ({"camera_at": REPORTED - timedelta(days=1)}, ["older_than_report"]),
        ({"used_before": "same_file"}, ["already_used"]),
        ({"used_before": "same_picture"}, ["already_used"]),
        ({"is_photo": False}, ["not_a_photo"]),
    ],
)
def test_what_keeps_a_photo_from_closing(changed: dict[str, Any], found: list[str]) -> None:
    assert blocked(**changed) == found


@pytest.mark.parametrize(
    ("distance_m", "accuracy_m", "place_accuracy_m", "blocks"),
    [
        (100.0, None, None, False),
        (101.0, None, None, True),
        (149.0, 50.0, None, False),
        (151.0, 50.0, None, True),
        (170.0, 50.0, 30.0, False),
        (500.0, 10_000.0, None, True),  # a circle of ten kilometres proves nothing
    ],
)
def test_distance_counts_both_accuracies_up_to_a_hundred_metres(
    distance_m: float, accuracy_m: float | None, place_accuracy_m: float | None, blocks: bool
) -> None:
    place = Place("fixes", distance_m, accuracy_m)
    found = blocked(positions=(place,), place_accuracy_m=place_accuracy_m)
    assert found == (["too_far"] if blocks else [])


def test_a_photo_from_elsewhere_does_not_pass_with_a_fix_on_the_spot() -> None:
    positions = (Place("fixes", 5.0, 8.0), Place("exif", 4000.0))
    assert codes(positions=positions, apart_m=3996.0) == ["too_far", "exif_disagrees"]


def test_a_fix_from_another_time_is_no_position() -> None:
    stale = Place("fixes", 5.0, 8.0, age=timedelta(minutes=11))
    assert codes(positions=(stale,)) == ["no_position", "position_stale"]
    assert codes(positions=(Place("fixes", 5.0, 8.0, age=timedelta(minutes=3)),)) == [
        "position_stale"
    ]


def test_a_mislabelled_datum_is_named() -> None:
    shifted = Place("fixes", 536.0, 10.0, as_gcj_m=4.0)
    assert codes(positions=(shifted,)) == ["too_far", "datum_suspected"]


def test_hints_do_not_block() -> None:
    assert codes(positions=(Place("fixes", 50.0, 250.0),)) == ["accuracy_poor"]
    assert codes(captured_at=None) == ["no_time"]
    assert codes(stated_type="image/png", found_type="image/jpeg") == ["mislabelled"]
    assert codes(captured_at=TAKEN + timedelta(hours=1)) == ["clock_ahead"]


def test_a_camera_without_zone_keeps_city_time_unless_the_device_shows_it_keeps_utc() -> None:
    local = datetime(2026, 11, 20, 23, 0, 10)  # noqa: DTZ001 - as cameras write
    taken = local.replace(tzinfo=ZONE)
    assert camera_instant(local, None, ZONE) == taken
    assert camera_instant(local, taken, ZONE) == taken
    in_utc = local.replace(tzinfo=UTC)
    assert camera_instant(local, in_utc + timedelta(seconds=20), ZONE) == in_utc
    assert camera_instant(local, in_utc + timedelta(hours=1), ZONE) == taken


def test_every_finding_says_its_numbers_in_both_languages() -> None:
    worst = facts(
        positions=(Place("fixes", 2310.4, 400.0, 3.0, timedelta(minutes=5)), Place("exif", 9000.0)),
        apart_m=8000.0,
        captured_at=REPORTED - timedelta(days=2),
        camera_at=TAKEN + timedelta(days=1),
        used_before="same_file",
        stated_type="image/png",
        found_type="image/jpeg",
    )
    told = {f.code: f.as_json() for f in score(worst)}
    assert "9000" in told["too_far"]["words"]["zh-Hans"]
    assert "the limit is 100 m" in told["too_far"]["words"]["en"]
    for finding in told.values():
        assert "{" not in finding["words"]["zh-Hans"] + finding["words"]["en"]
    assert set(told) < set(WORDS)


@given(
    distance_m=st.floats(0, 2e7), accuracy_m=st.none() | st.floats(0, 1e6), limit=st.floats(1, 1e4)
)
def test_nearer_never_scores_worse(
    distance_m: float, accuracy_m: float | None, limit: float
) -> None:
    far = blocked(positions=(Place("fixes", distance_m, accuracy_m),), limit_m=limit)
    near = blocked(positions=(Place("fixes", distance_m / 2, accuracy_m),), limit_m=limit)
    assert set(near) <= set(far)
