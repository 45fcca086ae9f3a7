"""Overlaps, gaps and crossings of ground drawn by hand, and of random partitions."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from grid.cells.coverage import Fault, FaultKind, find_crossings, find_faults
from grid.cells.index import CellIndex
from grid.cells.mending import mend_seams
from grid.ground.metric import as_shapes, to_degrees

CITY = box(0, 0, 300, 300)
SQUARES = {f"C{row}{column}": box(column * 100, row * 100, column * 100 + 100, row * 100 + 100)
           for row in range(3) for column in range(3)}  # fmt: skip


def said(faults: list[Fault]) -> list[tuple[str, tuple[str, ...], float]]:
    """Faults as plain values; places that are no wider than a seam are marked as slivers."""
    return [
        (f.kind.value if f.wide else f"hair-line {f.kind.value}", f.codes, round(f.area_m2, 2))
        for f in faults
    ]


def check(changes: dict[str, Polygon | None], outline: Polygon | None = CITY) -> list[Fault]:
    shapes = {code: s for code, s in {**SQUARES, **changes}.items() if s is not None}
    return find_faults(list(shapes), as_shapes(list(shapes.values())), outline=outline)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"C00": box(0, 0, 110, 100)}, [("overlap", ("C00", "C01"), 1000.0)]),
        ({"C11": None}, [("gap", ("C00", "C01", "C02", "C10", "C12", "C20", "C21", "C22"), 10000)]),
        ({"C00": None}, [("outer_gap", ("C01", "C10", "C11"), 10000)]),
        (
            {"C11": box(100, 100, 199, 200)},
            [("gap", ("C01", "C02", "C11", "C12", "C21", "C22"), 100)],
        ),
        (
            {"C00": box(0, 0, 100.04, 100)},
            [("hair-line overlap", ("C00", "C01"), 4)],
        ),
        ({"C00": box(0, 0, 99.96, 100)}, [("hair-line gap", ("C00", "C01", "C10", "C11"), 4)]),
        ({"X": box(20, 20, 40, 40)}, [("overlap", ("C00", "X"), 400)]),
        ({"X": SQUARES["C22"]}, [("overlap", ("C22", "X"), 10000)]),
        ({"C00": box(0, 0, 100.0004, 100)}, []),  # less than a millimetre is arithmetic
    ],
)
def test_faults_are_found_with_codes_and_area(
    changes: dict[str, Polygon | None], faults: list[tuple[str, tuple[str, ...], float]]
) -> None:
    assert said(check(changes)) == faults


def test_gaps_without_an_outline_are_holes_and_slits() -> None:
    hole = said(check({"C11": None}, outline=None))
    assert hole[0][0] == "gap"
    assert hole[0][2] == 10000
    assert said(check({"C10": box(0, 100, 100, 199.5)}, outline=None)) == [
        ("gap", ("C10", "C11", "C20", "C21"), 50)
    ]
    assert check({"C00": None}, outline=None) == []


def test_crossing_is_what_lies_outside_the_parent() -> None:
    faults = find_crossings(
        ["a", "b", "c"],
        [box(0, 0, 110, 10), box(0, 10, 100, 20), box(0, 0, 999, 999)],
        ["P", "P", "unknown"],
        {"P": box(0, 0, 100, 100)},
    )
    assert said(faults) == [("crossing", ("a", "P"), 100)]


def cuts(seed: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """A random partition of the city into the cells nearest to each of some places."""
    places = np.random.default_rng(seed).uniform(0, 300, (count, 2))
    regions = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=CITY)
    cells = [cell.intersection(CITY) for cell in shapely.get_parts(regions)]
    return as_shapes([cell for cell in cells if cell.area > 1])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(3, 40))
@pytest.mark.mission("D4")
def test_every_place_of_a_partition_has_exactly_one_cell(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed + 1)
    cells = cuts(seed, count)
    metres = shapely.transform(cells, lambda xy: xy + np.array([500_000, 3_400_000]))
    codes = [f"{n:03d}" for n in range(len(cells))]
    index = CellIndex(codes, to_degrees(metres, 4545), 4545)
    corners = shapely.get_coordinates(cells)
    places = np.vstack([rng.uniform(0, 300, (200, 2)), corners])
    points = to_degrees(as_shapes([Point(x + 500_000, y + 3_400_000) for x, y in places]), 4545)
    found = index.codes_of(shapely.get_x(points), shapely.get_y(points))
    assert "" not in found
    by_hand = [
        {codes[n] for n in np.flatnonzero(shapely.dwithin(cells, Point(p), 0.05))} for p in places
    ]
    assert all(code in near for code, near in zip(found, by_hand, strict=True))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(5, 40))
def test_a_partition_is_faultless_and_each_disturbance_is_found(seed: int, count: int) -> None:
    cells = mend_seams([""] * len(cuts(seed, count)), cuts(seed, count)).shapes
    codes = [f"{n:03d}" for n in range(len(cells))]
    assert [f for f in find_faults(codes, cells, outline=CITY) if f.wide] == []
    victim = int(np.random.default_rng(seed).integers(len(cells)))
    grown = cells.copy()
    grown[victim] = cells[victim].buffer(1.0).intersection(CITY)
    faults = [f for f in find_faults(codes, grown, outline=CITY) if f.wide]
    assert {f.kind for f in faults} == {FaultKind.OVERLAP}
    assert all(codes[victim] in f.codes for f in faults)
    extra = grown[victim].area - cells[victim].area
    assert sum(f.area_m2 for f in faults) == pytest.approx(extra, rel=0.02, abs=0.5)
    gone = np.delete(cells, victim)
    left = [c for c in codes if c != codes[victim]]
    bare = [f for f in find_faults(left, gone, outline=CITY) if f.wide]
    assert {f.kind for f in bare} <= {FaultKind.GAP, FaultKind.OUTER_GAP}
    assert sum(f.area_m2 for f in bare) == pytest.approx(cells[victim].area, abs=0.5)


def disturbed(cell: Polygon, rng: np.random.Generator) -> Polygon:
    """The cell with every corner moved by up to a centimetre each way."""
    corners = np.asarray(cell.exterior.coords)[:-1]
    return Polygon(corners + rng.uniform(-0.01, 0.01, corners.shape))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_hair_line_faults_are_closed_and_reported(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = mend_seams([""] * 12, cuts(seed, 12)[:12]).shapes
    codes = [f"{n:03d}" for n in range(len(cells))]
    sides = [np.hypot(*np.diff(cell.exterior.coords, axis=0).T).min() for cell in cells]
    assume(min(sides) > 1)
    torn = as_shapes([disturbed(cell, rng) for cell in cells])
    assume(shapely.is_valid(torn).all())
    mended = mend_seams(codes[: len(torn)], torn)
    left = find_faults(codes[: len(torn)], mended.shapes)
    assert [f for f in left if f.kind == FaultKind.OVERLAP and f.wide] == []
    moved = shapely.hausdorff_distance(mended.shapes, torn)
    assert moved.max() < 0.1


def test_corner_missing_on_a_neighbours_straight_edge_is_added_and_nothing_else() -> None:
    shapes = [box(0, 0, 100, 200), box(100, 0, 200, 100), box(100, 100, 200, 200)]
    mended = mend_seams(["a", "b", "c"], shapes)
    assert mended.closed == []
    assert mended.moved == 1
    assert list(mended.shapes[0].exterior.coords)[:3] == [(100, 0), (100, 100), (100, 200)]
    assert shapely.coverage_is_valid(mended.shapes)
    again = mend_seams(["a", "b", "c"], mended.shapes)
    assert again.moved == 0
