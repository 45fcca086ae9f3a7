"""What every reading of the ground may ask: the instant, the state of knowledge, the datum, a box."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Polygon
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from core.errors import Invalid
from core.instants import in_utc
from grid.ground.datums import WGS84, Datum, parse_datum
from grid.ground.models import City
from grid.ground.queries import version_known_at

YEARS = range(1800, 2300)
BOX_WORDS = "minlon,minlat,maxlon,maxlat in WGS84 degrees, the smaller first"
BOX = re.compile(r"[^,]{1,40}(,[^,]{1,40}){3}")


class BadParameter(Invalid):
    """The parameter {parameter} cannot be understood: {expected}."""

    zh = "参数 {parameter} 无法识别：{expected}。"


class UnknownParameter(Invalid):
    """There is no parameter {unknown} here; the parameters are: {known}."""

    zh = "没有参数 {unknown}；可用的参数：{known}。"


@dataclass(frozen=True, slots=True)
class Asked:
    """How the ground is to be read; `version` None means as known now, `bbox` None everywhere."""

    at: datetime
    version: int | None = None
    datum: Datum = WGS84
    bbox: Polygon | None = None


def asked_of(given: Mapping[str, str]) -> Asked:
    """The reading that `at`, `as_known_at`, `datum` and `bbox` ask for; raises BadParameter."""
    known_at = _moment("as_known_at", given.get("as_known_at", ""))
    return Asked(
        at=_moment("at", given.get("at", "")) or timezone.now(),
        version=None if known_at is None else version_known_at(known_at),
        datum=parse_datum(given["datum"]) if given.get("datum") else WGS84,
        bbox=_box(given["bbox"]) if given.get("bbox") else None,
    )


def refuse_unknown(given: Mapping[str, str], known: set[str]) -> None:
    """Raise UnknownParameter, naming the known ones: a misspelt filter must not mean 'all'."""
    unknown = sorted(set(given) - known)
    if unknown:
        raise UnknownParameter(unknown=unknown, known=sorted(known))
    for name, value in given.items():
        if "\x00" in value:
            raise BadParameter(parameter=name, expected="text without NUL")


def _moment(name: str, text: str) -> datetime | None:
    """An instant; a date, or a time without offset, is city time."""
    if not text:
        return None
    try:
        day: date | None = parse_date(text)
        moment = parse_datetime(text) if day is None else datetime.combine(day, time.min, UTC)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise BadParameter(parameter=name, expected="2026-05-31 or 2026-05-31T08:00:00+08:00")
    if day is not None or moment.tzinfo is None:
        moment = moment.replace(tzinfo=_city_zone())
    return in_utc(moment)


def _city_zone() -> ZoneInfo:
    city = City.objects.only("timezone").first()
    return ZoneInfo(city.timezone if city else "Asia/Shanghai")


def _box(text: str) -> Polygon:
    try:
        numbers = [float(part) for part in text.split(",")] if BOX.fullmatch(text) else []
    except ValueError:
        numbers = []
    if not numbers or not all(math.isfinite(number) for number in numbers):
        raise BadParameter(parameter="bbox", expected=BOX_WORDS)
    west, south, east, north = numbers
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadParameter(parameter="bbox", expected=BOX_WORDS)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    return box
