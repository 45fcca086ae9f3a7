"""The faults of areas and cells as they stand: overlaps, gaps, crossings, slivers."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from grid.cells.checking import all_faults
from grid.cells.coverage import FaultKind
from grid.cells.queries import current_units
from grid.ground.metric import Shapes, as_shapes, to_degrees
from grid.ground.models import City

LAYERS = {"grid_area": "areas", "grid_cell": "cells"}


@dataclass
class Finding:
    """One kind of finding: items as the report prints them, with their shapes in the metric CRS."""

    items: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[BaseGeometry] = field(default_factory=list)
    facilities: int = 0

    def add(self, shape: Any, srid: int, **said: Any) -> None:
        """Note a finding: what is said of it, a place inside it, and its area."""
        place = to_degrees(as_shapes([shape.representative_point()]), srid)[0]
        self.items.append(
            {
                **said,
                "place": [round(place.x, 7), round(place.y, 7)],
                "area_m2": round(shape.area, 3),
            }
        )
        self.shapes.append(shape)

    def in_degrees(self, srid: int) -> Shapes:
        """The shapes in WGS84."""
        return to_degrees(as_shapes(self.shapes), srid)

    def as_json(self) -> dict[str, Any]:
        """The contract's `{count, area_m2, facilities, items}`."""
        return {
            "count": len(self.items),
            "area_m2": round(float(np.sum([item["area_m2"] for item in self.items])), 3),
            "facilities": self.facilities,
            "items": self.items,
        }


def find_ground_faults(city: City) -> dict[str, Finding]:
    """What is wrong with the areas and cells in force now.

    `overlaps`, `gaps` and `crossings` are wider than a seam; `slivers` are the narrower ones. A gap
    at the edge of its outline (ground not yet drawn) says so with `edge`.
    """
    now = timezone.now()
    found = {kind: Finding() for kind in ("overlaps", "gaps", "crossings", "slivers")}
    kinds = {
        FaultKind.OVERLAP: "overlaps",
        FaultKind.GAP: "gaps",
        FaultKind.OUTER_GAP: "gaps",
        FaultKind.CROSSING: "crossings",
    }
    for table, layer in LAYERS.items():
        units = {
            unit.code: (unit.stated, unit.boundary)
            for unit in current_units(table)
            if unit.holds_at(now)
        }
        for fault in all_faults(table, units, city):
            said: dict[str, Any] = {"layer": layer, "codes": list(fault.codes)}
            if fault.kind == FaultKind.OUTER_GAP:
                said["edge"] = True
            if not fault.wide:
                said["kind"] = fault.kind.value
            kind = kinds[fault.kind] if fault.wide else "slivers"
            found[kind].add(fault.shape, city.metric_srid, **said)
    return found
