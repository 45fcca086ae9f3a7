"""A place cut along every boundary in it: pieces in which the ground is the same throughout."""

from collections.abc import Hashable, Sequence

import numpy as np
import shapely
from shapely import MultiPoint
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.ground import SEAM_M, Shapes

ON_LINE_M = 1e-6  # noding moves a crossing by less


def faces(region: BaseGeometry, dividers: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A region cut along the boundaries of the dividers, hair-lines and all."""
    box = region.bounds
    lines = [shapely.clip_by_rect(shapely.boundary(shape), *box) for shape in dividers]
    noded = shapely.unary_union([region.boundary, *(line for line in lines if not line.is_empty)])
    found = shapely.get_parts(shapely.polygonize([noded]))
    return list(found[shapely.intersects(region, shapely.point_on_surface(found))])


def stretches(line: BaseGeometry, dividers: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A line cut where it meets the boundaries of the dividers; along one it is kept once."""
    box = line.buffer(SEAM_M).bounds
    lines = [shapely.clip_by_rect(shapely.boundary(shape), *box) for shape in dividers]
    noded = shapely.get_parts(shapely.unary_union([line, *lines]))
    noded = noded[shapely.get_dimensions(noded) == 1]
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    shapely.prepare(line)
    return list(noded[shapely.dwithin(middles, line, ON_LINE_M)])


def cut(shape: BaseGeometry, dividers: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A line or polygon cut along the boundaries of the dividers."""
    if shape.is_empty:
        return []
    return (faces if shapely.get_dimensions(shape) == 2 else stretches)(shape, dividers)


def inner_points(pieces: Sequence[BaseGeometry]) -> Shapes:
    """A point well inside each: of a line its middle."""
    array = np.array(pieces, dtype=object)
    lines = shapely.get_type_id(array) == 1
    points: Shapes = np.empty(len(array), dtype=object)
    points[lines] = shapely.line_interpolate_point(array[lines], 0.5, normalized=True)
    points[~lines] = shapely.point_on_surface(array[~lines])
    return points


def is_thick(piece: BaseGeometry) -> bool:
    """No hair-line of drawing: on average wider than a seam, of a line longer than it."""
    if shapely.get_dimensions(piece) == 2:
        return bool(2 * piece.area / piece.length > SEAM_M)
    return bool(piece.length > SEAM_M)


def without_hairlines(pieces: Sequence[BaseGeometry], answers: Sequence[Hashable]) -> list[bool]:
    """Which pieces count: those that are thick, alone or with neighbours of the same answer."""
    kept = [is_thick(piece) for piece in pieces]
    for answer in {answers[n] for n, thick in enumerate(kept) if not thick}:
        same = [n for n, other in enumerate(answers) if other == answer]
        joined = shapely.get_parts(shapely.union_all([pieces[n] for n in same]))
        thick = [whole for whole in joined if is_thick(whole)]
        for n in same:
            kept[n] = kept[n] or any(shapely.intersects(pieces[n], whole) for whole in thick)
    return kept


def nearest_regions(shapes: Shapes, window: BaseGeometry, spacing_m: float) -> list[BaseGeometry]:
    """The regions of the window in each of which one of the shapes is the nearest.

    Exact for points; lines and polygons are walked in steps of `spacing_m`.
    """
    west, south, east, north = window.bounds
    reach = shapely.box(west, south, east, north).buffer(max(east - west, north - south))
    walked = shapely.segmentize(shapely.intersection(shapes, reach), spacing_m)
    corners, owner = shapely.get_coordinates(walked, return_index=True)
    corners, first = np.unique(corners, axis=0, return_index=True)
    owner = owner[first]
    if len(corners) < 2:
        return [window]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(MultiPoint(corners), extend_to=window, ordered=True)
    )
    # Two things on one spot have one region between them: no empty one for the other.
    numbers = np.unique(owner)
    return [shapely.union_all(cells[owner == n]) for n in numbers]
