"""Polygons under an exact pixel index: arrays that are built once, kept on disk and mapped into memory."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from grid.jurisdiction.index import asking, building

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

# A pixel holds few edges and a polygon many pixels; both within what memory and disk bear.
EDGES_LONG = 1.5
ACROSS = 6.0
SMALLEST_M = 4.0
MOST_PIXELS = 1 << 24
MOST_COVERS = 1 << 26
# The frame starts off any round coordinate, so that no survey's lines fall on centres of pixels.
OFF_ROUND = 1.2345678901


@dataclass(frozen=True)
class Pixels:
    """Polygons (by number) and, per pixel, which of them hold its centre and which edges cross it.

    `frame` is (west, south, pixel size in metres, width, height); pixel → list (`of_pixel`) → entries
    (`start`) of polygon, flag at the centre and edges (`first`, `edges`: numbers of start corners).
    """

    frame: Floats
    of_pixel: npt.NDArray[np.int32]
    start: Ints
    polygon: npt.NDArray[np.int32]
    flag: npt.NDArray[np.uint8]
    first: Ints
    edges: npt.NDArray[np.int32]
    xs: Floats
    ys: Floats

    @classmethod
    def of(cls, shapes: Shapes) -> "Pixels":
        """Index polygons and multipolygons in metres; anything that is no area holds no point."""
        xs, ys, is_edge, first_corner = _corners(shapes)
        frame = _frame(xs, ys, is_edge, shapes)
        west, south, size = (float(v) for v in frame[:3])
        width, height = int(frame[3]), int(frame[4])
        first_edge, edges = building.list_edges(xs, ys, is_edge, west, south, size, width, height)
        runs, unsure = building.list_runs(
            xs, ys, is_edge, first_corner, west, south, size, width, height
        )
        first_cover, covers = building.list_covers(runs, width, height)
        owner = np.repeat(
            np.arange(len(shapes), dtype=np.int32), np.diff(first_corner).astype(np.int64)
        )
        of_pixel, start, polygon, flag, first = building.merge_lists(
            first_edge, edges, owner, first_cover, covers, width
        )
        for pixel, who in unsure:
            line = of_pixel[pixel]
            mine = slice(start[line], start[line + 1])
            flag[mine][polygon[mine] == who] = asking.UNSURE
        arrays = (frame, of_pixel, start, polygon, flag, first, edges, xs, ys)
        return cls(*(frozen(array) for array in arrays))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> "Pixels":
        """The same from its arrays, as `arrays` gave them."""
        return cls(**{f.name: arrays[f.name] for f in fields(cls)})  # type: ignore[arg-type]

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Everything it consists of, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together."""
        return sum(array.nbytes for array in self.arrays().values())

    def lowest(
        self,
        x: Floats,
        y: Floats,
        at: Floats,
        rank: Ints,
        since: Floats,
        until: Floats,
    ) -> Ints:
        """Per point the polygon of lowest rank in force that holds it; NOBODY or LEFT_TO_GEOS."""
        found = np.empty(len(x), np.int64)
        asking.lowest(
            x, y, at, self.frame, self.of_pixel, self.start, self.polygon, self.flag, self.first,
            self.edges, self.xs, self.ys, rank, since, until, found,
        )  # fmt: skip
        return found

    def covering(
        self, x: Floats, y: Floats, at: Floats, since: Floats, until: Floats
    ) -> tuple[Ints, npt.NDArray[np.int32]]:
        """Per point all polygons in force that hold it: (offsets, polygons); LEFT_TO_GEOS for some."""
        offsets = np.zeros(len(x) + 1, np.int64)
        rows = np.empty(4 * len(x) + 1024, np.int32)
        done = 0
        while True:
            done = asking.covering(
                x, y, at, self.frame, self.of_pixel, self.start, self.polygon, self.flag,
                self.first, self.edges, self.xs, self.ys, since, until, offsets, rows, done,
            )  # fmt: skip
            if done == len(x):
                return offsets, rows[: offsets[-1]]
            rows = np.concatenate([rows, np.empty(len(rows) + len(self.polygon), np.int32)])

    def listed(self, x: Floats, y: Floats) -> Ints:
        """The polygons that are listed in the pixels of these points (all within the frame)."""
        west, south, size, width = (float(v) for v in self.frame[:4])
        column, row = ((x - west) / size).astype(np.int64), ((y - south) / size).astype(np.int64)
        lines = np.unique(self.of_pixel[row * int(width) + column])
        listed = [self.polygon[self.start[line] : self.start[line + 1]] for line in lines]
        return np.unique(np.concatenate(listed)).astype(np.int64)

    def edge_within(self, x: Floats, y: Floats, reach: Floats) -> npt.NDArray[np.bool_]:
        """Per point whether an edge of any polygon may lie within its reach."""
        found = np.zeros(len(x), np.bool_)
        asking.edge_within(
            x, y, reach, self.frame, self.of_pixel, self.start, self.first, self.edges,
            self.xs, self.ys, found,
        )  # fmt: skip
        return found


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same as a plain array that cannot be written to: of one compiled kind, built or mapped."""
    plain = array.view(np.ndarray)
    plain.flags.writeable = False
    return plain


def _corners(
    shapes: Shapes,
) -> tuple[Floats, Floats, npt.NDArray[np.bool_], Ints]:
    """Flat corners of all rings, which of them start an edge, and the first corner of each polygon."""
    areal = np.isin(shapely.get_type_id(shapes), [3, 6])
    areas = shapes.copy()
    areas[~areal] = None
    parts, of_shape = shapely.get_parts(areas, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    xs, ys = np.ascontiguousarray(corners[:, 0]), np.ascontiguousarray(corners[:, 1])
    is_edge = np.zeros(len(xs), np.bool_)
    if len(xs):
        is_edge[:-1] = (ring[1:] == ring[:-1]) & ((xs[1:] != xs[:-1]) | (ys[1:] != ys[:-1]))
    of_corner = of_shape[of_part[ring]] if len(xs) else np.empty(0, np.int64)
    return xs, ys, is_edge, np.searchsorted(of_corner, np.arange(len(shapes) + 1)).astype(np.int64)


def _frame(xs: Floats, ys: Floats, is_edge: npt.NDArray[np.bool_], shapes: Shapes) -> Floats:
    """The pixels' corner, size and number, by the length of edges and the size of polygons."""
    if not is_edge.any():
        return np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    west, south = xs.min() - OFF_ROUND, ys.min() - OFF_ROUND
    east, north = xs.max() + OFF_ROUND, ys.max() + OFF_ROUND
    starts = np.flatnonzero(is_edge)
    edge = float(np.hypot(xs[starts + 1] - xs[starts], ys[starts + 1] - ys[starts]).mean())
    covered = float(shapely.area(shapes).sum())
    size = min(EDGES_LONG * edge, np.sqrt(covered / len(shapes)) / ACROSS)
    size = max(
        size,
        SMALLEST_M,
        np.sqrt((east - west) * (north - south) / MOST_PIXELS),
        np.sqrt(covered / MOST_COVERS),
    )
    width, height = np.floor((east - west) / size) + 1, np.floor((north - south) / size) + 1
    return np.array([west, south, size, width, height])
