"""Metres around a place, as statements of the database take them."""

import math
from functools import cache
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from pyproj import CRS

from grid.ground.queries import the_city

AROUND_DEG = 5.0
DEGREE_M = 111_000.0


def can_be_measured(place: GEOSGeometry) -> bool:
    """Whether a place lies where the city's metric CRS is defined, or not far from it."""
    west, south, east, north = place.extent
    home = _home_of(the_city().metric_srid)
    return (
        west > home[0] - AROUND_DEG
        and south > home[1] - AROUND_DEG
        and east < home[2] + AROUND_DEG
        and north < home[3] + AROUND_DEG
    )


@cache
def _home_of(srid: int) -> tuple[float, float, float, float]:
    """West, south, east, north of the area that a CRS is made for."""
    area = CRS.from_epsg(srid).area_of_use
    return area.bounds if area else (-180.0, -90.0, 180.0, 90.0)


def degrees(place: GEOSGeometry, metres: float) -> float:
    """A width in degrees that holds these metres wherever the place lies; the exact measure follows."""
    south, north = place.extent[1], place.extent[3]
    latitude = min(max(abs(south), abs(north)), 84.0)
    return metres / (DEGREE_M * math.cos(math.radians(latitude)))


def metres(place: GEOSGeometry, **reaches: float) -> dict[str, Any]:
    """Each reach as a width in degrees (`…_deg`) and in metres (`…_m`)."""
    told: dict[str, Any] = {}
    for name, width in reaches.items():
        told |= {f"{name}_deg": degrees(place, width), f"{name}_m": width}
    return told
