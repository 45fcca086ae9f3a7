"""Writing what an edition states: rows to the database in one stream, then restated as a set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from grid.areas.models import Area, GridEdition
from grid.cells.models import GridCell
from grid.ground.metric import as_multipolygon, as_shapes, to_metres
from grid.ground.models import City, GroundVersion
from grid.ground.restate import restate

_COLUMNS = {
    "grid_area": ("name", "level", "parent_code", "zone"),
    "grid_cell": ("name", "community_code"),
}


@dataclass(frozen=True)
class Statement:
    """What an edition says of one code from a time on (None: for always)."""

    code: str
    stated: tuple[str, ...]
    boundary: BaseGeometry | None
    valid_from: datetime | None


def restate_units(
    table: str,
    statements: Sequence[Statement],
    *,
    edition: GridEdition,
    version: GroundVersion,
    city: City,
) -> None:
    """Write the statements into `grid_area` or `grid_cell` since this version; measures them."""
    columns = ("code", *_COLUMNS[table])
    placed = [s for s in statements if s.boundary is not None]
    shapes = as_shapes([s.boundary for s in placed if s.boundary is not None])
    areas = shapely.area(to_metres(shapes, city.metric_srid))
    area_m2 = {s.code: float(area) for s, area in zip(placed, areas, strict=True)}
    with connection.cursor() as cursor:
        words = ", ".join(f"{name} text" for name in columns)
        cursor.execute(
            f"CREATE TEMPORARY TABLE unit_statement ({words}, edition_id bigint, area_m2 float8, "
            "boundary geometry, valid_from timestamptz, valid_during tstzrange) ON COMMIT DROP"
        )
        copied = ", ".join((*columns, "edition_id", "area_m2", "boundary", "valid_from"))
        with cursor.copy(f"COPY unit_statement ({copied}) FROM STDIN") as copy:
            for s in statements:
                copy.write_row(
                    (s.code, *s.stated, edition.pk, area_m2.get(s.code), _ewkb(s), s.valid_from)
                )
        cursor.execute("UPDATE unit_statement SET valid_during = tstzrange(valid_from, NULL)")
        restate(
            Area if table == "grid_area" else GridCell,
            statements="unit_statement",
            changed="unit_changed",
            key=["code"],
            payload=[*_COLUMNS[table], "boundary"],
            carried=["edition_id", "area_m2"],
            version=version.number,
        )
        cursor.execute("DROP TABLE unit_statement")


def _ewkb(statement: Statement) -> str | None:
    """The boundary as a multipolygon in hexadecimal EWKB."""
    shape = statement.boundary
    if shape is None:
        return None
    located = shapely.set_srid(as_multipolygon(shape), 4326)
    return str(shapely.to_wkb(located, hex=True, include_srid=True))
