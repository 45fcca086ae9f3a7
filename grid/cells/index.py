"""Cells in memory: the cell of many places at once, by the same rule as the database's."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import STRtree

from grid.cells.seams import SEAM_M
from grid.ground.metric import Shapes, as_shapes, to_metres

REACH_DEGREES = 0.00001  # more than a seam's width, as far as the 84th parallel


class CellIndex:
    """An immutable set of cells (WGS84) that answers for arrays of places."""

    def __init__(self, codes: Sequence[str], shapes: Shapes, srid: int) -> None:
        order = sorted(
            range(len(codes)), key=codes.__getitem__
        )  # the lowest index, the lowest code
        self._codes = as_codes([*(codes[n] for n in order), ""])
        self._shapes = shapes[order]
        self._srid = srid
        self._tree = STRtree(self._shapes)
        shapely.prepare(self._shapes)

    def codes_of(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.object_]:
        """The code of each place's cell: it covers the place (of several the lowest code), else is the
        nearest within a seam's width; blank where there is none."""
        points = as_shapes(np.asarray(shapely.points(np.atleast_1d(lon), np.atleast_1d(lat))))
        nobody = len(self._shapes)
        found = np.full(len(points), nobody)
        place, cell = self._tree.query(points, predicate="intersects")
        np.minimum.at(found, place, cell)
        lost = np.flatnonzero(found == nobody)
        place, cell = self._tree.query(
            as_shapes(np.asarray(shapely.buffer(points[lost], REACH_DEGREES, cap_style="square")))
        )
        if len(place):
            place = lost[place]
            apart = shapely.distance(
                to_metres(points[place], self._srid), to_metres(self._shapes[cell], self._srid)
            )
            for n in np.lexsort((cell, apart))[
                ::-1
            ]:  # the nearest, then the lowest, is written last
                if apart[n] <= SEAM_M:
                    found[place[n]] = cell[n]
        return np.asarray(self._codes[found], dtype=object)


def as_codes(codes: Sequence[str]) -> NDArray[np.object_]:
    """Codes as an object array."""
    return np.array(codes, dtype=object)
