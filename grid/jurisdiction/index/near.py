"""Facilities under a plain grid: which one speaks near each of many points."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from numba import njit

from grid.jurisdiction.ground import SEAM_M, FacilityRow, Shapes
from grid.jurisdiction.index.pixels import frozen

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NOBODY, SEVERAL = -1, -2
FAR_M = 200.0  # a wider circle is looked at one by one
MOST_BINS = 1 << 22
ROUNDING_M = 1e-9  # distances nearer than this to a limit are left to GEOS


class Places(NamedTuple):
    """Facility rows as arrays: class and dates of each; points in bins; the numbers of all others."""

    category: Array
    since: Array
    until: Array
    frame: Array
    first: Array
    order: Array
    xs: Array
    ys: Array
    others: Array


@njit(cache=True)
def _nearest(
    points_x: Array,
    points_y: Array,
    at: Array,
    reach: Array,
    asked: Array,
    places: Places,
    fits: Array,
    seam: float,
    found: Array,
    counts: Array,
) -> None:
    """Per point the nearest fitting facility within reach: its row, NOBODY, or SEVERAL as near as it."""
    first, order, xs, ys = places.first, places.order, places.xs, places.ys
    west, south, size = places.frame[0], places.frame[1], places.frame[2]
    width, height = int(places.frame[3]), int(places.frame[4])
    for i in range(len(points_x)):
        px, py, far = points_x[i], points_y[i], reach[i]
        moment = at[i] if len(at) > 1 else at[0]
        best, second = np.inf, np.inf
        found[i], counts[i] = NOBODY, 0
        if asked[i] < 0 or not (np.isfinite(px) and np.isfinite(py)):
            continue
        low_column = max(int(np.floor((px - far - west) / size)), 0)
        high_column = min(int(np.floor((px + far - west) / size)), width - 1)
        for row in range(
            max(int(np.floor((py - far - south) / size)), 0),
            min(int(np.floor((py + far - south) / size)), height - 1) + 1,
        ):
            if low_column > high_column:
                break
            start, end = first[row * width + low_column], first[row * width + high_column + 1]
            for k in range(start, end):
                dx, dy = xs[k] - px, ys[k] - py
                distance = np.sqrt(dx * dx + dy * dy)
                if distance > far + ROUNDING_M:
                    continue
                who = order[k]
                if not places.since[who] <= moment < places.until[who]:
                    continue
                if not fits[asked[i], places.category[who]]:
                    continue
                counts[i] += 1
                if distance > far - ROUNDING_M:
                    counts[i] += 2  # on the rim: to be looked at exactly
                    second = min(second, distance)
                    best = min(best, distance)
                elif distance < best:
                    best, second = distance, best
                    found[i] = who
                else:
                    second = min(second, distance)
        if counts[i] and second <= best + seam + ROUNDING_M:
            found[i] = SEVERAL


class NearFacilities:
    """Facilities of all dates by place; `categories` are the keys their classes are numbered by."""

    def __init__(self, shapes: Shapes, categories: Sequence[str], places: Places) -> None:
        self.shapes, self.categories, self.places = shapes, categories, places

    @classmethod
    def of(cls, rows: Sequence[FacilityRow], shapes: Shapes) -> "NearFacilities":
        """Bin facility rows by their shapes."""
        keys = sorted({row.category for row in rows})
        number = {key: n for n, key in enumerate(keys)}
        spans = [(row.valid.start, row.valid.end) for row in rows]
        points = np.flatnonzero(shapely.get_type_id(shapes) == 0)
        x, y = shapely.get_x(shapes[points]), shapely.get_y(shapes[points])
        frame, bins = _bins(x, y)
        order = np.argsort(bins, kind="stable")
        starts = np.arange(int(frame[3] * frame[4]) + 1)
        places = Places(
            category=np.array([number[row.category] for row in rows], np.int32),
            since=np.array([s.timestamp() if s else -np.inf for s, _ in spans], np.float64),
            until=np.array([e.timestamp() if e else np.inf for _, e in spans], np.float64),
            frame=frame,
            first=np.searchsorted(bins[order], starts).astype(np.int64),
            order=points[order],
            xs=x[order],
            ys=y[order],
            others=np.flatnonzero(shapely.get_type_id(shapes) != 0),
        )
        return cls(shapes, keys, Places(*(frozen(array) for array in places)))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes[self.places.others])

    def speaking(
        self, x: Floats, y: Floats, at: Floats, reach: Floats, asked: Ints, fits: Array
    ) -> tuple[Ints, Ints]:
        """Per point (row of the facility that speaks, how many are within reach).

        NOBODY where there is none, SEVERAL where only the exact code can say. `asked` numbers the
        rows of `fits`, which says which classes of facilities are of a category asked; -1 asks for none.
        """
        found, counts = np.full(len(x), NOBODY, np.int64), np.zeros(len(x), np.int64)
        if len(self.places.order):
            _nearest(
                x, y, at, np.minimum(reach, FAR_M), asked, self.places, fits, SEAM_M, found, counts,
            )  # fmt: skip
        self._others_too(x, y, at, reach, asked, fits, found, counts)
        found[(reach > FAR_M) & (asked >= 0)] = SEVERAL
        return found, counts

    def _others_too(
        self,
        x: Floats,
        y: Floats,
        at: Floats,
        reach: Floats,
        asked: Ints,
        fits: Array,
        found: Ints,
        counts: Ints,
    ) -> None:
        """Lines and polygons: alone within reach they speak, beside others the exact code looks."""
        if (
            not len(self.places.others)
            or not fits[:, np.unique(self.places.category[self.places.others])].any()
        ):
            return
        some = np.flatnonzero(asked >= 0)
        point, other = self._tree.query(
            shapely.points(x[some], y[some]),
            "dwithin",
            distance=np.minimum(reach[some], FAR_M) + ROUNDING_M,
        )
        point, row = some[point], self.places.others[other]
        moment = at[point] if len(at) > 1 else np.full(len(point), at[0])
        fit = (
            fits[asked[point], self.places.category[row]]
            & (self.places.since[row] <= moment)
            & (moment < self.places.until[row])
        )
        point, row = point[fit], row[fit]
        distance = shapely.distance(self.shapes[row], shapely.points(x[point], y[point]))
        several = (counts[point] > 0) | (distance > reach[point] - ROUNDING_M)
        counts += np.bincount(point, minlength=len(x))
        several |= counts[point] > 1
        found[point] = np.where(several, SEVERAL, row)


def _bins(x: Floats, y: Floats) -> tuple[Floats, Ints]:
    """A frame (west, south, size, width, height) for points, and the bin of each."""
    if not len(x):
        return np.array([0.0, 0.0, 1.0, 1.0, 1.0]), np.empty(0, np.int64)
    west, south = float(x.min()), float(y.min())
    wide, high = float(x.max()) - west, float(y.max()) - south
    size = max(10.0, float(np.sqrt(wide * high / MOST_BINS)), wide / MOST_BINS, high / MOST_BINS)
    width, height = int(wide / size) + 1, int(high / size) + 1
    bins = ((y - south) / size).astype(np.int64) * width + ((x - west) / size).astype(np.int64)
    return np.array([west, south, size, width, height]), bins
