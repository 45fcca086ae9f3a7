"""Closing hair-line faults: neighbours get the same corners along the seam they share.

Run it on the source's own coordinates, before any conversion: a corner that one neighbour has and
the other lacks lies exactly on a straight line only there; reprojected, it tears the seam.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from grid.cells.coverage import Fault, find_hair_lines
from grid.cells.seams import SEAM_M
from grid.ground.metric import Shapes, as_shapes

Corners = NDArray[np.float64]


@dataclass(frozen=True)
class Mended:
    """Areas whose seams fit, and what was closed to make them fit."""

    shapes: Shapes
    closed: list[Fault]
    moved: int  # areas whose outline changed, if only by a corner added on a straight edge


def mend_seams(
    codes: Sequence[str],
    shapes: Sequence[BaseGeometry] | Shapes,
    *,
    metres_per_unit: tuple[float, float] = (1.0, 1.0),
) -> Mended:
    """Snap faults narrower than 5 cm; wider ones stay as they are.

    Corners closer together than a seam's width become one, and every corner that lies so close to a
    neighbour's edge is added to that edge. An area is never changed into an invalid or empty one.
    Coordinates are scaled by `metres_per_unit` (degrees of longitude and latitude, say) for the
    work; corners that stay keep their exact coordinates. `closed` lists faults in those metres.
    """
    original = as_shapes(shapes)
    scale = np.asarray(metres_per_unit)
    metric = shapely.transform(original, lambda xy: xy * scale) if np.any(scale != 1) else original
    if len(metric) == 0 or shapely.coverage_is_valid(metric):
        return Mended(original, [], 0)
    seams = ~shapely.is_empty(shapely.coverage_invalid_edges(metric))
    touched = _beside(metric, np.flatnonzero(seams))
    before = find_hair_lines([codes[n] for n in touched], metric[touched])
    corners, owner = shapely.get_coordinates(original[touched], return_index=True)
    moved_corners = corners[_one_for_each_cluster(corners * scale)]
    tree = STRtree(as_shapes(np.asarray(shapely.points(moved_corners * scale))))
    result = original.copy()
    changed = 0
    for number, index in enumerate(touched):
        shape = _rebuilt(
            original[index], moved_corners[owner == number], moved_corners, tree, scale
        )
        if shape is not original[index]:
            result[index] = shape
            changed += 1
    after = shapely.transform(result[touched], lambda xy: xy * scale)
    left = find_hair_lines([codes[n] for n in touched], after)
    still = {(fault.kind, fault.codes) for fault in left}
    closed = [fault for fault in before if (fault.kind, fault.codes) not in still]
    return Mended(result, closed, changed)


def _beside(shapes: Shapes, suspects: NDArray[np.intp]) -> NDArray[np.intp]:
    """The suspects and every area within a seam's width of one."""
    _, beside = STRtree(shapes).query(shapes[suspects], predicate="dwithin", distance=SEAM_M)
    return np.unique(np.concatenate([suspects, beside]))


def _one_for_each_cluster(corners: Corners) -> NDArray[np.intp]:
    """For each corner, the corner that stands for it: the commonest of those a seam's width near."""
    distinct, first, inverse, uses = np.unique(
        corners, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    points = as_shapes(np.asarray(shapely.points(distinct)))
    left, right = STRtree(points).query(points, predicate="dwithin", distance=SEAM_M)
    standing = np.arange(len(distinct))
    rank = np.lexsort((np.arange(len(distinct)), -uses)).argsort()
    for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True), key=lambda p: rank[p[1]]):
        if rank[b] < rank[a] and standing[b] == b and standing[a] == a:
            standing[a] = b
    return np.asarray(first[standing[inverse.ravel()]], dtype=np.intp)


def _rebuilt(
    shape: BaseGeometry, own: Corners, corners: Corners, tree: STRtree, scale: Corners
) -> BaseGeometry:
    """The area with its corners moved and its neighbours' corners added; itself if nothing changes."""
    polygons: list[Polygon] = []
    position = 0
    for part in shapely.get_parts(shape):
        rings = []
        for ring in (part.exterior, *part.interiors):
            size = len(ring.coords)
            rings.append(_noded(own[position : position + size], corners, tree, scale))
            position += size
        if len(rings[0]) < 4:
            return shape
        polygons.append(Polygon(rings[0], [ring for ring in rings[1:] if len(ring) >= 4]))
    mended = polygons[0] if isinstance(shape, Polygon) else MultiPolygon(polygons)
    same = shapely.equals_exact(mended, shape, 0.0)
    return mended if mended.is_valid and not mended.is_empty and not same else shape


def _noded(ring: Corners, corners: Corners, tree: STRtree, scale: Corners) -> Corners:
    """A closed ring without doubled corners, with every corner near an edge put into that edge."""
    ring = ring[np.append(True, np.any(np.diff(ring, axis=0) != 0, axis=1))]
    if len(ring) < 4:
        return ring
    metric = ring * scale
    starts, ends = metric[:-1], metric[1:]
    edges = shapely.linestrings(np.stack([starts, ends], axis=1))
    edge, near = tree.query(edges, predicate="dwithin", distance=SEAM_M)
    along, length = ends - starts, np.hypot(*(ends - starts).T)
    candidate = corners[near] * scale
    reach = np.einsum("ij,ij->i", candidate - starts[edge], along[edge]) / length[edge]
    between = (reach > SEAM_M) & (reach < length[edge] - SEAM_M)
    edge, near, reach = edge[between], near[between], reach[between]
    if len(edge) == 0:
        return ring
    order = np.lexsort((reach, edge))
    joined = np.insert(ring, edge[order] + 1, corners[near[order]], axis=0)
    return np.asarray(joined[np.append(True, np.any(np.diff(joined, axis=0) != 0, axis=1))])
