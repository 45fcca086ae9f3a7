"""Where the city is, for judging whether a place lies in it."""

import shapely

from exchange.places import Ground
from exchange.stage import rows_of
from grid.ground.models import City


def ground_of(city: City, layer: str) -> Ground:
    """The city's boundary; without one, its uppermost areas, else its cells; else nothing is known.

    Areas themselves are judged by the boundary alone, cells by boundary or areas: they are what
    says where the city is.
    """
    if city.boundary is not None:
        return _prepared([bytes(city.boundary.wkb)], f"the boundary of {city.name}")
    if layer == "areas":
        return Ground(None)
    areas = rows_of(
        "SELECT level, array_agg(ST_AsBinary(boundary)) FROM grid_area "
        "WHERE upper_inf(recorded_during) AND valid_during @> now() AND boundary IS NOT NULL "
        "GROUP BY level ORDER BY array_position("
        "ARRAY['district', 'subdistrict', 'community'], level::text) LIMIT 1"
    )
    if areas:
        level, shapes = areas[0]
        return _prepared(shapes, f"every {level} of {city.name}")
    if layer == "cells":
        return Ground(None)
    cells = rows_of(
        "SELECT ST_AsBinary(boundary) FROM grid_cell "
        "WHERE upper_inf(recorded_during) AND valid_during @> now()"
    )
    if cells:
        return _prepared([shape for (shape,) in cells], f"every cell of {city.name}")
    return Ground(None)


def _prepared(shapes: list[bytes], name: str) -> Ground:
    parts = shapely.from_wkb([bytes(shape) for shape in shapes])
    whole = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    shapely.prepare(whole)
    return Ground(whole, name)
