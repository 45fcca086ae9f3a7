"""What a picture of the base map shows, in its own pixels, and by what it is known to be the same."""

import json
from dataclasses import dataclass
from typing import Any

import shapely
from django.core.cache import cache
from django.db import connection
from shapely.geometry.base import BaseGeometry

from grid.ground.models import City
from maps.ground_state import state_of_the_ground
from maps.tiles import queries as tiles

EXTENT = 4096  # units of a tile, eastward and downward from its upper left corner
NOW = tiles.NOW

# Pipes, cables and setbacks are lines as well; what has no name and no rank here is not a road.
ROWS = f"""
    SELECT 'city' AS layer, NULL AS name, NULL AS word, 0 AS rank, ST_AsBinary(geom)
    FROM ({tiles.CITY_ROWS}) AS t WHERE geom IS NOT NULL
    UNION ALL
    SELECT 'land', name, class, 0, ST_AsBinary(geom)
    FROM ({tiles.LAND_ROWS}) AS t WHERE geom IS NOT NULL
    UNION ALL
    SELECT 'area', NULL, level, 0, ST_AsBinary(geom)
    FROM ({tiles.AREA_ROWS}) AS t WHERE geom IS NOT NULL
    UNION ALL
    SELECT 'road', NULL, part, rank, ST_AsBinary(geom)
    FROM ({tiles.ROAD_ROWS}) AS t
    WHERE geom IS NOT NULL AND COALESCE(part, '') NOT IN ('verge', 'setback')
    UNION ALL
    SELECT 'road_name', name, NULL, rank, ST_AsBinary(geom)
    FROM ({tiles.ROAD_NAME_ROWS}) AS t WHERE geom IS NOT NULL
    UNION ALL
    SELECT 'area_name', name, level, 0, ST_AsBinary(geom)
    FROM ({tiles.AREA_LABEL_ROWS}) AS t WHERE geom IS NOT NULL"""

# Rows of the ground are never changed, only followed by others: which of them are in force says what
# is drawn. Points, most of the rows, are not read (maps_line_now).
STATE = f"""
    SELECT md5(concat_ws('/',
        (SELECT md5(string_agg(id::text, ',' ORDER BY id)) FROM grid_facility_record r
            WHERE {NOW.format("r")} AND ST_Dimension(r.location) > 0),
        (SELECT md5(string_agg(id::text, ',' ORDER BY id)) FROM grid_area a
            WHERE {NOW.format("a")}),
        (SELECT md5(ST_AsBinary(boundary)) FROM grid_city)))"""

BOUNDS = f"""
    SELECT jsonb_build_array(ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box))::text
    FROM (SELECT COALESCE(
        (SELECT ST_Extent(boundary) FROM grid_city),
        (SELECT ST_Extent(boundary) FROM grid_area a WHERE {NOW.format("a")}),
        (SELECT ST_Extent(boundary) FROM grid_cell c WHERE {NOW.format("c")}),
        (SELECT ST_Extent(location) FROM grid_facility_record r WHERE {NOW.format("r")})
    ) AS box) AS boxes WHERE box IS NOT NULL"""


@dataclass(frozen=True)
class Shape:
    """Something to draw; `word` says of what class, level or part."""

    layer: str
    name: str
    word: str
    rank: int
    geometry: BaseGeometry


@dataclass(frozen=True)
class Extent:
    """The key of all that is drawn now; where the city lies (west, south, east, north).

    `bounded`: the city says where it ends, so that beyond it nothing is paper.
    """

    key: str
    bounds: list[float] | None
    bounded: bool


def extent() -> Extent:
    """What the pictures depend on; looked up once per state of the ground and process."""
    state = f"base-map-{state_of_the_ground()}"
    known: Extent | None = cache.get(state)
    if known is None:
        bounded = City.objects.filter(boundary__isnull=False).exists()
        known = Extent(_one(STATE), json.loads(_one(BOUNDS) or "null"), bounded)
        cache.set(state, known, timeout=3600)
    return known


def shapes(z: int, x: int, y: int) -> list[Shape]:
    """All that a square of the pyramid shows, in units of the square."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, tiles.parameters_of(z, x, y))
        rows = cursor.fetchall()
    geometries = shapely.from_wkb([bytes(row[4]) for row in rows])
    return [
        Shape(layer, name or "", word or "", rank, geometry)
        for (layer, name, word, rank, _), geometry in zip(rows, geometries, strict=True)
    ]


def _one(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None
