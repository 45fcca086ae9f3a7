"""What people may ask, parsed: places in any datum, dates in city time, categories by code or name."""

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.dateparse import parse_date, parse_datetime
from shapely import force_2d, from_geojson, from_wkt, get_coordinates, is_valid_reason
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from core.errors import Invalid, Missing
from core.instants import in_utc
from grid.catalogue.models import Category, PartyRole
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.datums import WGS84, Datum, geometries_to_wgs84
from grid.ground.metric import as_shapes
from grid.ground.models import City

ACCURACY_LIMIT_M = 50_000.0
PATHS = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")
PATH_CORNERS, PATH_SPAN_DEG = 2_000, 0.5


class UnknownCategory(Invalid):
    """There is no such category."""

    zh = "没有这个类别。"


class UnknownFacility(Missing):
    """There is no such facility."""

    zh = "没有这个部件。"


class InvalidPlace(Invalid):
    """The place is not a position on earth."""

    zh = "该位置不是地球上的坐标。"


class InvalidPath(Invalid):
    """The path is no line or polygon; write WKT or GeoJSON in degrees."""

    zh = "path 不是线或面；请用 WKT 或 GeoJSON 书写，坐标以度为单位。"


class UnknownRole(Invalid):
    """There is no such role."""

    zh = "没有这种责任角色。"


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
        midnight = datetime.combine(day, time.min, zone)
        with suppress(ValueError):
            in_utc(midnight)
            return midnight
    elif moment is not None:
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


def role_of(text: str) -> str:
    """The role asked for: maintainer, owner, builder, payer, authority, or its Chinese word."""
    wanted = text.strip()
    for role in PartyRole:
        if wanted.lower() == role.value or wanted == role.label:
            return role.value
    known = ", ".join(PartyRole.values)
    raise UnknownRole(
        f"there is no role {wanted!r}; ask for one of: {known}",
        zh=f"没有角色“{wanted}”；可用的角色：{'、'.join(PartyRole.values)}。",
        role=wanted,
    )


def path_of(text: str, datum: Datum = WGS84) -> BaseGeometry:
    """A line or polygon written as WKT or GeoJSON, in WGS84 degrees. Raises InvalidPath."""
    cleaned = text.strip()
    try:
        with np.errstate(invalid="ignore"):  # nan is refused below, in words
            shape = from_geojson(cleaned) if cleaned.startswith("{") else from_wkt(cleaned)
    except (GEOSException, NotImplementedError):  # the latter for arcs
        raise InvalidPath from None
    return checked_path(geometries_to_wgs84(as_shapes([shape]), datum)[0])


def checked_path(shape: BaseGeometry) -> BaseGeometry:
    """The path itself (WGS84, flat), once nothing is wrong with it. Raises InvalidPath."""
    shape = force_2d(shape)
    corners = get_coordinates(shape)
    if shape.geom_type not in PATHS or not len(corners):
        raise InvalidPath
    if not np.isfinite(corners).all() or (np.abs(corners) > (180, 90)).any():
        raise InvalidPath(
            "the path has positions that are none in degrees: lon lies in -180…180, lat in -90…90",
            zh="path 含有不是以度为单位的坐标：lon 应在 -180 至 180 之间，lat 应在 -90 至 90 之间。",
        )
    if len(corners) > PATH_CORNERS:
        raise InvalidPath(
            f"the path has {len(corners)} corners; ask with at most {PATH_CORNERS}",
            zh=f"path 有 {len(corners)} 个折点；最多 {PATH_CORNERS} 个。",
        )
    west, south, east, north = shape.bounds
    if max(east - west, north - south) > PATH_SPAN_DEG:
        raise InvalidPath(
            f"the path spans more than {PATH_SPAN_DEG} degrees; ask about it in pieces",
            zh=f"path 跨度超过 {PATH_SPAN_DEG} 度；请分段查询。",
        )
    if not (shape.area or shape.length) or not shape.is_valid:
        raise InvalidPath(
            f"the path cannot be used: {is_valid_reason(shape)}; draw it without crossing itself",
            zh="path 无法使用：没有长度，或面的边界自相交；请重新绘制。",
        )
    return shape


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
    if place is not None and shape.geom_type != "Point":
        return place
    return place_on(shape)


def place_on(shape: Any) -> Place:
    """The point itself, or one on a line or polygon."""
    if shape.geom_type == "Point":
        return Place(shape.x, shape.y)
    on_it = shape.point_on_surface
    return Place(on_it.x, on_it.y)
