"""The ground in memory: a window of it, or all of it, at one ground version, in metres.

A `GroundSlice` is what a question is decided on. The same slice type serves one question (a window
read in one round trip), many (the whole ground) and what-if (a slice with a change laid over it),
so that the three ways cannot differ. It holds records of every date; a question picks those in
force at its instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

SEAM_M = 0.05  # closer than this to a boundary counts as on it
# An edge is straight in degrees and in metres nearly so: a point on it may come to lie half a
# millimetre beside it. Nearer than this to a shape counts as covered by it.
ON_EDGE_M = 0.001
OUTLINE = -1  # stands for the city's outline among dividers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open validity, None for unbounded."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """The instant lies in it."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Body:
    """An organization as far as a verdict needs it; its successor acts from an instant, or always."""

    code: str
    name: str
    kind: str
    parent: str = ""
    successor: str = ""
    area_code: str = ""
    contact: bool = False
    successor_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An administrative area."""

    code: str
    level: str
    valid: Span = Span()


@dataclass(frozen=True, slots=True)
class CellRow:
    """A grid cell."""

    code: str
    valid: Span = Span()


@dataclass(frozen=True, slots=True)
class GroundRow:
    """A piece of ground with a claim on it: an ownership area, a red line or a precedent."""

    kind: str
    code: str
    organization: str
    role: str
    categories: frozenset[str]
    document: str
    effective_on: date | None
    area_m2: float
    valid: Span = Span()


@dataclass(frozen=True, slots=True)
class PartyRow:
    """What a facility's own record says for a body.

    `kind` is project (its builder), party (registered), upkeep, signed or claimed (handovers).
    """

    facility: str
    kind: str
    organization: str
    role: str
    source_code: str
    document: str
    effective_on: date | None
    valid: Span = Span()


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility's identity and class; `parent` is what it hangs on (lamp → circuit), empty for none."""

    code: str
    category: str
    valid: Span = Span()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A line of the catalogue as far as a verdict needs it; `number` is its primary key."""

    number: int
    category: str
    scenario: str
    area_code: str
    role: str
    organization: str
    supervisor: str
    custodian: str
    legal_basis: str
    valid: Span = Span()


@dataclass(frozen=True, slots=True)
class Places:
    """Where points lie: per point the areas by level, the grounds covering it, inside the city.

    `areas[i]` are row numbers of areas, outermost first; `grounds[i]` row numbers of grounds.
    """

    inside: npt.NDArray[np.bool_]
    areas: list[tuple[int, ...]]
    grounds: list[tuple[int, ...]]


LEVELS = ("district", "subdistrict", "community")


@dataclass(frozen=True)
class Areas:
    """Administrative areas with their indexes, made once for all that is asked of a version."""

    rows: Sequence[AreaRow]
    shapes: Shapes

    @cached_property
    def by_level(self) -> list["Layer"]:
        """A layer for each of `LEVELS`, outermost first."""
        layers = []
        for level in LEVELS:
            numbers = np.array(
                [n for n, area in enumerate(self.rows) if area.level == level], dtype=np.int64
            )
            rows = [self.rows[n] for n in numbers]
            layers.append(Layer(rows, self.shapes[numbers], numbers))
        return layers

    @cached_property
    def numbers(self) -> Mapping[str, Sequence[int]]:
        """Area code → its row numbers (one for each record of it)."""
        numbers: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows):
            numbers.setdefault(row.code, []).append(number)
        return numbers

    @cached_property
    def layer(self) -> "Layer":
        """All of them in one layer."""
        return Layer(self.rows, self.shapes)


@dataclass(frozen=True)
class GroundSlice:
    """Records of one ground version, of any date; shapes in the city's metric CRS.

    `outline` is the city's boundary, None when the city has none of its own: then whatever lies in
    an area or a cell is inside, and with neither loaded everything is. Categories are keyed
    `kind:code`; `ancestry` leads from one to itself and its parents, near first.
    """

    outline: BaseGeometry | None
    anything_mapped: bool
    areas: Sequence[AreaRow]
    area_shapes: Shapes
    cells: Sequence[CellRow]
    cell_shapes: Shapes
    grounds: Sequence[GroundRow]
    ground_shapes: Shapes
    facilities: Sequence[FacilityRow]
    facility_shapes: Shapes
    parties: Mapping[str, Sequence[PartyRow]]
    duties: Mapping[str, Sequence[DutyRow]]
    bodies: Mapping[str, Body]
    ancestry: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    indexed_areas: Areas | None = None

    @cached_property
    def _areas(self) -> Areas:
        return self.indexed_areas or Areas(self.areas, self.area_shapes)

    @property
    def _areas_by_level(self) -> list["Layer"]:
        return self._areas.by_level

    @property
    def _area_layer(self) -> "Layer":
        return self._areas.layer

    @cached_property
    def _cell_layer(self) -> "Layer":
        return Layer(self.cells, self.cell_shapes)

    @cached_property
    def _ground_layer(self) -> "Layer":
        return Layer(self.grounds, self.ground_shapes)

    @cached_property
    def _facility_layer(self) -> "Layer":
        return Layer(self.facilities, self.facility_shapes)

    @cached_property
    def facility_numbers(self) -> Mapping[str, Sequence[int]]:
        """Facility code → its row numbers (one for each record of it)."""
        numbers: dict[str, list[int]] = {}
        for number, row in enumerate(self.facilities):
            numbers.setdefault(row.code, []).append(number)
        return numbers

    def cells_of(self, points: Shapes, at: Floats) -> list[str]:
        """The one cell of each point: covers, then lowest code; within 5 cm of a seam the nearest.

        `at` are instants as POSIX seconds. An empty string where no cell is.
        """
        found = self._cell_layer.lowest_covering(points, at)
        return [self.cells[n].code if n >= 0 else "" for n in found]

    def places_of(self, points: Shapes, at: Floats) -> Places:
        """Areas and grounds at each point and instant, and whether it is inside the city."""
        by_level = [layer.lowest_covering(points, at) for layer in self._areas_by_level]
        areas = [
            tuple(int(level[i]) for level in by_level if level[i] >= 0) for i in range(len(points))
        ]
        grounds: list[list[int]] = [[] for _ in range(len(points))]
        for point, ground in zip(*self._ground_layer.covering(points, at), strict=True):
            grounds[int(point)].append(int(ground))
        return Places(
            inside=self._inside(points, at, areas),
            areas=areas,
            grounds=[tuple(sorted(g)) for g in grounds],
        )

    def area_numbers(self, codes: Sequence[str], at: datetime) -> tuple[int, ...]:
        """Row numbers of areas by their codes, at an instant."""
        numbers = self._areas.numbers
        return tuple(n for code in codes for n in numbers[code] if self.areas[n].valid.holds(at))

    def one_a_level(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Of areas that all cover a place the ones that count: of each level the lowest code."""
        if len(numbers) > 1:
            numbers = sorted(numbers, key=lambda n: self.areas[n].code)
        levels = [self.areas[n].level for n in numbers]
        return tuple(numbers[levels.index(level)] for level in LEVELS if level in levels)

    def facilities_near(
        self, point: BaseGeometry, reach_m: float, at: datetime
    ) -> list[tuple[float, int]]:
        """Facilities within reach, nearest first: (distance in metres, row number)."""
        hits = self._facility_layer.tree.query(point, "dwithin", distance=reach_m)
        near = [
            (float(shapely.distance(point, self.facility_shapes[n])), int(n))
            for n in hits
            if self.facilities[n].valid.holds(at)
        ]
        return sorted(near, key=lambda hit: (hit[0], self.facilities[hit[1]].code))

    def areas_touching(
        self, shape: BaseGeometry, level: str, reach_m: float, at: datetime
    ) -> list[int]:
        """Row numbers of the areas of a level within reach of a shape."""
        layer = self._areas_by_level[LEVELS.index(level)]
        hits = layer.tree.query(shape, "dwithin", distance=reach_m)
        return [int(layer.numbers[n]) for n in hits if layer.rows[n].valid.holds(at)]

    def shapes_within(
        self, window: BaseGeometry, area_codes: set[str], at: datetime
    ) -> list[BaseGeometry]:
        """Every boundary in the window across which an answer can change."""
        return self.dividers_within(window, area_codes, at)[0]

    def dividers_within(
        self, place: BaseGeometry, area_codes: set[str], at: datetime, reach_m: float = 0.0
    ) -> tuple[list[BaseGeometry], list[int]]:
        """The same within reach of a place, and what each is.

        A ground by its row number, the outline -1, an area by `area_divider` of its row number.
        """
        numbers = [
            int(n)
            for n in self._ground_layer.tree.query(place, "dwithin", distance=reach_m)
            if self.grounds[n].valid.holds(at)
        ]
        shapes = [self.ground_shapes[n] for n in numbers]
        for n in self._area_layer.tree.query(place, "dwithin", distance=reach_m):
            area = self.areas[n]
            if area.valid.holds(at) and (area.code in area_codes or self.outline is None):
                shapes.append(self.area_shapes[n])
                numbers.append(area_divider(int(n)))
        if self.outline is not None and shapely.dwithin(self.outline, place, reach_m):
            shapes.append(self.outline)
            numbers.append(OUTLINE)
        return shapes, numbers

    def _inside(
        self, points: Shapes, at: Floats, areas: list[tuple[int, ...]]
    ) -> npt.NDArray[np.bool_]:
        if self.outline is None and not self.anything_mapped:
            return np.ones(len(points), dtype=np.bool_)
        inside = np.array([bool(a) for a in areas], dtype=np.bool_)
        if self.outline is not None:
            shapely.prepare(self.outline)
            inside |= shapely.dwithin(points, self.outline, SEAM_M)
        rest = np.flatnonzero(~inside)
        inside[rest] = self._cell_layer.lowest_covering(points[rest], at[rest]) >= 0
        return inside


def area_divider(number: int) -> int:
    """What stands for an area among dividers, from its row number; and back."""
    return -2 - number


class Layer:
    """Rows with shapes and validity under one spatial index; answers in the slice's row numbers."""

    def __init__(
        self,
        rows: Sequence[AreaRow | CellRow | GroundRow | FacilityRow],
        shapes: Shapes,
        numbers: Ints | None = None,
    ) -> None:
        self.tree = STRtree(shapes)
        self.rows = rows
        self.numbers = np.arange(len(rows), dtype=np.int64) if numbers is None else numbers
        self.start = np.array(
            [r.valid.start.timestamp() if r.valid.start else -np.inf for r in rows], dtype=float
        )
        self.end = np.array(
            [r.valid.end.timestamp() if r.valid.end else np.inf for r in rows], dtype=float
        )

    def covering(self, points: Shapes, at: Floats) -> tuple[Ints, Ints]:
        """Pairs (point number, row number) of rows that cover a point at its instant.

        On an edge (within 1 mm) both sides cover it. Where nothing does, and rows on both sides of it
        leave less than 5 cm between them, it is in a hair-line gap: the nearest covers it (and all that
        is as near, to 1 mm). Beside an edge that two rows share (a boundary drawn twice) is no gap.
        """
        point, row = self.tree.query(points, "dwithin", distance=ON_EDGE_M)
        point, row = self._in_force(point, row, at, local=True)
        uncovered = np.ones(len(points), dtype=np.bool_)
        uncovered[point] = False
        missing = np.flatnonzero(uncovered)
        if not len(missing):
            return point, self.numbers[row]
        near_point, near_row, distance = self._near_seams(points, missing, at)
        order = np.lexsort((distance, near_point))
        near_point, near_row, distance = near_point[order], near_row[order], distance[order]
        first = np.searchsorted(near_point, near_point)  # of each point its nearest row
        away = self._ways(points[near_point], near_row)
        opposite = (away * away[first]).sum(axis=1) < 0
        across = opposite & (distance + distance[first] <= SEAM_M)
        in_gap = np.zeros(len(points), dtype=np.bool_)
        in_gap[near_point[across]] = True
        near = (distance <= distance[first] + ON_EDGE_M) & in_gap[near_point]
        point = np.concatenate([point, near_point[near]])
        return point, self.numbers[np.concatenate([row, near_row[near]])]

    def lowest_covering(self, points: Shapes, at: Floats) -> Ints:
        """Per point the row covering it (lowest code), else the nearest within 5 cm, else -1.

        On an edge (within 1 mm) both sides cover it.
        """
        found = np.full(len(points), -1, dtype=np.int64)
        if not len(self.rows) or not len(points):
            return found
        point, row = self.tree.query(points, "dwithin", distance=ON_EDGE_M)
        for p, r in zip(*self._in_force(point, row, at, local=True), strict=True):
            if found[p] < 0 or self.rows[r].code < self.rows[found[p]].code:
                found[p] = r
        missing = np.flatnonzero(found < 0)
        if not len(missing):
            return self.numbers[found]
        best: dict[int, tuple[float, str]] = {}
        for p, r, distance in zip(*self._near_seams(points, missing, at), strict=True):
            rank = (float(distance), self.rows[r].code)
            if int(p) not in best or rank < best[int(p)]:
                best[int(p)] = rank
                found[p] = r
        return np.where(found >= 0, self.numbers[found], -1) if len(self.numbers) else found

    def _ways(self, points: Shapes, rows: Ints) -> Floats:
        """The way (east, north) from each point to the nearest place of its row."""
        if not len(points):
            return np.empty((0, 2))
        lines = shapely.shortest_line(points, self.tree.geometries[rows])
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        ways: Floats = ends[:, 1] - ends[:, 0]
        return ways

    def _near_seams(self, points: Shapes, missing: Ints, at: Floats) -> tuple[Ints, Ints, Floats]:
        """Points of these that lie within 5 cm of a row: (point, row, distance)."""
        point, row = self.tree.query(points[missing], "dwithin", distance=SEAM_M)
        point, row = self._in_force(missing[point], row, at, local=True)
        return point, row, shapely.distance(points[point], self.tree.geometries[row])

    def _in_force(
        self, point: Ints, row: Ints, at: Floats, *, local: bool = False
    ) -> tuple[Ints, Ints]:
        keep = (self.start[row] <= at[point]) & (at[point] < self.end[row])
        return point[keep], row[keep] if local else self.numbers[row[keep]]
