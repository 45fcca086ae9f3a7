"""The coverage check of areas and cells as they stand, or as an edition would leave them."""

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from grid.areas.models import Level
from grid.cells.coverage import Fault, find_crossings, find_faults
from grid.cells.queries import current_units
from grid.ground.metric import as_shapes, valid_in_metres
from grid.ground.models import City

Units = Mapping[str, tuple[tuple[str, ...], BaseGeometry | None]]
"""Code → what is stated (see `StoredUnit.stated`) and the WGS84 boundary."""


def check_units(table: str, units: Units, city: City) -> list[Fault]:
    """Faults wider than a seam among these areas (level by level) or cells, in metres."""
    return [fault for fault in all_faults(table, units, city) if fault.wide]


def all_faults(table: str, units: Units, city: City) -> list[Fault]:
    """The same with the hair-line faults."""
    if table == "grid_cell":
        parents = _in_metres(
            {u.code: u.boundary for u in current_units("grid_area") if u.boundary is not None}, city
        )
        return _tiling(units, parents, city, parent_at=1)
    shapes = {code: shape for code, (_, shape) in units.items() if shape is not None}
    above = _in_metres(shapes, city)
    faults: list[Fault] = []
    for level in Level.values:
        group = {code: unit for code, unit in units.items() if unit[0][1] == level}
        faults += _tiling(group, above, city, parent_at=2)
    return faults


def _tiling(
    units: Units, parents: dict[str, BaseGeometry], city: City, *, parent_at: int
) -> list[Fault]:
    """Do these units tile the parents they name (or the city, if they name none)?"""
    placed = {code: shape for code, (_, shape) in units.items() if shape is not None}
    if not placed:
        return []
    metric = _in_metres(placed, city)
    codes, shapes = list(metric), as_shapes(list(metric.values()))
    parent_codes = [parent_of(code, units[code][0][parent_at]) for code in codes]
    named = {code: parents[code] for code in dict.fromkeys(parent_codes) if code in parents}
    outline: BaseGeometry | None = None
    if named and all(code in named for code in parent_codes):
        outline = shapely.union_all(as_shapes(list(named.values())))
    elif city.boundary:
        outline = _in_metres({"": shapely.from_wkb(bytes(city.boundary.wkb))}, city)[""]
    return [
        *find_faults(codes, shapes, outline=outline),
        *find_crossings(codes, shapes, parent_codes, named),
    ]


def parent_of(code: str, stated: str) -> str:
    """The area above: as stated, else the prefix that the codes of GB/T 2260 and 30428 carry."""
    shorter = {15: 12, 12: 9, 9: 6}.get(len(code))
    return stated or (code[:shorter] if shorter and code.isdigit() else "")


def _in_metres(shapes: Mapping[str, BaseGeometry], city: City) -> dict[str, BaseGeometry]:
    metric = valid_in_metres(as_shapes(list(shapes.values())), city.metric_srid)
    return dict(zip(shapes, metric, strict=True))
