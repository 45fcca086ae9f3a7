"""Reading cells: which cell a place lies in, and the rows of areas and cells as they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from grid.cells.index import CellIndex
from grid.cells.seams import SEAM_M
from grid.ground.metric import as_shapes
from grid.ground.queries import newest_version, the_city


@dataclass(frozen=True)
class StoredUnit:
    """A current row of an area or a cell: its key, what it states, and when it is valid."""

    key: int
    code: str
    stated: tuple[str, ...]  # areas: name, level, parent, zone; cells: name, community
    boundary: BaseGeometry | None
    valid_from: datetime | None
    valid_to: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Is it valid at this instant?"""
        after = self.valid_from is None or self.valid_from <= moment
        return after and (self.valid_to is None or moment < self.valid_to)


_STATED = {
    "grid_area": "name, level, parent_code, zone",
    "grid_cell": "name, community_code",
}


def current_units(table: str) -> list[StoredUnit]:
    """Every row of `grid_area` or `grid_cell` in the newest ground version, by code and time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, code, ST_AsBinary(boundary), lower(valid_during), upper(valid_during), "  # noqa: S608 (fixed words)
            f"{_STATED[table]} FROM {table} WHERE upper_inf(recorded_during) "
            'ORDER BY code COLLATE "C", valid_during'
        )
        rows = cursor.fetchall()
    return [
        StoredUnit(key, code, tuple(stated), shapely.from_wkb(wkb and bytes(wkb)), start, end)
        for key, code, wkb, start, end, *stated in rows
    ]


# One round trip: cells that cover the place come first, then the nearest within a seam's width.
CELL_OF = """
    WITH place AS (SELECT ST_SetSRID(ST_Point(%(lon)s, %(lat)s), 4326) AS location),
    near AS (
        SELECT code, CASE WHEN ST_Covers(boundary, location) THEN 0
            ELSE ST_Distance(ST_Transform(boundary, %(srid)s),
                             ST_Transform(location, %(srid)s)) END AS distance_m
        FROM grid_cell, place
        WHERE boundary && ST_Expand(location, 0.00001)
          AND valid_during @> coalesce(%(at)s::timestamptz, now())
          AND recorded_during @> %(version)s::bigint
    )
    SELECT code FROM near WHERE distance_m <= %(seam)s
    ORDER BY distance_m, code COLLATE "C" LIMIT 1
"""


def cell_parameters(
    lon: float, lat: float, *, at: datetime | None, version: int | None
) -> dict[str, Any]:
    """What `CELL_OF` is asked with."""
    return {
        "lon": lon,
        "lat": lat,
        "at": at,
        "version": newest_version() if version is None else version,
        "srid": the_city().metric_srid,
        "seam": SEAM_M,
    }


def cell_of(
    lon: float, lat: float, *, at: datetime | None = None, version: int | None = None
) -> str:
    """The code of the one cell of a WGS84 place, blank outside all: see `seams`.

    `at` is now and `version` the newest unless given.
    """
    with connection.cursor() as cursor:
        cursor.execute(CELL_OF, cell_parameters(lon, lat, at=at, version=version))
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def cell_index(*, at: datetime | None = None, version: int | None = None) -> CellIndex:
    """All cells in force at a time and version, in memory, for many places."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT code, ST_AsBinary(boundary) FROM grid_cell
            WHERE valid_during @> coalesce(%s::timestamptz, now()) AND recorded_during @> %s::bigint
            """,
            [at, newest_version() if version is None else version],
        )
        rows = cursor.fetchall()
    shapes = as_shapes([shapely.from_wkb(bytes(wkb)) for _, wkb in rows])
    return CellIndex([code for code, _ in rows], shapes, the_city().metric_srid)


def cells_of(
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    at: datetime | None = None,
    version: int | None = None,
) -> NDArray[np.object_]:
    """The codes of the cells of many WGS84 places, blank where there is none; as `cell_of`."""
    return cell_index(at=at, version=version).codes_of(lon, lat)
