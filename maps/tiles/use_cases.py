"""Drawing a tile, or finding it drawn: down to street zoom once per state of the ground."""

import gzip
import math
from dataclasses import dataclass

from django.contrib.gis.geos import Polygon

from core.models import User
from inspections.cases.models import Case
from maps.tiles.models import DrawnTile
from maps.tiles.queries import FEATURE_CAP, encode, encode_cases

EDITION = 3  # raise it when a tile of the same ground is drawn otherwise
GROUND_LAYERS = ("facilities", "cells", "ownership", "base")
DEEPEST_ZOOM = 22
KEPT_TO = 15  # a city of 1,000 km² has some 1,000 tiles a layer there; each deeper zoom four times


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

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        side = 1 << self.z

        def latitude(row: int) -> float:
            return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

        west, east = (column / side * 360 - 180 for column in (self.x, self.x + 1))
        return west, latitude(self.y + 1), east, latitude(self.y)


def ground_tile(place: Place, key: str) -> bytes:
    """The gzipped tile (empty: nothing lies in it) for a state of the ground.

    Tiles down to street zoom gather many rows and are few, so they are kept in the database for all
    processes; two that draw the same tile at once keep one of two equal bodies.
    """
    if place.z > KEPT_TO:
        return drawn(place)
    at = {"layer": place.layer, "z": place.z, "x": place.x, "y": place.y}
    kept = DrawnTile.objects.filter(**at, key=key).values_list("body", flat=True).first()
    if kept is not None:
        return bytes(kept)
    body = drawn(place)
    DrawnTile.objects.bulk_create(
        [DrawnTile(**at, key=key, body=body)],
        update_conflicts=True,
        update_fields=["key", "body"],
        unique_fields=["layer", "z", "x", "y"],
    )
    return body


def case_tile(user: User, place: Place) -> bytes:
    """The gzipped tile of the unfinished cases this user may see, drawn anew each time."""
    box = Polygon.from_bbox(place.bounds())
    box.srid = 4326
    inside = Case.objects.visible_to(user).unfinished().filter(place__bboverlaps=box)
    keys = list(inside.order_by("-id").values_list("pk", flat=True)[:FEATURE_CAP])
    body = encode_cases(keys, place.z, place.x, place.y) if keys else b""
    return gzip.compress(body, 6, mtime=0) if body else b""


def drawn(place: Place) -> bytes:
    """The gzipped tile of a ground layer, drawn now; empty if nothing lies in it."""
    body = encode(place.layer, place.z, place.x, place.y)
    return gzip.compress(body, 6, mtime=0) if body else b""
