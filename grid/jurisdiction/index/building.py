"""The compiled loops that build the pixel index: which edges cross a pixel, which polygons hold its centre."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from grid.jurisdiction.ground import SEAM_M

Array = NDArray[Any]

SLACK_M = SEAM_M + 0.01  # an edge is listed in every pixel within a seam of it, and a little more
NEAR_CENTRE_M = 1e-6  # an edge nearer than this to a pixel's centre makes the pixel unsure


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
def _starts_of(counts: Array) -> None:
    """From the number in each place (one further on) to where each place starts, in place."""
    for place in range(1, len(counts)):
        counts[place] += counts[place - 1]


@njit(cache=True)
def _back_to_starts(ends: Array) -> None:
    """Filling moved every start to its end: shift back, in place."""
    for place in range(len(ends) - 1, 0, -1):
        ends[place] = ends[place - 1]
    ends[0] = 0


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
            _starts_of(first)
            edges = np.empty(first[-1], np.int32)
    _back_to_starts(first)
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
                _starts_of(counts[: high_row - low_row + 2])
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
    _starts_of(first)
    covers = np.empty(first[-1], np.int32)
    for k in range(len(runs)):
        base = runs[k, 1] * width
        for column in range(runs[k, 2], runs[k, 3] + 1):
            covers[first[base + column]] = runs[k, 0]
            first[base + column] += 1
    _back_to_starts(first)
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
