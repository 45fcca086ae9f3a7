"""The margin without cutting the ground: mostly the nearest boundary alone changes the answer.

Within the distance to the i-th nearest boundary only the i-1 boundaries before it can change what covers
a place. So boundaries are crossed one by one, near first; where the answer changes just behind the
nearest point of one, and nothing before it could have changed it, that distance is the margin.
"""

from collections.abc import Callable, Collection
from itertools import combinations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Point

from grid.jurisdiction.ground import OUTLINE, Shapes

CROSSED = 4  # boundaries tried one by one; behind them the ground is cut
CLEAR_M = 0.5  # so far around the crossing no other boundary may lie
TOO_NEAR_M = 0.1  # nearer than this the seam's own rules hold
HALF = 0.25  # both sides of the boundary there have at least this part of that circle

Grounds = tuple[int, ...]


def margin_by_crossing(
    centre: Point,
    shapes: Shapes,
    edges: Shapes,
    numbers: npt.NDArray[np.int64],
    away: npt.NDArray[np.float64],
    changes: Callable[[Collection[int]], bool],
) -> tuple[float | None, float]:
    """(margin, or None if not found so; up to where it is certain that nothing changes the answer).

    `shapes` are the grounds and areas with a boundary around, `numbers` what they are (see
    `dividers_within`), `away` the distance of each of these `edges`; `changes` says whether the answer is
    another where exactly these cover the place. Behind an area's boundary mostly begins another
    area: where crossing it may change the answer, or the outline is near, the ground is cut.
    """
    order = np.argsort(away)
    covering = {
        int(n)
        for n, covers in zip(numbers, shapely.intersects(shapes, centre), strict=True)
        if covers
    } - {OUTLINE}
    areas, certain = _areas(covering), 0.0
    for rank, this in enumerate(order[:CROSSED]):
        if away[this] < TOO_NEAR_M or numbers[this] == OUTLINE:
            break
        here = int(numbers[this])
        before = [int(numbers[n]) for n in order[:rank]]
        sets = [
            covering.symmetric_difference({here, *some})
            for size in range(rank + 1)
            for some in combinations(before, size)
        ]
        if any(changes(one) for one in sets):
            behind = None
            if here >= 0:
                behind = _behind(centre, shapes, edges, numbers, covering, int(this))
            found = behind is not None and _areas(behind) == areas and changes(behind)
            return (float(away[this]) if found else None), certain
        certain = float(away[this])
    return None, certain


def _behind(
    centre: Point,
    shapes: Shapes,
    edges: Shapes,
    numbers: npt.NDArray[np.int64],
    covering: set[int],
    this: int,
) -> set[int] | None:
    """The grounds just behind the nearest point of a boundary; None where it is not clear there."""
    spot = shapely.get_point(shapely.shortest_line(centre, edges[this]), 1)
    near = shapely.dwithin(edges, spot, CLEAR_M)
    if near.sum() > 1:
        return None
    circle = spot.buffer(CLEAR_M, quad_segs=4)
    inside = shapely.area(shapely.intersection(shapes[this], circle)) / circle.area
    if not HALF <= inside <= 1 - HALF:
        return None
    there = {int(n) for n in numbers[shapely.intersects(shapes, spot)]} - {OUTLINE}
    here = int(numbers[this])
    return there - {here} if here in covering else there | {here}


def _areas(covering: set[int]) -> set[int]:
    return {n for n in covering if n < OUTLINE}
