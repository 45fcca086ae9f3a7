"""The pixel index answers as GEOS does: anywhere, on edges, corners, in holes, near seams, at any date."""

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from grid.ground.metric import as_shapes
from grid.jurisdiction.ground import CellRow, Layer, Span
from grid.jurisdiction.index.layer import IndexedLayer

CORNER = np.array([500_000.0, 3_400_000.0])
Floats = npt.NDArray[np.float64]


def star(dice: np.random.Generator, middle: Floats, reach: float) -> shapely.Polygon:
    """A ragged polygon around a middle, in one case of three with a hole."""
    count = int(dice.integers(3, 40))
    angles = np.sort(dice.uniform(0, 2 * np.pi, count)) + np.arange(count) * 1e-6
    reaches = reach * dice.uniform(0.4, 1.0, count)
    ring = middle + np.column_stack([np.cos(angles), np.sin(angles)]) * reaches[:, None]
    hole = middle + (ring - middle) * 0.5
    return shapely.Polygon(ring, [hole] if dice.integers(3) == 0 else [])


def draw(dice: np.random.Generator, kind: str) -> list[BaseGeometry]:
    """Ground of one kind: overlapping stars of all sizes, squares with gaps, or a tessellation."""
    if kind == "squares":
        side = float(dice.choice([10.0, 12.5, 33.3]))
        gap = dice.choice([0.0, 0.03, -0.03, 0.2])
        (east, north), wide = CORNER, side - gap
        return [
            shapely.box(
                east + c * side, north + r * side, east + c * side + wide, north + (r + 1) * side
            )
            for c in range(5)
            for r in range(5)
        ]
    if kind == "tessellation":
        seeds = CORNER + dice.uniform(0, 200, (30, 2))
        return list(shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds))))
    stars = [
        star(dice, CORNER + dice.uniform(0, 300, 2), float(reach))
        for reach in [0.01, 0.3, 5, 20, 60, 150, 2000]
        for _ in range(3)
    ]
    stars = [one for one in stars if one.is_valid]
    apart = [shapely.affinity.translate(one, 5000.0 * n) for n, one in enumerate(stars[:4])]
    return [*stars, shapely.MultiPolygon(apart)]


def probe(dice: np.random.Generator, shapes: list[BaseGeometry]) -> Floats:
    """Points that try it: anywhere, on and by corners and edges, just off them, within and beyond a seam."""
    corners = shapely.get_coordinates(shapes)
    corners = corners[dice.integers(len(corners), size=200)]
    lines = shapely.boundary(as_shapes(shapes))
    along = shapely.line_interpolate_point(
        lines[dice.integers(len(lines), size=200)], dice.uniform(0, 1, 200), normalized=True
    )
    on = np.concatenate([corners, shapely.get_coordinates(along)])
    off = on + dice.choice(
        [0, 1e-10, 1e-7, 1e-3, 0.049, 0.0500001, 0.06, 0.3], (len(on), 1)
    ) * dice.normal(size=on.shape)
    level = on * [1, 0] + dice.permutation(on) * [0, 1]
    return np.concatenate([CORNER + dice.uniform(-100, 400, (300, 2)), on, off, level])


@given(st.integers(0, 10**9), st.sampled_from(["stars", "squares", "tessellation"]))
@settings(max_examples=25, deadline=None)
def test_the_index_answers_as_geos_does(seed: int, kind: str) -> None:
    dice = np.random.default_rng(seed)
    drawn = draw(dice, kind)
    shapes = as_shapes(drawn)
    dates = [None, datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)]
    rows = [
        CellRow(f"{code:03d}", Span(dates[first], dates[second] if second > first else None))
        for code, first, second in zip(
            dice.permutation(len(shapes)),
            dice.integers(0, 2, len(shapes)),
            dice.integers(0, 3, len(shapes)),
            strict=True,
        )
    ]
    exact, indexed = Layer(rows, shapes), IndexedLayer.of(rows, shapes)
    spots = probe(dice, drawn)
    x, y = np.ascontiguousarray(spots[:, 0]), np.ascontiguousarray(spots[:, 1])
    points = np.asarray(shapely.points(spots), dtype=object)
    at = dice.choice(
        [datetime(year, 6, 1, tzinfo=UTC).timestamp() for year in (2023, 2025, 2027)], len(x)
    )
    assert indexed.lowest_covering(x, y, at).tolist() == exact.lowest_covering(points, at).tolist()
    offsets, found = indexed.covering(x, y, at)
    pairs = set(zip(np.repeat(np.arange(len(x)), np.diff(offsets)), found, strict=True))
    assert pairs == set(zip(*exact.covering(points, at), strict=True))
    one = at[:1]
    assert (
        indexed.lowest_covering(x, y, one).tolist()
        == exact.lowest_covering(points, np.repeat(one, len(x))).tolist()
    )
    reach = dice.choice([0.5, 5.0, 40.0], len(x))
    edges = shapely.STRtree(shapely.boundary(shapes)).query(points, "dwithin", distance=reach)
    assert set(edges[0]) <= set(np.flatnonzero(indexed.pixels.edge_within(x, y, reach)))


def test_nothing_to_index_holds_no_point() -> None:
    empty = IndexedLayer.of([], as_shapes([]))
    x, at = np.array([0.5]), np.zeros(1)
    assert empty.lowest_covering(x, x, at).tolist() == [-1]
    assert empty.covering(x, x, at)[0].tolist() == [0, 0]
