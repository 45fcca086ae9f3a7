"""Doubt on random tessellations: shares, margin and cells against plain areas and distances."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from grid.ground.metric import as_shapes
from grid.jurisdiction.doubt import margin_of, shares_of
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.faces import is_thick, nearest_regions
from grid.jurisdiction.ground import (
    SEAM_M,
    AreaRow,
    CellRow,
    DutyRow,
    FacilityRow,
    GroundRow,
    GroundSlice,
    PartyRow,
    Span,
)
from grid.jurisdiction.question import Decision, Question

AT = datetime(2026, 11, 21, tzinfo=UTC)
SIDE = 400.0
SQUARE = shapely.box(0, 0, SIDE, SIDE)
BODIES = ("A", "B", "C")
seeds = st.integers(0, 2**32 - 1)


def tessellation(dice: np.random.Generator, count: int) -> list[BaseGeometry]:
    """The square cut into the regions of random points."""
    points = MultiPoint(dice.uniform(0, SIDE, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=SQUARE))
    return [cell.intersection(SQUARE) for cell in cells]


def slice_of(
    owned: Sequence[tuple[str, BaseGeometry]] = (),
    cells: Sequence[BaseGeometry] = (),
    lamps: Sequence[tuple[str, BaseGeometry]] = (),
) -> GroundSlice:
    """Ownership areas by body, cells by number, and lamps with their maintainer."""
    return GroundSlice(
        outline=SQUARE,
        anything_mapped=True,
        areas=[AreaRow("D", "district")],
        area_shapes=as_shapes([SQUARE]),
        cells=[CellRow(f"{n:03d}") for n in range(len(cells))],
        cell_shapes=as_shapes(cells),
        grounds=[
            GroundRow(
                "ownership_area", f"G{n}", body, "owner", frozenset(), "", None, shape.area, Span()
            )
            for n, (body, shape) in enumerate(owned)
        ],
        ground_shapes=as_shapes([shape for _, shape in owned]),
        facilities=[FacilityRow(f"L{n}", "facility:lamp") for n in range(len(lamps))],
        facility_shapes=as_shapes([shape for _, shape in lamps]),
        parties={
            f"L{n}": [PartyRow(f"L{n}", "party", body, "maintainer", f"L{n}", "", None)]
            for n, (body, _) in enumerate(lamps)
        },
        duties={},
        bodies={},
        ancestry={"facility:lamp": ("facility:lamp",)},
    )


def asked(x: float, y: float, accuracy_m: float = 0.0, category: str = "") -> Question:
    return Question(0, 0, x, y, AT, accuracy_m, category)


def answer(slice_: GroundSlice, question: Question) -> Decision:
    return decide_on(slice_, [question])[0]


def measured(
    owned: list[tuple[str, BaseGeometry]], region: BaseGeometry
) -> dict[str | None, float]:
    """The part of a region in which each body has its areas; None: outside the square."""
    parts: dict[str | None, float] = {
        body: shapely.union_all([s for who, s in owned if who == body]).intersection(region).area
        for body in BODIES
    }
    parts[None] = region.difference(SQUARE).area
    return {body: area / region.area for body, area in parts.items()}


@settings(max_examples=60, deadline=None)
@given(seeds, st.floats(1, 60), st.sampled_from([0.0, 0.0, 0.008, -0.008, 0.02]))
def test_shares_are_the_areas_and_uncertain_is_another_answer_within_reach(
    seed: int, accuracy: float, drawn: float
) -> None:
    """Hair-line overlaps and gaps (`drawn` off by centimetres) are no answers."""
    dice = np.random.default_rng(seed)
    true = [(str(dice.choice(BODIES)), cell) for cell in tessellation(dice, 30)]
    slice_ = slice_of([(body, cell.buffer(drawn, join_style="mitre")) for body, cell in true])
    x, y = dice.uniform(0, SIDE, 2)
    decision = answer(slice_, asked(x, y, accuracy))
    parts = measured(true, Point(x, y).buffer(accuracy, quad_segs=32))
    told = {share.organization: share.share for share in decision.shares}
    if decision.outcome == "uncertain":
        assert sum(told.values()) == pytest.approx(1, abs=1e-9)
        assert len(decision.shares) >= 2
    else:
        assert decision.responsible is not None
        told = {decision.responsible: 1.0}
    # Two centimetres of every edge are in dispute between drawing and truth.
    allowed = 0.01 + 0.4 / accuracy
    for body, part in parts.items():
        assert told.get(body, 0.0) == pytest.approx(part, abs=allowed)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_the_margin_is_the_way_to_the_next_body(seed: int) -> None:
    dice = np.random.default_rng(seed)
    owned = [(str(dice.choice(BODIES)), cell) for cell in tessellation(dice, 30)]
    slice_ = slice_of(owned)
    x, y = dice.uniform(1, SIDE - 1, 2)
    decision = answer(slice_, asked(x, y))
    others = [cell for body, cell in owned if body != decision.responsible]
    beyond = SQUARE.buffer(500).difference(SQUARE)
    expected = min(shapely.distance(Point(x, y), as_shapes([*others, beyond])))
    assert margin_of(slice_, asked(x, y), decision, 200.0) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seeds, st.booleans())
def test_the_margin_crosses_areas_whose_duties_differ(seed: int, outlined: bool) -> None:
    """Subdistricts with duties of their own, of which some share a body; a third of the ground is owned."""
    dice = np.random.default_rng(seed)
    areas = [(str(dice.choice(BODIES)), shape) for shape in tessellation(dice, 12)]
    owned = [(str(dice.choice(BODIES)), shape) for shape in tessellation(dice, 30)[::3]]
    bare = slice_of(owned)
    shapes = as_shapes([SQUARE, *(shape for _, shape in areas)])
    slice_ = replace(
        bare,
        outline=SQUARE if outlined else None,
        areas=[AreaRow("D", "district"), *(AreaRow(f"{n}", "subdistrict") for n in range(12))],
        area_shapes=shapes,
        duties={
            "facility:lamp": [
                DutyRow(n, "facility:lamp", "", f"{n}", "maintainer", body, "", "", "")
                for n, (body, _) in enumerate(areas)
            ]
        },
    )
    x, y = dice.uniform(1, SIDE - 1, 2)
    question = asked(x, y, category="facility:lamp")
    decision = answer(slice_, question)
    taken = shapely.union_all([shape for _, shape in owned])
    others = [SQUARE.buffer(500).difference(SQUARE)]
    for body in set(BODIES) - {decision.responsible}:
        free = shapely.union_all([shape for who, shape in areas if who == body]).difference(taken)
        ground = shapely.union_all([free, *(shape for who, shape in owned if who == body)])
        others += [part for part in shapely.get_parts(ground) if is_thick(part)]
    expected = min(shapely.distance(Point(x, y), as_shapes(others)))
    assert margin_of(slice_, question, decision, 200.0) == pytest.approx(expected, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_every_point_of_the_city_has_one_cell(seed: int) -> None:
    """On edges and corners the lowest code; in hair-line gaps the nearest; never two, never none."""
    dice = np.random.default_rng(seed)
    cells = tessellation(dice, 40)
    drawn = [cell.buffer(-0.01 * dice.integers(2), join_style="mitre") for cell in cells]
    corners = shapely.get_coordinates(as_shapes(drawn))
    chosen = corners[dice.integers(len(corners), size=60)]
    following = corners[(dice.integers(len(corners), size=60))]
    spots = np.vstack([chosen, (chosen + following) / 2, dice.uniform(0, SIDE, (60, 2))])
    slice_ = slice_of(cells=drawn)
    points = as_shapes([Point(spot) for spot in spots])
    found = slice_.cells_of(points, np.full(len(spots), AT.timestamp()))
    for point, code in zip(points, found, strict=True):
        near = shapely.distance(point, as_shapes(drawn))
        covering = np.flatnonzero(near <= 0.001)
        if len(covering):
            assert code == f"{covering.min():03d}"
        else:
            assert near[int(code)] == pytest.approx(near.min(), abs=1e-9)
        assert near[int(code)] <= SEAM_M


@settings(max_examples=40, deadline=None)
@given(seeds, st.floats(0, 40))
def test_the_order_of_the_records_does_not_show(seed: int, accuracy: float) -> None:
    dice = np.random.default_rng(seed)
    owned = [(str(dice.choice(BODIES)), cell) for cell in tessellation(dice, 20)]
    owned += [(body, shape.buffer(15)) for body, shape in owned[:6]]
    slice_ = slice_of(owned)
    order = dice.permutation(len(owned))
    shuffled = replace(
        slice_,
        grounds=[slice_.grounds[n] for n in order],
        ground_shapes=slice_.ground_shapes[order],
    )
    x, y = dice.uniform(0, SIDE, 2)
    one, other = (answer(s, asked(x, y, accuracy)) for s in (slice_, shuffled))
    assert (one.outcome, one.finding, one.claims) == (other.outcome, other.finding, other.claims)
    assert {s.organization: s.share for s in one.shares} == pytest.approx(
        {s.organization: s.share for s in other.shares}, abs=2e-4
    )


@settings(max_examples=40, deadline=None)
@given(seeds, st.floats(11, 60))
def test_each_lamp_in_the_circle_speaks_where_it_is_the_nearest(seed: int, accuracy: float) -> None:
    dice = np.random.default_rng(seed)
    lamps = [(str(dice.choice(BODIES)), Point(dice.uniform(100, 300, 2))) for _ in range(12)]
    slice_ = slice_of(lamps=lamps)
    x, y = dice.uniform(150, 250, 2)
    decision = answer(slice_, asked(x, y, accuracy, "facility:lamp"))
    circle = Point(x, y).buffer(accuracy)
    within = [(body, lamp) for body, lamp in lamps if lamp.distance(Point(x, y)) <= accuracy]
    spots = dice.uniform([x - accuracy, y - accuracy], [x + accuracy, y + accuracy], (3000, 2))
    spots = spots[shapely.contains_xy(circle, spots)]
    points = as_shapes([Point(spot) for spot in spots])
    if len({body for body, _ in within}) < 2:
        assert decision.outcome == ("presumed" if within else "unowned")
        return
    ways = np.array([shapely.distance(points, lamp) for _, lamp in within])
    speaking = np.array([body for body, _ in within])[ways.argmin(axis=0)]
    told = {share.organization: share.share for share in decision.shares} or {
        decision.responsible: 1.0
    }
    for body in BODIES:
        assert told.get(body, 0.0) == pytest.approx((speaking == body).mean(), abs=0.05)


def test_two_roads_side_by_side_divide_the_circle_between_them() -> None:
    """Their middles say nothing of who is the nearer one here."""
    north = shapely.LineString([(0, 210), (900, 210)])
    south = shapely.LineString([(-700, 190), (400, 190)])
    regions = nearest_regions(as_shapes([north, south]), Point(200, 200).buffer(30), 0.5)
    assert regions[0].contains(Point(200, 205))
    assert regions[1].contains(Point(200, 195))
    slice_ = slice_of(lamps=[("A", north), ("B", south)])
    decision = answer(slice_, asked(200, 200, 30, "facility:lamp"))
    assert {s.organization: s.share for s in decision.shares} == pytest.approx(
        {"A": 0.5, "B": 0.5}, abs=0.01
    )


@given(st.lists(st.floats(0.001, 1e9), min_size=1, max_size=12))
def test_shares_sum_to_one_to_the_last_digit(sizes: list[float]) -> None:
    shares = shares_of(sizes)
    assert round(sum(shares), 9) == 1
    for size, share in zip(sizes, shares, strict=True):
        assert share == pytest.approx(size / sum(sizes), abs=1.1e-4)
