"""Founding the city, and publishing: the one lock under which the ground changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.gis.geos import MultiPolygon
from django.db import connection, transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import WrongState
from core.models import User
from grid.ground.models import City, GroundVersion
from grid.ground.queries import newest_version

GROUND_LOCK = 0x6C616D70  # advisory lock: one publication of the ground at a time


class CityExists(WrongState):
    """A city has already been founded in this database."""


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
    publication that turned out empty, raise inside the block.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GROUND_LOCK])
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
        version.save(update_fields=["summary"])
        record_act(
            actor=actor,
            act=act,
            subject=version,
            details={"source": source_name, "sha256": source_sha256, **version.summary},
        )
        emit(kind="ground_published", subject=version)


def found_city(
    *,
    actor: User,
    name: str,
    metric_srid: int,
    timezone_name: str,
    boundary: MultiPolygon | None,
) -> City:
    """Found the one city of this database; `boundary` is WGS84. Raises CityExists."""
    with transaction.atomic():
        if City.objects.exists():
            raise CityExists
        city = City.objects.create(
            name=name, metric_srid=metric_srid, timezone=timezone_name, boundary=boundary
        )
        record_act(actor=actor, act="found_city", subject=city, details={"name": name})
    return city
