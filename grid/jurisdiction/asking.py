"""What people may ask, parsed: places in any datum, dates in city time, categories by code or name."""

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime

from core.errors import Invalid, Missing
from core.instants import in_utc
from grid.catalogue.models import Category
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.models import City

ACCURACY_LIMIT_M = 50_000.0


class UnknownCategory(Invalid):
    """There is no such category."""

    zh = "没有这个类别。"


class UnknownFacility(Missing):
    """There is no such facility."""

    zh = "没有这个部件。"


class InvalidPlace(Invalid):
    """The place is not a position on earth."""

    zh = "该位置不是地球上的坐标。"


class InvalidDate(Invalid):
    """The date cannot be read; write 2026-11-21 or 2026-11-21T08:30:00+08:00."""

    zh = "无法读取日期；请写成 2026-11-21 或 2026-11-21T08:30:00+08:00。"


@dataclass(frozen=True, slots=True)
class Place:
    """A position in WGS84 degrees and how far off it may be."""

    lon: float
    lat: float
    accuracy_m: float = 0.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.lon, self.lat))) or not (
            -180 <= self.lon <= 180 and -90 <= self.lat <= 90
        ):
            raise InvalidPlace(
                f"lon {self.lon}, lat {self.lat} is not a position in degrees: "
                "lon lies in -180…180, lat in -90…90",
                zh=f"lon {self.lon}、lat {self.lat} 不是以度为单位的坐标："
                "lon 应在 -180 至 180 之间，lat 应在 -90 至 90 之间。",
            )
        if not 0 <= self.accuracy_m <= ACCURACY_LIMIT_M:
            raise InvalidPlace(
                f"accuracy {self.accuracy_m} m: give metres between 0 and {ACCURACY_LIMIT_M:.0f}",
                zh=f"精度 {self.accuracy_m} 米无效：请填写 0 至 {ACCURACY_LIMIT_M:.0f} 之间的米数。",
            )


def instant_of(text: str, city: City) -> datetime:
    """An instant from a date (its first moment in city time) or a datetime (city time if naive)."""
    zone = ZoneInfo(city.timezone)
    cleaned = text.strip()
    try:
        moment = parse_datetime(cleaned)
        day: date | None = parse_date(cleaned)
    except ValueError:
        moment, day = None, None
    if day is not None:
        return datetime.combine(day, time.min, zone)
    if moment is not None:
        with suppress(ValueError):
            return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    raise InvalidDate(
        f"{text!r} is not a date: write 2026-11-21 or 2026-11-21T08:30:00+08:00",
        zh=f"“{text}”不是日期：请写成 2026-11-21 或 2026-11-21T08:30:00+08:00。",
        value=text,
    )


def category_of(text: str) -> Category:
    """A category by `code`, `kind:code` or exact name; facilities before matters of the same code."""
    wanted = text.strip()
    kind, _, code = wanted.rpartition(":")
    found = (
        Category.objects.filter(kind=kind, code=code)
        if kind
        else Category.objects.filter(code=wanted)
    )
    category: Category | None = found.order_by("kind", "id").first() or (
        Category.objects.filter(name=wanted).order_by("kind", "id").first()
    )
    if category is None:
        near = get_close_matches(wanted, Category.objects.values_list("name", flat=True), n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        hint_zh = f"；是否指{'、'.join(near)}？" if near else "。"
        raise UnknownCategory(
            f"there is no category {wanted!r}{hint}",
            zh=f"没有类别“{wanted}”{hint_zh}",
            category=wanted,
        )
    return category


def facility_of(code: str) -> Facility:
    """A facility by its code; raises UnknownFacility."""
    facility: Facility | None = Facility.objects.filter(code=code.strip()).first()
    if facility is None:
        raise UnknownFacility(
            f"there is no facility {code.strip()!r}",
            zh=f"没有编码为“{code.strip()}”的部件。",
            facility=code,
        )
    return facility


def record_of(facility: Facility, *, at: datetime, version: int) -> FacilityRecord | None:
    """The facility as known at a version and standing at an instant."""
    return FacilityRecord.objects.filter(facility=facility).known_at(version).in_force(at).first()


def position_of(record: FacilityRecord, place: Place | None) -> Place:
    """Where a question about a facility is asked: at the facility if it is a point.

    On a line or polygon the place named by the asker counts, else a point on it.
    """
    shape = record.location
    if shape.geom_type == "Point":
        return Place(shape.x, shape.y)
    if place is not None:
        return place
    on_it = shape.point_on_surface
    return Place(on_it.x, on_it.y)
