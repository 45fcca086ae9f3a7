"""How names sound and are shortened."""

import pytest

from maps.finding.sounds import folded, readings
from maps.finding.words import crossing_in, position_in, tracking_code_in

pytestmark = pytest.mark.mission("C1")


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("通丰路", ("tfl", "tongfenglu")),
        ("重庆路", ("cql", "chongqinglu")),
        ("人民路１２号", ("rml12h", "renminlu12hao")),
        ("Main Street", ("mainstreet", "mainstreet")),
        ("", ("", "")),
    ],
)
def test_likeliest_reading(name: str, reading: tuple[str, str]) -> None:
    assert readings(name)[0] == reading


def test_a_character_read_in_two_ways_is_found_by_both() -> None:
    assert {short for short, _ in readings("长行路")} == {"zxl", "cxl", "zhl"}
    assert len(readings("长长长长长")) == 4


def test_a_name_is_folded_to_letters() -> None:
    assert folded(" 通丰路（Ａ段）-2_% ") == "通丰路a段2"


@pytest.mark.parametrize(
    ("typed", "pair"),
    [
        ("通丰路与港湾路", ("通丰路", "港湾路")),
        ("通丰路和港湾路交叉口", ("通丰路", "港湾路")),
        ("tfl gwl", ("tfl", "gwl")),
        ("通丰路/港湾路路口", ("通丰路", "港湾路")),
        ("和平路", None),
        ("通丰路", None),
        ("通丰路 2 号", None),
    ],
)
def test_two_streets_are_told_apart(typed: str, pair: tuple[str, str] | None) -> None:
    assert crossing_in(typed) == pair


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("109.46, 31.02", (109.46, 31.02)),
        ("31.02 109.46", (109.46, 31.02)),
        ("(39.9，116.4)", (116.4, 39.9)),
        ("12 34", None),
        ("1.5", None),
    ],
)
def test_a_position_is_read_in_either_order(typed: str, place: tuple[float, float] | None) -> None:
    found = position_in(typed, (109.5, 31.0))
    assert ((found.lon, found.lat) if found else None) == place


def test_a_tracking_code_is_read_as_it_is_said() -> None:
    assert tracking_code_in("2345 6789-bcdfg") == "23456789BCDFG"
    assert tracking_code_in("234567890") == ""
