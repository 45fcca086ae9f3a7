"""What a device states about a file, read with care: times with a zone, fixes in any datum."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from core.errors import Invalid
from core.instants import in_utc
from grid.evidence.models import Purpose
from grid.ground.datums import WGS84, Datum, parse_datum, to_wgs84

MOST_FIXES = 50
MOST_CHARACTERS = 50_000
FRESH = timedelta(seconds=30)


class BadStatement(Invalid):
    """'{field}' of the evidence cannot be read: {why}."""

    zh = "证据的“{field}”无法读取：{why}。"


@dataclass(frozen=True)
class Fix:
    """One position of the device, in WGS84 degrees, as `datum` gave it."""

    lon: float
    lat: float
    accuracy_m: float | None = None
    at: datetime | None = None
    datum: str = "wgs84"


@dataclass(frozen=True)
class Statement:
    """The device's word about a file. `raw_fixes` are as sent, `fixes` those that are positions."""

    filename: str = ""
    mime: str = ""
    captured_at: datetime | None = None
    fixes: tuple[Fix, ...] = ()
    raw_fixes: Sequence[Mapping[str, Any]] = ()
    purpose: str = ""
    envelope: Mapping[str, Any] = field(default_factory=dict)

    def best_fix(self) -> Fix | None:
        """The fix that tells best where the shutter fell: fresh before stale, then sharp, then near."""

        def rank(fix: Fix) -> tuple[bool, float, float]:
            apart = self.age_of(fix) or timedelta(0)
            stale = abs(apart) > FRESH
            accuracy = fix.accuracy_m if fix.accuracy_m is not None else math.inf
            seconds = abs(apart.total_seconds())
            return (stale, seconds if stale else accuracy, seconds)

        return min(self.fixes, key=rank, default=None)

    def age_of(self, fix: Fix) -> timedelta | None:
        """Time between fix and shutter; None where either is not stated."""
        return self.captured_at - fix.at if self.captured_at and fix.at else None


def read_statement(stated: Mapping[str, Any], *, captured_at: datetime | None = None) -> Statement:
    """A statement from JSON as the contract words it; `captured_at` where the file states none.

    A fix that is no position (null, NaN, (0,0), off the earth) is kept as sent and not counted.
    Raises BadStatement, UnknownDatum.
    """
    fixes = stated.get("fixes") or []
    if not isinstance(fixes, list) or not all(isinstance(fix, dict) for fix in fixes):
        raise BadStatement(field="fixes", why="a list of {lon, lat, accuracy_m, at, datum}")
    if len(fixes) > MOST_FIXES:
        raise BadStatement(field="fixes", why=f"at most {MOST_FIXES}")
    return Statement(
        filename=_text(stated, "filename", 200),
        mime=_text(stated, "mime", 100).lower().partition(";")[0].strip(),
        captured_at=read_instant(stated.get("captured_at"), "captured_at") or captured_at,
        fixes=tuple(fix for fix in map(_fix, fixes) if fix is not None),
        raw_fixes=_storable(fixes, "fixes"),
        purpose=_purpose(stated),
        envelope=_storable(stated.get("envelope") or {}, "envelope"),
    )


def read_instant(value: object, name: str) -> datetime | None:
    """An instant from its ISO text, which must state a zone; None for nothing."""
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return in_utc(moment)
    except ValueError:
        pass
    raise BadStatement(field=name, why="write 2026-11-21T08:30:00+08:00")


def _storable(value: Any, name: str) -> Any:
    """JSON that the database can keep: not endless, no NUL character."""
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError as error:
        raise BadStatement(field=name, why="finite numbers only") from error
    if len(text) > MOST_CHARACTERS or "\\u0000" in text:
        raise BadStatement(field=name, why=f"at most {MOST_CHARACTERS} characters, no NUL")
    return value


def _purpose(stated: Mapping[str, Any]) -> str:
    word = _text(stated, "purpose", 16)
    if word and word not in Purpose.values:
        raise BadStatement(field="purpose", why=" | ".join(Purpose.values))
    return word


def _text(stated: Mapping[str, Any], name: str, most: int) -> str:
    value = stated.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadStatement(field=name, why="text")
    return value.replace("\x00", "")[:most]


def _fix(stated: Mapping[str, Any]) -> Fix | None:
    lon, lat = _number(stated.get("lon")), _number(stated.get("lat"))
    datum = parse_datum(str(stated.get("datum") or "wgs84"))
    if not (math.isfinite(lon) and math.isfinite(lat)) or (lon == 0 and lat == 0):
        return None
    lon, lat = in_wgs84(lon, lat, datum)
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return None
    accuracy = _number(stated.get("accuracy_m"))
    return Fix(
        lon,
        lat,
        accuracy if math.isfinite(accuracy) and accuracy >= 0 else None,
        read_instant(stated.get("at"), "fixes.at"),
        str(datum),
    )


def in_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """One position of any datum in WGS84 degrees."""
    if datum == WGS84:
        return lon, lat
    east, north = to_wgs84(np.array([lon]), np.array([lat]), datum)
    return float(east[0]), float(north[0])


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan
