"""How sure an answer is: shares of the accuracy circle, the margin to the next boundary that changes it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.at_place import OUTSIDE, FoundIn, decide_at, finding_at
from grid.jurisdiction.faces import faces, inner_points, nearest_regions, without_hairlines
from grid.jurisdiction.ground import OUTLINE, SEAM_M, GroundSlice, Shapes, area_divider
from grid.jurisdiction.nearest import margin_by_crossing
from grid.jurisdiction.question import Decision, Question, Share, Standpoint
from grid.jurisdiction.rules import OWN_RECORD, Finding, Outcome, Rule
from grid.jurisdiction.speaking import speaking_near

SHARE_STEPS = 10_000
# A thing's own record that no general presumption gainsays (upkeep may be, so it is not among them).
SETTLED_BY_ITSELF = {Rule.SIGNED_HANDOVER, Rule.PROJECT, Rule.REGISTERED_PARTY}
BEHIND_M, NOT_CUT_M = (
    2.0,
    1.0,
)  # a circle is cut so far behind a boundary; and what it must leave whole

AnswerKey = tuple[str | None, Outcome | None, frozenset[str]]


def answer_key(decision: Decision) -> AnswerKey:
    """What makes two answers the same: the body named; without one the outcome and who contests."""
    return key_of(decision.finding)


def key_of(finding: Finding) -> AnswerKey:
    """The same of a finding alone."""
    if finding.organization is not None:
        return finding.organization, None, frozenset()
    return None, finding.outcome, frozenset(c.organization for c in finding.speaking)


def with_uncertainty(slice_: GroundSlice, question: Question, decision: Decision) -> Decision:
    """Shares of the accuracy circle by answer; `uncertain` where it reaches another answer.

    Of a thing that is named only the place moves; else each of the things near speaks where it is the
    nearest. A hair-line answers for nothing: not even for the middle of the circle.
    """
    centre = Point(question.x, question.y)
    circle = centre.buffer(question.accuracy_m, quad_segs=32)
    near = [] if question.facility else [n for _, n in speaking_near(slice_, question, centre)]
    shapes = slice_.facility_shapes[near]
    codes = [slice_.facilities[n].code for n in near]
    category = decision.category
    dividers = slice_.shapes_within(circle, duty_areas(slice_, category), question.at)
    if len(near) > 1:
        dividers += nearest_regions(shapes, circle, max(question.accuracy_m / 50, 0.25))
    if not dividers:
        return decision
    pieces = faces(circle, dividers)
    points = inner_points(pieces)
    named = (question.facility,) if question.facility else ()
    keys = keys_at(
        slice_,
        points,
        [
            Standpoint(
                question.at,
                category,
                question.scenario,
                _nearest_of(codes, shapes, point) or named,
                question.role,
            )
            for point in points
        ],
    )
    kept = without_hairlines(pieces, keys)
    areas: dict[AnswerKey, float] = {}
    for piece, key, counts in zip(pieces, keys, kept, strict=True):
        if counts:
            areas[key] = areas.get(key, 0.0) + piece.area
    if len(areas) < 2:
        return decision
    ordered = sorted(areas.items(), key=lambda a: (-a[1], a[0][0] or ""))
    parts = shares_of([area for _, area in ordered])
    return replace(
        decision,
        outcome=Outcome.UNCERTAIN,
        shares=tuple(
            Share(body, share) for ((body, _, _), _), share in zip(ordered, parts, strict=True)
        ),
    )


def shares_of(sizes: Sequence[float]) -> list[float]:
    """Parts of the whole in ten-thousandths that sum to one exactly (largest remainders)."""
    whole = sum(sizes)
    exact = [size / whole * SHARE_STEPS for size in sizes]
    steps = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: (steps[n] - exact[n], n))
    for n in by_remainder[: SHARE_STEPS - sum(steps)]:
        steps[n] += 1
    return [step / SHARE_STEPS for step in steps]


def margin_of(
    slice_: GroundSlice, question: Question, decision: Decision, radius_m: float
) -> float | None:
    """Metres from the point to the nearest place within the radius with another answer.

    What is asked about stays the same (the facilities that spoke go on speaking); only the place
    moves. None: nothing within the radius changes the answer.
    """
    if decision.outcome == Outcome.OUTSIDE:
        return None
    centre = Point(question.x, question.y)
    standpoint = Standpoint(
        question.at, decision.category, question.scenario, decision.facilities, question.role
    )
    dividers, numbers = slice_.dividers_within(
        centre, duty_areas(slice_, decision.category), question.at, radius_m
    )
    speaking = {claim.rule for claim in decision.finding.speaking}
    if speaking and speaking <= SETTLED_BY_ITSELF:
        # Its own record decides alone: of all grounds only a ruling's could say otherwise.
        kept = [i for i, n in enumerate(numbers) if n < 0 or slice_.grounds[n].kind == "precedent"]
        dividers, numbers = [dividers[i] for i in kept], [numbers[i] for i in kept]
    if not dividers:
        return None
    array = np.array(dividers, dtype=object)
    edges = shapely.boundary(array)
    away = shapely.distance(centre, edges)
    here = answer_key(decision)
    areas = slice_.area_numbers(decision.areas, question.at)
    # Areas that do not divide anything hold throughout.
    fixed = [n for n in areas if area_divider(n) not in numbers]
    found: dict[tuple[int, ...], FoundIn] = {}

    def changes(covering: Collection[int]) -> bool:
        there = slice_.one_a_level([*fixed, *(area_divider(n) for n in covering if n < OUTLINE)])
        if areas and not there:
            return True  # it may be outside: not known here
        if there not in found:
            found[there] = FoundIn(slice_, standpoint, there)
        return key_of(found[there].on(sorted(n for n in covering if n >= 0))[0]) != here

    margin, reach = margin_by_crossing(centre, array, edges, np.array(numbers), away, changes)
    if margin is not None:
        return margin if margin <= radius_m else None
    # The rest is cut, near boundaries first: what lies beyond need not be. A circle that ends close
    # behind what was found could cut a wide face to a hair-line.
    cut = 0.0
    while reach < radius_m:
        beyond = away[away > reach]
        nearest = float(beyond.min()) if len(beyond) else radius_m
        if cut == 0.0 and nearest >= radius_m:
            return None
        reach = cut = min(max(nearest + BEHIND_M, 2 * cut), radius_m)
        circle = centre.buffer(reach, quad_segs=8)
        other = _nearest_other(slice_, standpoint, decision, centre, circle, array[away < reach])
        if other is not None and (other <= reach - NOT_CUT_M or reach == radius_m):
            return other
    return None


def _nearest_other(
    slice_: GroundSlice,
    standpoint: Standpoint,
    decision: Decision,
    centre: Point,
    circle: BaseGeometry,
    dividers: Shapes,
) -> float | None:
    """Metres to the nearest face with another answer within a circle, cut along these boundaries."""
    pieces = faces(circle, list(dividers))
    keys = keys_at(slice_, inner_points(pieces), [standpoint] * len(pieces))
    here = answer_key(decision)
    margins = [
        float(shapely.distance(centre, piece))
        for piece, key, counts in zip(pieces, keys, without_hairlines(pieces, keys), strict=True)
        if counts and key != here
    ]
    return min(margins, default=None)


def moves_with_place(decision: Decision) -> bool:
    """Another place nearby may have another answer; not so where the thing's own record decides."""
    own = decision.finding.rule in OWN_RECORD | {Rule.SIGNED_HANDOVER}
    return decision.outcome != Outcome.OUTSIDE and not own


def decisions_at(
    slice_: GroundSlice, points: Shapes, standpoints: Sequence[Standpoint]
) -> list[Decision]:
    """The rules applied at many points, each from its own standpoint."""
    places = slice_.places_of(points, np.array([s.at.timestamp() for s in standpoints]))
    return [
        decide_at(slice_, standpoints[n], places.areas[n], places.grounds[n])
        if places.inside[n]
        else OUTSIDE
        for n in range(len(points))
    ]


def keys_at(
    slice_: GroundSlice, points: Shapes, standpoints: Sequence[Standpoint]
) -> list[AnswerKey]:
    """What answers at many points, as `answer_key` tells answers apart; alike places asked once."""
    places = slice_.places_of(points, np.array([s.at.timestamp() for s in standpoints]))
    known: dict[tuple[Standpoint, tuple[int, ...], tuple[int, ...]], AnswerKey] = {}
    keys = []
    for n, standpoint in enumerate(standpoints):
        if not places.inside[n]:
            keys.append(answer_key(OUTSIDE))
            continue
        place = (standpoint, places.areas[n], places.grounds[n])
        if place not in known:
            known[place] = key_of(finding_at(slice_, *place))
        keys.append(known[place])
    return keys


def duty_areas(slice_: GroundSlice, category: str) -> set[str]:
    """Areas whose boundary matters, because a duty of the category is bound to them."""
    return {
        duty.area_code
        for code in slice_.ancestry.get(category, ())
        for duty in slice_.duties.get(code, ())
        if duty.area_code
    }


def _nearest_of(codes: Sequence[str], shapes: Shapes, point: BaseGeometry) -> tuple[str, ...]:
    if not codes:
        return ()
    distances = shapely.distance(point, shapes)
    limit = float(distances.min()) + SEAM_M
    return tuple(code for code, d in zip(codes, distances, strict=True) if d <= limit)
