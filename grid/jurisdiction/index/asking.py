"""The compiled loops that ask the pixel index about many points.

Exact by construction: every sign is computed with the error bound of Shewchuk's orientation filter
("Adaptive Precision Floating-Point Arithmetic", 1997, ccwerrboundA), and whatever lies within the bound,
or on an edge, is left to GEOS (`UNSURE`).
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from grid.jurisdiction.ground import ON_EDGE_M, SEAM_M

Array = NDArray[Any]

ORIENTATION_ERROR = 3.3306690738754716e-16
NEAR_EDGE_M = 1.1 * ON_EDGE_M  # nearer to an edge it is for GEOS to say
NEAR_SEAM_M2 = (SEAM_M + 1e-6) ** 2

OUTSIDE, INSIDE, UNSURE = 0, 1, 2
NOBODY, LEFT_TO_GEOS = -1, -2


@njit(cache=True)
def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Which side of a → b the point lies on: 1, -1, or 0 where rounding could decide."""
    left, right = (ax - px) * (by - py), (ay - py) * (bx - px)
    det, bound = left - right, ORIENTATION_ERROR * (abs(left) + abs(right))
    if det > bound:
        return 1
    if det < -bound:
        return -1
    return 0


@njit(cache=True)
def _distance2(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Squared distance of a point from an edge, good to about a micrometre."""
    dx, dy = bx - ax, by - ay
    share = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)
    share = min(max(share, 0.0), 1.0)
    ex, ey = ax + share * dx - px, ay + share * dy - py
    return ex * ex + ey * ey


@njit(cache=True)
def _state(
    px: float,
    py: float,
    cx: float,
    cy: float,
    flag: int,
    start: int,
    end: int,
    edges: Array,
    xs: Array,
    ys: Array,
) -> int:
    """Whether a polygon holds a point: its state at the pixel's centre, turned at every crossing."""
    if flag == UNSURE:
        return UNSURE
    dx, dy = cx - px, cy - py
    inside = flag
    for k in range(start, end):
        v = edges[k]
        ax, ay, bx, by = xs[v], ys[v], xs[v + 1], ys[v + 1]
        crossing = (dx * (ay - py) - dy * (ax - px) > 0) != (dx * (by - py) - dy * (bx - px) > 0)
        ex, ey = bx - ax, by - ay
        beside = ex * (py - ay) - ey * (px - ax)  # distance from the line, times the edge's length
        if (
            beside * beside <= NEAR_EDGE_M * NEAR_EDGE_M * (ex * ex + ey * ey)
            and _distance2(px, py, ax, ay, bx, by) <= NEAR_EDGE_M * NEAR_EDGE_M
        ):
            return UNSURE
        side = _side(ax, ay, bx, by, px, py)
        if side == 0 and crossing:
            return UNSURE
        if crossing:
            there = _side(ax, ay, bx, by, cx, cy)
            if there == 0:
                return UNSURE
            if there != side:
                inside = 1 - inside
    return inside


@njit(cache=True)
def _near_an_edge(
    px: float,
    py: float,
    moment: float,
    line: int,
    start: Array,
    polygon: Array,
    first: Array,
    edges: Array,
    xs: Array,
    ys: Array,
    since: Array,
    until: Array,
) -> bool:
    """Whether an edge of a polygon in force lies within a seam of the point."""
    for k in range(start[line], start[line + 1]):
        if not since[polygon[k]] <= moment < until[polygon[k]]:
            continue
        for e in range(first[k], first[k + 1]):
            v = edges[e]
            if _distance2(px, py, xs[v], ys[v], xs[v + 1], ys[v + 1]) < NEAR_SEAM_M2:
                return True
    return False


@njit(cache=True)
def _look_up(px: float, py: float, frame: Array, of_pixel: Array) -> tuple[int, float, float]:
    """The list of the point's pixel, and the pixel's centre; beyond the frame the empty list."""
    west, south, size = frame[0], frame[1], frame[2]
    width, height = int(frame[3]), int(frame[4])
    if not (west <= px < west + width * size and south <= py < south + height * size):
        return 0, px, py
    column, row = int((px - west) / size), int((py - south) / size)
    if column >= width or row >= height:
        return 0, px, py
    return of_pixel[row * width + column], west + (column + 0.5) * size, south + (row + 0.5) * size


@njit(cache=True)
def _state_in(
    k: int,
    px: float,
    py: float,
    cx: float,
    cy: float,
    moment: float,
    polygon: Array,
    flag: Array,
    first: Array,
    edges: Array,
    xs: Array,
    ys: Array,
    since: Array,
    until: Array,
) -> int:
    """Whether the polygon of an entry is in force and holds a point."""
    who = polygon[k]
    if not since[who] <= moment < until[who]:
        return OUTSIDE
    if first[k] == first[k + 1]:
        return int(flag[k])
    return _state(px, py, cx, cy, flag[k], first[k], first[k + 1], edges, xs, ys)


@njit(cache=True)
def lowest(
    points_x: Array,
    points_y: Array,
    at: Array,
    frame: Array,
    of_pixel: Array,
    start: Array,
    polygon: Array,
    flag: Array,
    first: Array,
    edges: Array,
    xs: Array,
    ys: Array,
    rank: Array,
    since: Array,
    until: Array,
    found: Array,
) -> None:
    """Per point the polygon in force that holds it, lowest rank first; NOBODY, or LEFT_TO_GEOS.

    `frame` is (west, south, pixel size, width, height); `at` holds one instant or one per point.
    """
    for i in range(len(points_x)):
        px, py = points_x[i], points_y[i]
        line, cx, cy = _look_up(px, py, frame, of_pixel)
        moment = at[i] if len(at) > 1 else at[0]
        found[i] = NOBODY
        best = np.int64(9223372036854775807)
        for k in range(start[line], start[line + 1]):
            state = _state_in(
                k, px, py, cx, cy, moment, polygon, flag, first, edges, xs, ys, since, until
            )
            if state == UNSURE:
                found[i] = LEFT_TO_GEOS
                break
            if state == INSIDE and rank[polygon[k]] < best:
                best = rank[polygon[k]]
                found[i] = polygon[k]
        if found[i] == NOBODY and _near_an_edge(
            px, py, moment, line, start, polygon, first, edges, xs, ys, since, until
        ):
            found[i] = LEFT_TO_GEOS


@njit(cache=True)
def covering(
    points_x: Array,
    points_y: Array,
    at: Array,
    frame: Array,
    of_pixel: Array,
    start: Array,
    polygon: Array,
    flag: Array,
    first: Array,
    edges: Array,
    xs: Array,
    ys: Array,
    since: Array,
    until: Array,
    offsets: Array,
    rows: Array,
    begin: int,
) -> int:
    """Per point all polygons in force that hold it, from point `begin` on, as long as `rows` has room.

    Fills `offsets` (n + 1) and `rows`; a point left to GEOS gets the single row LEFT_TO_GEOS. Returns the
    point at which room ran out, or the number of points.
    """
    filled = offsets[begin]
    for i in range(begin, len(points_x)):
        px, py = points_x[i], points_y[i]
        line, cx, cy = _look_up(px, py, frame, of_pixel)
        moment = at[i] if len(at) > 1 else at[0]
        offsets[i] = filled
        if filled + start[line + 1] - start[line] + 1 > len(rows):
            return i
        for k in range(start[line], start[line + 1]):
            state = _state_in(
                k, px, py, cx, cy, moment, polygon, flag, first, edges, xs, ys, since, until
            )
            if state == UNSURE:
                filled = offsets[i]
                rows[filled] = LEFT_TO_GEOS
                filled += 1
                break
            if state == INSIDE:
                rows[filled] = polygon[k]
                filled += 1
        if filled == offsets[i] and _near_an_edge(
            px, py, moment, line, start, polygon, first, edges, xs, ys, since, until
        ):
            rows[filled] = LEFT_TO_GEOS
            filled += 1
        offsets[i + 1] = filled
    return len(points_x)


@njit(cache=True)
def edge_within(
    points_x: Array,
    points_y: Array,
    reach: Array,
    frame: Array,
    of_pixel: Array,
    start: Array,
    first: Array,
    edges: Array,
    xs: Array,
    ys: Array,
    found: Array,
) -> None:
    """Per point whether any edge (of any date) lies within its reach, or its reach leaves the frame's middle."""
    west, south, size = frame[0], frame[1], frame[2]
    width, height = int(frame[3]), int(frame[4])
    for i in range(len(points_x)):
        px, py, far = points_x[i], points_y[i], reach[i]
        if not (np.isfinite(px) and np.isfinite(py)):
            continue
        low_column = max(int(np.floor((px - far - west) / size)), 0)
        high_column = min(int(np.floor((px + far - west) / size)), width - 1)
        low_row = max(int(np.floor((py - far - south) / size)), 0)
        high_row = min(int(np.floor((py + far - south) / size)), height - 1)
        found[i] = (high_column - low_column + 1) * (high_row - low_row + 1) > 4096
        for row in range(low_row, high_row + 1):
            if found[i]:
                break
            for column in range(low_column, high_column + 1):
                line = of_pixel[row * width + column]
                for e in range(first[start[line]], first[start[line + 1]]):
                    v = edges[e]
                    if _distance2(px, py, xs[v], ys[v], xs[v + 1], ys[v + 1]) <= far * far:
                        found[i] = True
                        break
                if found[i]:
                    break
