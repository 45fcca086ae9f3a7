"""Founding the city, and publishing: the one lock under which the ground changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4
from zoneinfo import available_timezones

from django.contrib.gis.geos import MultiPolygon
from django.db import connection, transaction
from django.utils import timezone
from pyproj import CRS
from pyproj.exceptions import CRSError

from core.audit import emit, record_act
from core.errors import Invalid, WrongState
from core.models import User
from grid.ground.models import City, GroundVersion
from grid.ground.queries import newest_version
from grid.ground.standing import record_standing, standing_differs

GROUND_LOCK = 0x6C616D70  # advisory lock: one publication of the ground at a time

NEAR_DEG = 3.0  # how far outside its zone a transverse Mercator is still good for a city


class CityExists(WrongState):
    """A city has already been founded in this database."""


class UnfitMetricCrs(Invalid):
    """The metric CRS must be projected, in metres, and made for the place."""


class UnknownTimezone(Invalid):
    """The timezone is not known."""


class BadCityName(Invalid):
    """A city needs a name of at most 200 letters."""


def hold_ground() -> None:
    """Wait for the ground's lock and hold it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GROUND_LOCK])


@contextmanager
def publish(
    *,
    actor: User,
    act: str,
    source_name: str = "",
    source_sha256: str = "",
    approved_by: User | None = None,
) -> Iterator[GroundVersion]:
    """One publication: a transaction that holds the ground's lock and owns the next version.

    Everything the block writes to the ground is recorded since the version it yields. The lock is
    held to the end of the transaction, so versions commit in the order of their numbers. Set
    `version.summary` inside the block; it is saved and audited with the publication. To drop a
    publication that turned out empty, raise inside the block. At its end bodies and categories are
    recorded as they stand then.
    """
    with transaction.atomic():
        hold_ground()
        version = GroundVersion.objects.create(
            number=newest_version() + 1,
            published_at=timezone.now(),
            published_by=actor,
            approved_by=approved_by or actor,
            act=act,
            source_name=source_name,
            source_sha256=source_sha256,
        )
        yield version
        record_standing(version.number)
        # The instant from which it is known: at the end, for a load works for minutes before it
        # commits, and never before the version below it, whatever the clock does.
        below = GroundVersion.objects.filter(number=version.number - 1).first()
        version.published_at = timezone.now()
        if below is not None and version.published_at <= below.published_at:
            version.published_at = below.published_at + timedelta(microseconds=1)
        # What anybody kept of it while it was being written is no longer what it says.
        version.token = uuid4()
        version.save(update_fields=["published_at", "summary", "token"])
        record_act(
            actor=actor,
            act=act,
            subject=version,
            details={"source": source_name, "sha256": source_sha256, **version.summary},
        )
        emit(kind="ground_published", subject=version)


def publish_standing(*, actor: User, act: str) -> None:
    """Publish a version for bodies or categories that stand otherwise than recorded, if any do.

    Call it in the transaction of the act that changed them, `hold_ground` first of all.
    """
    if standing_differs():
        with publish(actor=actor, act=act):
            pass


def found_city(
    *,
    actor: User,
    name: str,
    metric_crs: str,
    timezone_name: str,
    boundary: MultiPolygon | None,
) -> City:
    """Found the one city of this database; `metric_crs` is `EPSG:N`, `boundary` is WGS84.

    Raises CityExists, UnfitMetricCrs, UnknownTimezone, BadCityName.
    """
    if not name.strip() or len(name) > 200:
        raise BadCityName
    if timezone_name not in available_timezones():
        raise UnknownTimezone(f"the timezone {timezone_name!r} is not known; say Asia/Shanghai")
    metric_srid = _metric_srid(metric_crs, boundary)
    with transaction.atomic():
        hold_ground()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM spatial_ref_sys WHERE srid = %s", [metric_srid])
            if cursor.fetchone() is None:
                raise UnfitMetricCrs(f"the database's PostGIS does not know EPSG:{metric_srid}")
        if (standing := City.objects.first()) is not None:
            raise CityExists(f"the city {standing.name!r} has already been founded here")
        city = City.objects.create(
            name=name.strip(), metric_srid=metric_srid, timezone=timezone_name, boundary=boundary
        )
        record_act(
            actor=actor,
            act="found_city",
            subject=city,
            details={"name": city.name, "metric_srid": metric_srid, "timezone": timezone_name},
        )
    return city


def _metric_srid(text: str, boundary: MultiPolygon | None) -> int:
    """The EPSG number of a projected CRS in metres that is made for the place of the boundary."""
    match = re.fullmatch(r"(?i)(?:epsg:)?(\d+)", text.strip())
    if match is None:
        raise UnfitMetricCrs(f"the metric CRS is given as EPSG:N, not {text!r}")
    try:
        crs = CRS.from_epsg(int(match[1]))
    except CRSError as error:
        raise UnfitMetricCrs(f"EPSG:{match[1]} is not a known coordinate system") from error
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise UnfitMetricCrs(f"EPSG:{match[1]} ({crs.name}) is not a projected system in metres")
    use = crs.area_of_use
    if boundary is not None and use is not None and use.west <= use.east:
        west, south, east, north = boundary.extent
        lon, lat = (west + east) / 2, (south + north) / 2
        if not (
            use.west - NEAR_DEG <= lon <= use.east + NEAR_DEG
            and use.south - NEAR_DEG <= lat <= use.north + NEAR_DEG
        ):
            raise UnfitMetricCrs(
                f"EPSG:{match[1]} ({crs.name}) is made for {use.name}; the boundary lies at "
                f"{lon:.2f}, {lat:.2f}"
            )
    return int(match[1])
