"""What an edition states: its rows as plain values, what publishing it did, and what was wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from grid.cells.coverage import Fault, FaultKind
from grid.ground.metric import as_shapes, to_degrees

BLOCKING = frozenset({FaultKind.OVERLAP, FaultKind.GAP, FaultKind.CROSSING})
MOST_ITEMS = 200  # faults kept in full with an edition; `check_ground` lists them all


@dataclass(frozen=True)
class AreaRow:
    """An area as a file states it; `boundary` is a WGS84 polygon or multipolygon, or not known."""

    code: str
    name: str
    level: str
    parent_code: str = ""
    zone: str = ""
    boundary: BaseGeometry | None = None


@dataclass(frozen=True)
class CellRow:
    """A cell as a file states it; `boundary` is a WGS84 polygon or multipolygon."""

    code: str
    boundary: BaseGeometry
    name: str = ""
    community_code: str = ""


Row = AreaRow | CellRow


@dataclass
class EditionReport:
    """What publishing did. `edition` is None when the rows changed nothing.

    `faults` holds everything wider than a seam that is now wrong with the areas or cells in force
    (or, of a draft, would be), in the city's metric CRS; `snapped` what was closed on the way.
    """

    edition: int | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    snapped: list[Fault] = field(default_factory=list)
    changed_cells: list[str] = field(default_factory=list)
    valid_from: datetime | None = None

    @property
    def blocking(self) -> list[Fault]:
        """Faults that need an explicit acceptance (ground not yet drawn at the edge does not)."""
        return [fault for fault in self.faults if fault.kind in BLOCKING]

    def as_json(self, srid: int) -> dict[str, Any]:
        """The findings as an edition keeps them: counts, areas, and the largest with their places."""
        kinds = {
            kind.value: summary([fault for fault in self.faults if fault.kind == kind], srid)
            for kind in FaultKind
        }
        return {**kinds, "snapped": {"count": len(self.snapped), "area_m2": _area(self.snapped)}}


def summary(faults: Sequence[Fault], srid: int) -> dict[str, Any]:
    """Faults as `{count, area_m2, items}`, items with codes, place and area."""
    return {
        "count": len(faults),
        "area_m2": _area(faults),
        "items": items(faults[:MOST_ITEMS], srid),
    }


def items(faults: Sequence[Fault], srid: int) -> list[dict[str, Any]]:
    """Each fault's codes, a place inside it as WGS84, and its area."""
    inside = as_shapes([fault.shape.representative_point() for fault in faults])
    return [
        {
            "codes": list(fault.codes),
            "place": [round(point.x, 7), round(point.y, 7)],
            "area_m2": round(fault.area_m2, 3),
        }
        for fault, point in zip(faults, to_degrees(inside, srid), strict=True)
    ]


def _area(faults: Sequence[Fault]) -> float:
    return round(float(np.sum([fault.area_m2 for fault in faults])), 3)
