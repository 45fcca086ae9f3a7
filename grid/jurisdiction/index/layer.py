"""Dated rows with shapes under the pixel index: the answers of `ground.Layer`, many points at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from grid.jurisdiction.ground import AreaRow, CellRow, GroundRow, Layer, Shapes
from grid.jurisdiction.index.asking import LEFT_TO_GEOS
from grid.jurisdiction.index.pixels import Pixels, frozen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


Dated = AreaRow | CellRow | GroundRow


class Dates(NamedTuple):
    """Since when and until when rows are in force (POSIX seconds), and their place in the order of codes."""

    since: Floats
    until: Floats
    rank: Ints


def dates_of(rows: Sequence[Dated]) -> Dates:
    """The dates of rows as arrays."""
    order = np.argsort(np.array([r.code for r in rows], dtype=object), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Dates(
        frozen(np.array([_seconds(r.valid.start, -np.inf) for r in rows], np.float64)),
        frozen(np.array([_seconds(r.valid.end, np.inf) for r in rows], np.float64)),
        frozen(rank),
    )


class IndexedLayer:
    """One layer: rows, shapes in metres, and their pixels.

    What the pixels leave open (a point on an edge, or in a gap within 5 cm of one) is asked of the exact
    layer of the few rows around it: the very code of the single answer.
    """

    def __init__(self, rows: Sequence[Dated], shapes: Shapes, pixels: Pixels, dates: Dates) -> None:
        self.rows, self.shapes, self.pixels = rows, shapes, pixels
        self.dates = dates
        self.since, self.until, self.rank = dates

    @classmethod
    def of(cls, rows: Sequence[Dated], shapes: Shapes) -> "IndexedLayer":
        """Index rows with their shapes."""
        return cls(rows, shapes, Pixels.of(shapes), dates_of(rows))

    def lowest_covering(self, x: Floats, y: Floats, at: Floats) -> Ints:
        """Per point the row that holds it (lowest code), else the nearest within 5 cm, else -1.

        `at` are POSIX seconds: one for all points, or one for each.
        """
        found = self.pixels.lowest(x, y, at, self.rank, self.since, self.until)
        left = np.flatnonzero(found == LEFT_TO_GEOS)
        if len(left):
            layer, numbers = self._around(x[left], y[left])
            exact = layer.lowest_covering(_points(x[left], y[left]), _each(at, left))
            found[left] = np.where(exact >= 0, numbers[exact], -1)
        return found

    def covering(self, x: Floats, y: Floats, at: Floats) -> tuple[Ints, npt.NDArray[np.int32]]:
        """Per point all rows that hold it, ascending: (offsets, rows)."""
        offsets, rows = self.pixels.covering(x, y, at, self.since, self.until)
        left = np.flatnonzero(rows == LEFT_TO_GEOS)
        if not len(left):
            return offsets, rows
        points = np.searchsorted(offsets, left, side="right") - 1
        layer, numbers = self._around(x[points], y[points])
        which, row = layer.covering(_points(x[points], y[points]), _each(at, points))
        counts = np.diff(offsets)
        owner = np.delete(np.repeat(np.arange(len(x)), counts), left)
        owner = np.concatenate([owner, points[which]])
        rows = np.concatenate([np.delete(rows, left), numbers[row].astype(np.int32)])
        order = np.lexsort((rows, owner))
        offsets = np.searchsorted(owner[order], np.arange(len(x) + 1)).astype(np.int64)
        return offsets, rows[order]

    def _around(self, x: Floats, y: Floats) -> tuple[Layer, Ints]:
        """The exact layer of all rows in the pixels of these points, and their numbers."""
        numbers = self.pixels.listed(x, y)
        return Layer([self.rows[n] for n in numbers], self.shapes[numbers]), numbers


def _points(x: Floats, y: Floats) -> Shapes:
    return np.asarray(shapely.points(x, y), dtype=object)


def _each(at: Floats, points: Ints) -> Floats:
    return at[points] if len(at) > 1 else np.full(len(points), at[0])


def _seconds(moment: datetime | None, unbounded: float) -> float:
    return moment.timestamp() if moment is not None else unbounded
