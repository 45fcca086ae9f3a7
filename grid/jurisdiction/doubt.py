"""How sure an answer is: shares of the accuracy circle, the margin to the next boundary that changes it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.at_place import decide_at
from grid.jurisdiction.ground import SEAM_M, GroundSlice, Shapes
from grid.jurisdiction.question import Decision, Question, Share, Standpoint
from grid.jurisdiction.rules import OWN_RECORD, Finding, Outcome, Rule
from grid.jurisdiction.speaking import category_of_facility, speaking_near

AnswerKey = tuple[str | None, Outcome | None, frozenset[str]]


def answer_key(decision: Decision) -> AnswerKey:
    """What makes two answers the same: the body named; without one the outcome and who contests."""
    finding = decision.finding
    if finding.organization is not None:
        return finding.organization, None, frozenset()
    return None, finding.outcome, frozenset(c.organization for c in finding.speaking)


def with_uncertainty(slice_: GroundSlice, question: Question, decision: Decision) -> Decision:
    """Shares of the accuracy circle by answer; `uncertain` where it reaches another answer."""
    centre = Point(question.x, question.y)
    circle = centre.buffer(question.accuracy_m, quad_segs=32)
    near = [code for _, code in speaking_near(slice_, question, centre)]
    dividers = slice_.shapes_within(circle, _duty_areas(slice_, question.category), question.at)
    shapes = slice_.facility_shapes[[slice_.facility_numbers[code][0] for code in near]]
    if len(near) > 1:
        dividers += _nearest_regions(shapes, circle)
    if not dividers:
        return decision
    faces = _faces(circle, dividers)
    standpoints = [
        Standpoint(
            question.at, question.category, question.scenario, _nearest_of(near, shapes, face)
        )
        for face in faces
    ]
    shares: dict[AnswerKey, float] = {}
    for face, there in zip(faces, _decisions_by_face(slice_, faces, standpoints), strict=True):
        key = answer_key(there)
        shares[key] = shares.get(key, 0.0) + face.area
    if len(shares) < 2:
        return decision
    total = sum(shares.values())
    return replace(
        decision,
        outcome=Outcome.UNCERTAIN,
        shares=tuple(
            Share(body, round(area / total, 4))
            for (body, _, _), area in sorted(shares.items(), key=lambda s: (-s[1], s[0][0] or ""))
        ),
    )


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
    circle = centre.buffer(radius_m, quad_segs=8)
    category = question.category
    if question.facility and not category:
        category = category_of_facility(slice_, question.facility, question.at)
    standpoint = Standpoint(question.at, category, question.scenario, decision.facilities)
    dividers = slice_.shapes_within(circle, _duty_areas(slice_, category), question.at)
    if not dividers:
        return None
    faces = _faces(circle, dividers)
    here = answer_key(decision)
    margins = [
        float(shapely.distance(centre, face))
        for face, there in zip(
            faces, _decisions_by_face(slice_, faces, [standpoint] * len(faces)), strict=True
        )
        if answer_key(there) != here
    ]
    return min(margins, default=None)


def moves_with_place(decision: Decision) -> bool:
    """Another place nearby may have another answer; not so where the thing's own record decides."""
    own = decision.finding.rule in OWN_RECORD | {Rule.SIGNED_HANDOVER}
    return decision.outcome != Outcome.OUTSIDE and not own


def _faces(region: BaseGeometry, dividers: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The region cut along every boundary in it; faces thinner than a seam are left out."""
    box = region.bounds
    lines = [shapely.clip_by_rect(shapely.boundary(shape), *box) for shape in dividers]
    noded = shapely.unary_union([region.boundary, *(line for line in lines if not line.is_empty)])
    faces = shapely.get_parts(shapely.polygonize([noded]))
    faces = faces[shapely.intersects(region, shapely.point_on_surface(faces))]
    width = 2 * shapely.area(faces) / shapely.length(faces)
    return [face for face, wide in zip(faces, width, strict=True) if wide > SEAM_M]


def _decisions_by_face(
    slice_: GroundSlice, faces: Sequence[BaseGeometry], standpoints: Sequence[Standpoint]
) -> list[Decision]:
    points = shapely.point_on_surface(np.array(faces, dtype=object))
    places = slice_.places_of(points, np.array([s.at.timestamp() for s in standpoints]))
    return [
        decide_at(slice_, standpoints[n], places.areas[n], places.grounds[n])
        if places.inside[n]
        else Decision(Outcome.OUTSIDE, role="", finding=Finding(Outcome.OUTSIDE))
        for n in range(len(faces))
    ]


def _nearest_of(near: Sequence[str], shapes: Shapes, face: BaseGeometry) -> tuple[str, ...]:
    if not near:
        return ()
    distances = shapely.distance(face.representative_point(), shapes)
    limit = float(distances.min()) + SEAM_M
    return tuple(code for code, d in zip(near, distances, strict=True) if d <= limit)


def _nearest_regions(shapes: Shapes, circle: BaseGeometry) -> list[BaseGeometry]:
    """The regions in which each of these shapes is the nearest (by their central points)."""
    centres = shapely.union_all(shapely.point_on_surface(shapes))
    return list(shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=circle)))


def _duty_areas(slice_: GroundSlice, category: str) -> set[str]:
    """Areas whose boundary matters, because a duty of the category is bound to them."""
    return {
        duty.area_code
        for code in slice_.ancestry.get(category, ())
        for duty in slice_.duties.get(code, ())
        if duty.area_code
    }
