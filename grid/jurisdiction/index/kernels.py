"""The compiled loops of the pixel index: building it, and asking it about many points.

Exact by construction: every sign is computed with the error bound of Shewchuk's orientation filter
("Adaptive Precision Floating-Point Arithmetic", 1997, ccwerrboundA), and whatever lies within the bound,
or on an edge, is left to GEOS (`UNSURE`).
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]

ORIENTATION_ERROR = 3.3306690738754716e-16
SLACK_M = 0.06  # an edge is listed in every pixel within a seam (5 cm) of it, and a little more
NEAR_EDGE_M = 0.0011  # nearer to an edge it is for GEOS to say: ON_EDGE_M, and a little more
NEAR_CENTRE_M = 1e-6  # an edge nearer than this to a pixel's centre makes the pixel unsure

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
def _columns_in_row(
    ax: float, ay: float, bx: float, by: float, low: float, high: float
) -> tuple[float, float]:
    """West and east end of the part of an edge that lies in a band of y, widened by the slack."""
    start, end = 0.0, 1.0
    if by != ay:
        first, second = (low - ay) / (by - ay), (high - ay) / (by - ay)
        start, end = max(min(first, second), 0.0), min(max(first, second), 1.0)
    one, two = ax + start * (bx - ax), ax + end * (bx - ax)
    return min(one, two) - SLACK_M, max(one, two) + SLACK_M


@njit(cache=True)
def list_edges(
    xs: Array,
    ys: Array,
    is_edge: Array,
    west: float,
    south: float,
    size: float,
    width: int,
    height: int,
) -> tuple[Array, Array]:
    """Per pixel the edges that pass through it: (first entry of each pixel, edges as start corners)."""
    first = np.zeros(width * height + 1, np.int64)
    edges = np.empty(0, np.int32)
    for filling in range(2):
        for v in range(len(is_edge)):
            if not is_edge[v]:
                continue
            ax, ay, bx, by = xs[v], ys[v], xs[v + 1], ys[v + 1]
            low_row = max(int((min(ay, by) - SLACK_M - south) / size), 0)
            high_row = min(int((max(ay, by) + SLACK_M - south) / size), height - 1)
            for row in range(low_row, high_row + 1):
                low = south + row * size - SLACK_M
                one, two = _columns_in_row(ax, ay, bx, by, low, low + size + 2 * SLACK_M)
                start = max(int((one - west) / size), 0)
                for column in range(start, min(int((two - west) / size), width - 1) + 1):
                    pixel = row * width + column
                    if filling:
                        edges[first[pixel]] = v
                        first[pixel] += 1
                    else:
                        first[pixel + 1] += 1
        if not filling:
            for pixel in range(width * height):
                first[pixel + 1] += first[pixel]
            edges = np.empty(first[-1], np.int32)
    # Filling moved every start to its end: shift back.
    for pixel in range(width * height, 0, -1):
        first[pixel] = first[pixel - 1]
    first[0] = 0
    return first, edges


@njit(cache=True)
def list_runs(
    xs: Array,
    ys: Array,
    is_edge: Array,
    first_corner: Array,
    west: float,
    south: float,
    size: float,
    width: int,
    height: int,
) -> tuple[Array, Array]:
    """Rows of pixel centres inside each polygon: runs (polygon, row, from, to), unsure (pixel, polygon)."""
    crossings = 0
    for v in range(len(is_edge)):
        if is_edge[v]:
            low, high = min(ys[v], ys[v + 1]), max(ys[v], ys[v + 1])
            crossings += max(0, int((high - south) / size) - int((low - south) / size) + 2)
    runs = np.empty((crossings // 2 + 1, 4), np.int32)
    unsure = np.empty((64, 2), np.int64)
    found, doubts = 0, 0
    counts, at = np.zeros(height + 1, np.int64), np.empty(0, np.float64)
    for polygon in range(len(first_corner) - 1):
        start, end = first_corner[polygon], first_corner[polygon + 1]
        if start == end:
            continue
        low_row = max(int((ys[start:end].min() - south) / size) - 1, 0)
        high_row = min(int((ys[start:end].max() - south) / size) + 1, height - 1)
        counts[: high_row - low_row + 2] = 0
        for filling in range(2):
            for v in range(start, end):
                if not is_edge[v]:
                    continue
                ax, ay, bx, by = xs[v], ys[v], xs[v + 1], ys[v + 1]
                row = max(int((min(ay, by) - south) / size) - 1, low_row)
                last = min(int((max(ay, by) - south) / size) + 1, high_row)
                while row <= last:
                    y = south + (row + 0.5) * size
                    if (ay > y) != (by > y):
                        if filling:
                            at[counts[row - low_row]] = ax + (y - ay) / (by - ay) * (bx - ax)
                            counts[row - low_row] += 1
                        else:
                            counts[row - low_row + 1] += 1
                    row += 1
            if not filling:
                for row in range(high_row - low_row + 1):
                    counts[row + 1] += counts[row]
                total = counts[high_row - low_row + 1]
                if len(at) < total:
                    at = np.empty(2 * total, np.float64)
        begin = 0
        for row in range(low_row, high_row + 1):
            stop = counts[row - low_row]
            crossed = np.sort(at[begin:stop])
            begin = stop
            for k in range(len(crossed)):
                column = int(np.floor((crossed[k] - west) / size))
                centre = west + (column + 0.5) * size
                if abs(centre - crossed[k]) < NEAR_CENTRE_M and 0 <= column < width:
                    if doubts == len(unsure):
                        unsure = np.concatenate((unsure, np.empty_like(unsure)))
                    unsure[doubts, 0], unsure[doubts, 1] = row * width + column, polygon
                    doubts += 1
            for k in range(0, len(crossed) - 1, 2):
                one = max(int(np.ceil((crossed[k] - west) / size - 0.5)), 0)
                two = min(int(np.floor((crossed[k + 1] - west) / size - 0.5)), width - 1)
                if one <= two:
                    runs[found, 0], runs[found, 1], runs[found, 2], runs[found, 3] = (
                        polygon,
                        row,
                        one,
                        two,
                    )
                    found += 1
    return runs[:found].copy(), unsure[:doubts].copy()


@njit(cache=True)
def list_covers(runs: Array, width: int, height: int) -> tuple[Array, Array]:
    """Per pixel the polygons that hold its centre, in the order of the polygons."""
    first = np.zeros(width * height + 1, np.int64)
    for k in range(len(runs)):
        base = runs[k, 1] * width
        for column in range(runs[k, 2], runs[k, 3] + 1):
            first[base + column + 1] += 1
    for pixel in range(width * height):
        first[pixel + 1] += first[pixel]
    covers = np.empty(first[-1], np.int32)
    for k in range(len(runs)):
        base = runs[k, 1] * width
        for column in range(runs[k, 2], runs[k, 3] + 1):
            covers[first[base + column]] = runs[k, 0]
            first[base + column] += 1
    for pixel in range(width * height, 0, -1):
        first[pixel] = first[pixel - 1]
    first[0] = 0
    return first, covers


@njit(cache=True)
def merge_lists(
    first_edge: Array, edges: Array, owner: Array, first_cover: Array, covers: Array, width: int
) -> tuple[Array, Array, Array, Array, Array]:
    """One list per pixel of polygons, each with its edges there; pixels without edges share lists.

    Returns (list of each pixel, first entry of each list, polygon, flag and first edge of each entry).
    List 0 is empty.
    """
    pixels = len(first_edge) - 1
    of_pixel = np.zeros(pixels, np.int32)
    entries, lists = 0, 1
    for pixel in range(pixels):  # first the sizes, so that nothing is copied
        lists, entries = _size_of(
            pixel, first_edge, edges, owner, first_cover, covers, width, of_pixel, lists, entries
        )
    start = np.zeros(lists + 1, np.int64)
    polygon, flag = np.empty(entries, np.int32), np.empty(entries, np.uint8)
    first = np.empty(entries + 1, np.int64)
    entry, filled = 0, 0
    for pixel in range(pixels):
        if of_pixel[pixel] <= filled:
            continue
        filled = of_pixel[pixel]
        start[filled] = entry
        e, c = first_edge[pixel], first_cover[pixel]
        while e < first_edge[pixel + 1] or c < first_cover[pixel + 1]:
            edged = owner[edges[e]] if e < first_edge[pixel + 1] else np.int32(2147483647)
            covering = covers[c] if c < first_cover[pixel + 1] else np.int32(2147483647)
            polygon[entry] = min(edged, covering)
            flag[entry] = 1 if covering <= edged else 0
            first[entry] = e
            if covering <= edged:
                c += 1
            if edged <= covering:
                while e < first_edge[pixel + 1] and owner[edges[e]] == edged:
                    e += 1
            entry += 1
    first[entries] = len(edges)
    start[lists] = entries
    start[0] = 0
    if lists > 1:
        start[1] = 0
    return of_pixel, start, polygon, flag, first


@njit(cache=True)
def _size_of(
    pixel: int,
    first_edge: Array,
    edges: Array,
    owner: Array,
    first_cover: Array,
    covers: Array,
    width: int,
    of_pixel: Array,
    lists: int,
    entries: int,
) -> tuple[int, int]:
    """Give a pixel its list: the empty one, its left or lower neighbour's, or the next new one."""
    edged = first_edge[pixel + 1] - first_edge[pixel]
    covered = first_cover[pixel + 1] - first_cover[pixel]
    if edged == 0 and covered == 0:
        return lists, entries
    if edged == 0:
        for other in (pixel - 1, pixel - width):
            if other < 0 or first_edge[other + 1] != first_edge[other]:
                continue
            if first_cover[other + 1] - first_cover[other] != covered:
                continue
            alike = True
            for k in range(covered):
                if covers[first_cover[other] + k] != covers[first_cover[pixel] + k]:
                    alike = False
                    break
            if alike:
                of_pixel[pixel] = of_pixel[other]
                return lists, entries
    of_pixel[pixel] = lists
    size = covered
    c, previous = first_cover[pixel], np.int32(-1)
    for e in range(first_edge[pixel], first_edge[pixel + 1]):
        who = owner[edges[e]]
        if who == previous:
            continue
        previous = who
        while c < first_cover[pixel + 1] and covers[c] < who:
            c += 1
        if c == first_cover[pixel + 1] or covers[c] != who:
            size += 1
    return lists + 1, entries + size


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
    near: float,
) -> int:
    """Whether a polygon holds a point: its state at the pixel's centre, turned at every crossing.

    UNSURE nearer than `near` to an edge (more than rounding could do).
    """
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
            beside * beside <= near * near * (ex * ex + ey * ey)
            and _distance2(px, py, ax, ay, bx, by) <= near * near
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
    near2: float,
) -> bool:
    """Whether an edge of a polygon in force lies within a (squared) distance of the point."""
    for k in range(start[line], start[line + 1]):
        if not since[polygon[k]] <= moment < until[polygon[k]]:
            continue
        for e in range(first[k], first[k + 1]):
            v = edges[e]
            if _distance2(px, py, xs[v], ys[v], xs[v + 1], ys[v + 1]) < near2:
                return True
    return False


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
    seam: float,
    found: Array,
) -> None:
    """Per point the polygon in force that holds it, lowest rank first; NOBODY, or LEFT_TO_GEOS.

    `frame` is (west, south, pixel size, width, height); `at` holds one instant or one per point.
    """
    west, south, size = frame[0], frame[1], frame[2]
    width, height = int(frame[3]), int(frame[4])
    near2 = (seam + 1e-6) ** 2
    for i in range(len(points_x)):
        px, py = points_x[i], points_y[i]
        found[i] = NOBODY
        if not (west <= px < west + width * size and south <= py < south + height * size):
            continue
        column, row = int((px - west) / size), int((py - south) / size)
        if column >= width or row >= height:
            continue
        moment = at[i] if len(at) > 1 else at[0]
        line = of_pixel[row * width + column]
        cx, cy = west + (column + 0.5) * size, south + (row + 0.5) * size
        best = np.int64(9223372036854775807)
        for k in range(start[line], start[line + 1]):
            who = polygon[k]
            if not since[who] <= moment < until[who]:
                continue
            state = flag[k]
            if first[k] != first[k + 1]:
                state = _state(
                    px, py, cx, cy, flag[k], first[k], first[k + 1], edges, xs, ys, NEAR_EDGE_M
                )
            if state == UNSURE:
                found[i] = LEFT_TO_GEOS
                break
            if state == INSIDE and rank[who] < best:
                best = rank[who]
                found[i] = who
        if found[i] != NOBODY:
            continue
        if _near_an_edge(
            px, py, moment, line, start, polygon, first, edges, xs, ys, since, until, near2
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
    seam: float,
    offsets: Array,
    rows: Array,
    begin: int,
) -> int:
    """Per point all polygons in force that hold it, from point `begin` on, as long as `rows` has room.

    Fills `offsets` (n + 1) and `rows`; a point left to GEOS gets the single row LEFT_TO_GEOS. Returns the
    point at which room ran out, or the number of points.
    """
    west, south, size = frame[0], frame[1], frame[2]
    width, height = int(frame[3]), int(frame[4])
    near2 = (seam + 1e-6) ** 2
    filled = offsets[begin]
    for i in range(begin, len(points_x)):
        px, py = points_x[i], points_y[i]
        offsets[i] = filled
        offsets[i + 1] = filled
        if not (west <= px < west + width * size and south <= py < south + height * size):
            continue
        column, row = int((px - west) / size), int((py - south) / size)
        if column >= width or row >= height:
            continue
        moment = at[i] if len(at) > 1 else at[0]
        line = of_pixel[row * width + column]
        if filled + start[line + 1] - start[line] + 1 > len(rows):
            return i
        cx, cy = west + (column + 0.5) * size, south + (row + 0.5) * size
        for k in range(start[line], start[line + 1]):
            who = polygon[k]
            if not since[who] <= moment < until[who]:
                continue
            state = flag[k]
            if first[k] != first[k + 1]:
                state = _state(
                    px, py, cx, cy, flag[k], first[k], first[k + 1], edges, xs, ys, NEAR_EDGE_M
                )
            if state == UNSURE:
                filled = offsets[i]
                rows[filled] = LEFT_TO_GEOS
                filled += 1
                break
            if state == INSIDE:
                rows[filled] = who
                filled += 1
        if filled == offsets[i] and _near_an_edge(
            px, py, moment, line, start, polygon, first, edges, xs, ys, since, until, near2
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
