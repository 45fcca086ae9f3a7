"""What somebody typed into the search: a position, a crossing, a code, a case, or letters of a name. Pure."""

import re
from dataclasses import dataclass

_NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
_POSITION = re.compile(rf"^\s*[(（]?\s*{_NUMBER}\s*[,，;；\s]\s*{_NUMBER}\s*[)）]?\s*$")
_JOINED = re.compile(r"\s*(?:[×&/+＋、]|(?<=.)(?:与|和|跟|交)(?=.))\s*|\s+")
_CROSSING_END = re.compile(r"(?:的)?(?:交叉路?口|十字路口|交汇处?|路口|口)$")
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$")
_CASE = re.compile(r"^[0-9]{4,}(?:-[0-9]*)?$")
_TRACKING = re.compile(r"^[2-9B-DF-HJ-NP-TV-XZ]{13}$")


@dataclass(frozen=True)
class Position:
    """Degrees, WGS84."""

    lon: float
    lat: float


def position_in(words: str, near: tuple[float, float] | None) -> Position | None:
    """A pair of degrees, longitude first or latitude first; told apart by what can be, then by the city."""
    match = _POSITION.match(words)
    if match is None or "." not in words:
        return None
    one, two = float(match[1]), float(match[2])
    ways = [
        Position(lon, lat)
        for lon, lat in ((one, two), (two, one))
        if abs(lon) <= 180 and abs(lat) <= 90
    ]
    if near is not None:
        ways.sort(key=lambda way: (way.lon - near[0]) ** 2 + (way.lat - near[1]) ** 2)
    return ways[0] if ways else None


def crossing_in(words: str) -> tuple[str, str] | None:
    """Two streets: `通丰路与港湾路`, `tfl gwl`, `通丰路/港湾路路口`."""
    parts = [part for part in _JOINED.split(_CROSSING_END.sub("", words.strip())) if part]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def is_code(words: str) -> bool:
    """Whether it may begin a code."""
    return _CODE.match(words) is not None


def is_case_number(words: str) -> bool:
    """Whether it may begin the number of a case."""
    return _CASE.match(words) is not None


def tracking_code_in(words: str) -> str:
    """A tracking code as citizens read it out, spaces and dashes dropped; "" if it is none."""
    plain = re.sub(r"[\s-]", "", words).upper()
    return plain if _TRACKING.match(plain) else ""
