"""Drawing a tile, or finding it drawn: compressed once per state of the ground at low zoom."""

import gzip
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from grid.ground.models import City
from grid.ground.queries import newest_version
from maps.tiles.models import DrawnTile
from maps.tiles.queries import RAW_FROM, encode

EDITION = 1  # raise it when a tile of the same ground is drawn otherwise
GROUND_LAYERS = ("facilities", "cells", "ownership", "base")
DEEPEST_ZOOM = 22


@dataclass(frozen=True)
class Place:
    """Which tile: a layer and a square of the Web Mercator pyramid."""

    layer: str
    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the pyramid has such a square."""
        return self.z <= DEEPEST_ZOOM and self.x < 1 << self.z and self.y < 1 << self.z


def state_of_the_ground() -> str:
    """What ground tiles depend on: the version, and the hour, because rows begin and end at dates.

    The hour is the city's, so that what begins on a date is drawn at its midnight.
    """
    city = City.objects.only("timezone").first()
    here = ZoneInfo(city.timezone) if city else ZoneInfo("UTC")
    return f"{EDITION}-{newest_version()}-{timezone.localtime(timezone=here):%Y%m%d%H}"


def ground_tile(place: Place, key: str) -> bytes:
    """The gzipped tile (empty: nothing lies in it) for a state of the ground.

    Tiles below street zoom gather many rows and are few, so they are kept in the database for all
    processes; two that draw the same tile at once keep one of two equal bodies.
    """
    if place.z >= RAW_FROM:
        return _drawn(place)
    at = {"layer": place.layer, "z": place.z, "x": place.x, "y": place.y}
    kept = DrawnTile.objects.filter(**at, key=key).values_list("body", flat=True).first()
    if kept is not None:
        return bytes(kept)
    body = _drawn(place)
    DrawnTile.objects.bulk_create(
        [DrawnTile(**at, key=key, body=body)],
        update_conflicts=True,
        update_fields=["key", "body"],
        unique_fields=["layer", "z", "x", "y"],
    )
    return body


def _drawn(place: Place) -> bytes:
    body = encode(place.layer, place.z, place.x, place.y)
    return gzip.compress(body, 6, mtime=0) if body else b""
