"""Does a set of areas tile the ground? Overlaps, gaps and crossings, as plain shapes in metres.

Pure shapely over arrays: polygons come in the city's metric CRS, faults go out in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, STRtree
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from grid.cells.seams import SEAM_M
from grid.ground.metric import Shapes, as_shapes

NOISE_M = 0.001  # narrower than a millimetre is arithmetic, not ground
SLIT_M = 0.5  # without an outline, an open slit up to twice this wide is a gap
EDGE_SHARE = 0.25  # a gap with this much of its rim on the outline is ground not yet drawn


class FaultKind(StrEnum):
    """What is wrong with a piece of ground."""

    OVERLAP = "overlap"
    GAP = "gap"
    CROSSING = "crossing"
    OUTER_GAP = "outer_gap"  # inside the outline, at its edge: not yet drawn rather than torn


@dataclass(frozen=True)
class Fault:
    """One piece of ground that several areas claim, or none; `wide` if no seam's width bridges it."""

    kind: FaultKind
    codes: tuple[str, ...]
    shape: Polygon
    wide: bool

    @property
    def area_m2(self) -> float:
        """Its area in square metres."""
        return float(self.shape.area)


def find_faults(
    codes: Sequence[str],
    shapes: Sequence[BaseGeometry] | Shapes,
    *,
    outline: BaseGeometry | None = None,
) -> list[Fault]:
    """Overlaps of these areas and the gaps between them, largest first.

    With an outline, every place inside it that no area covers is a gap: `outer_gap` where it lies
    along the outline, as ground does that nobody has drawn yet. Without one, holes and slits up to
    a metre wide are gaps. Faults narrower than a millimetre are no faults.
    """
    array = as_shapes(shapes)
    if len(array) == 0:
        return []
    suspects = ~shapely.is_empty(shapely.coverage_invalid_edges(array))
    tree = STRtree(array)
    faults = _overlaps(codes, array, np.flatnonzero(suspects), tree)
    union = _union(array, suspects)
    faults += _gaps(codes, tree, union, outline)
    return sorted(faults, key=lambda fault: (-fault.area_m2, fault.codes))


def find_hair_lines(codes: Sequence[str], shapes: Sequence[BaseGeometry] | Shapes) -> list[Fault]:
    """Overlaps and slits narrower than a seam, and nothing else."""
    array = as_shapes(shapes)
    suspects = ~shapely.is_empty(shapely.coverage_invalid_edges(array))
    tree = STRtree(array)
    overlaps = _overlaps(codes, array, np.flatnonzero(suspects), tree)
    slits = [
        Fault(FaultKind.GAP, around, part, wide)
        for part, around, wide in _beside(codes, tree, _slits(_union(array, suspects), SEAM_M / 2))
        if len(around) > 1
    ]
    return [fault for fault in (*overlaps, *slits) if not fault.wide]


def find_crossings(
    codes: Sequence[str],
    shapes: Sequence[BaseGeometry] | Shapes,
    parent_codes: Sequence[str],
    parents: dict[str, BaseGeometry],
) -> list[Fault]:
    """Where an area reaches over the boundary of the parent it names (unknown parents say nothing)."""
    array = as_shapes(shapes)
    names = np.array(parent_codes, dtype=object)
    faults: list[Fault] = []
    for parent_code, parent in parents.items():
        shapely.prepare(parent)
        inside = np.flatnonzero(names == parent_code)
        astray = inside[~shapely.covers(parent, array[inside])]
        outside = shapely.difference(array[astray], parent)
        for number, part, wide in _pieces(outside):
            pair = (codes[astray[number]], parent_code)
            faults.append(Fault(FaultKind.CROSSING, pair, part, wide))
    return sorted(faults, key=lambda fault: (-fault.area_m2, fault.codes))


def wide_parts(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape that are wider than a seam, as one multipolygon (empty if none is)."""
    return MultiPolygon([part for _, part, wide in _pieces(as_shapes([shape])) if wide])


def _overlaps(codes: Sequence[str], shapes: Shapes, suspects: Any, tree: STRtree) -> list[Fault]:
    """Every pair that shares ground; one of each such pair is among the suspects."""
    left, right = tree.query(shapes[suspects], predicate="intersects")
    left = suspects[left]
    pairs = np.unique(np.sort(np.column_stack([left, right])[left != right], axis=1), axis=0)
    if len(pairs) == 0:
        return []
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    return [
        Fault(
            FaultKind.OVERLAP, tuple(sorted((codes[pairs[n, 0]], codes[pairs[n, 1]]))), part, wide
        )
        for n, part, wide in _pieces(shared)
    ]


def _union(shapes: Shapes, suspects: NDArray[np.bool_]) -> BaseGeometry:
    """The ground covered: the faultless part by its edges alone, then the rest added to it."""
    try:
        clean = shapely.coverage_union_all(shapes[~suspects])
    except GEOSException:  # edges that agree to the last digit but one
        return shapely.union_all(shapes)
    if not suspects.any():
        return clean
    return shapely.union_all(as_shapes([*shapes[suspects], clean]))


def _slits(union: BaseGeometry, reach: float) -> BaseGeometry:
    """The openings of some ground that are at most twice the reach wide."""
    closed = union.buffer(reach, join_style="mitre").buffer(-reach, join_style="mitre")
    return closed.difference(union)


def _beside(
    codes: Sequence[str], tree: STRtree, bare: BaseGeometry
) -> Iterator[tuple[Polygon, tuple[str, ...], bool]]:
    """The pieces of bare ground, each with the codes around it and whether it is wide."""
    pieces = _pieces(as_shapes([bare]))
    at, near = tree.query(
        as_shapes([part for _, part, _ in pieces]), predicate="dwithin", distance=SEAM_M
    )
    ends = np.searchsorted(at, np.arange(len(pieces) + 1))
    for number, (_, part, wide) in enumerate(pieces):
        around = near[ends[number] : ends[number + 1]]
        yield part, tuple(sorted(codes[n] for n in around)), wide


def _gaps(
    codes: Sequence[str], tree: STRtree, union: BaseGeometry, outline: BaseGeometry | None
) -> list[Fault]:
    if outline is None:
        return _gaps_between(codes, tree, union)
    rim = outline.boundary.buffer(SEAM_M)
    shapely.prepare(rim)
    faults = []
    for part, around, wide in _beside(codes, tree, outline.difference(union)):
        on_rim = part.boundary.intersection(rim).length if wide else 0.0
        outer = wide and on_rim >= EDGE_SHARE * part.boundary.length
        faults.append(Fault(FaultKind.OUTER_GAP if outer else FaultKind.GAP, around, part, wide))
    return faults


def _gaps_between(codes: Sequence[str], tree: STRtree, union: BaseGeometry) -> list[Fault]:
    """Without an outline: holes, and slits between two areas (one alone has a notch, no slit)."""
    bodies = [part for part in shapely.get_parts(union) if isinstance(part, Polygon)]
    holes = shapely.union_all([Polygon(part.exterior) for part in bodies]).difference(union)
    slits = _slits(union, SLIT_M).difference(holes)
    return [
        *(
            Fault(FaultKind.GAP, around, part, wide)
            for part, around, wide in _beside(codes, tree, holes)
        ),
        *(
            Fault(FaultKind.GAP, around, part, wide)
            for part, around, wide in _beside(codes, tree, slits)
            if len(around) > 1
        ),
    ]


def _pieces(shapes: Shapes) -> list[tuple[int, Polygon, bool]]:
    """The polygons in these shapes that are wider than noise: index, polygon, wider than a seam?"""
    parts, numbers = shapely.get_parts(shapes, return_index=True)
    nested = shapely.get_type_id(parts) > 3  # parts of collections may be collections of polygons
    if nested.any():
        inner, at = shapely.get_parts(parts[nested], return_index=True)
        numbers = np.concatenate([numbers[~nested], numbers[nested][at]])
        parts = np.concatenate([parts[~nested], inner])
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > NOISE_M**2)
    parts, numbers = parts[keep], numbers[keep]
    real = _wider(parts, NOISE_M)
    parts, numbers = parts[real], numbers[real]
    wide = _wider(parts, SEAM_M)
    return [(int(n), p, bool(w)) for n, p, w in zip(numbers, parts, wide, strict=True)]


def _wider(parts: Shapes, width: float) -> NDArray[np.bool_]:
    """Does a circle of this diameter fit into each polygon?"""
    return np.asarray(~shapely.is_empty(shapely.buffer(parts, -width / 2, quad_segs=2)))
