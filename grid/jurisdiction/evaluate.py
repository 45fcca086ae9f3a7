"""From a question and a slice of ground to an answer: collect claims, apply the rules, measure.

Pure: no database. The same functions answer one question, a batch and a what-if.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.ground import SEAM_M, DutyRow, GroundSlice, PartyRow, Shapes
from grid.jurisdiction.rules import OWN_RECORD, Claim, Finding, Outcome, Rule, find

REACH_M = 10.0  # without a named facility, only facilities this near (or within accuracy) speak
DEFAULT_ROLE = "maintainer"  # the role that answers where no duty names one
STAND_IN = "owner"
UNDETERMINED = Finding(Outcome.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Question:
    """Who answers at (x, y) metres, for what, at an instant; `facility` fixes the thing itself."""

    lon: float
    lat: float
    x: float
    y: float
    at: datetime
    accuracy_m: float = 0.0
    category: str = ""
    facility: str = ""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the accuracy circle in which a body (or nobody: None) answers."""

    organization: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole of an answer, in codes; `margin_m` is None where no boundary would change it."""

    outcome: Outcome
    role: str
    cell: str = ""
    areas: tuple[str, ...] = ()
    finding: Finding = UNDETERMINED
    claims: tuple[Claim, ...] = ()
    shares: tuple[Share, ...] = ()
    supervisor: str | None = None
    custodian: str | None = None
    dispatch_to: str | None = None
    margin_m: float | None = None
    facilities: tuple[str, ...] = ()
    duty: DutyRow | None = None

    @property
    def responsible(self) -> str | None:
        """The body that answers, None where the outcome names none."""
        if self.outcome in {Outcome.SETTLED, Outcome.PRESUMED}:
            return self.finding.organization
        return None


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What is the same for all points of one question: when, what for, which facilities speak."""

    at: datetime
    category: str
    scenario: str
    facilities: tuple[str, ...]


def decide_on(slice_: GroundSlice, questions: Sequence[Question]) -> list[Decision]:
    """Answer many questions on one slice (shares included, margins not; see `margin_of`)."""
    points = shapely.points([q.x for q in questions], [q.y for q in questions])
    instants = np.array([q.at.timestamp() for q in questions])
    places = slice_.places_of(points, instants)
    cells = slice_.cells_of(points, instants)
    decisions = []
    for number, question in enumerate(questions):
        if not places.inside[number]:
            decisions.append(Decision(Outcome.OUTSIDE, role=""))
            continue
        standpoint = _standpoint(slice_, question, points[number])
        decision = _decide_at(slice_, standpoint, places.areas[number], places.grounds[number])
        decision = replace(decision, cell=cells[number])
        if question.accuracy_m > 0 and not question.facility:
            decision = _with_uncertainty(slice_, question, decision)
        decisions.append(_with_bodies(slice_, decision))
    return decisions


def _standpoint(slice_: GroundSlice, question: Question, point: BaseGeometry) -> Standpoint:
    """The facilities that speak: the named one, or those that cannot be told from the nearest."""
    if question.facility:
        category = question.category or _category_of(slice_, question.facility, question.at)
        return Standpoint(question.at, category, question.scenario, (question.facility,))
    near = _speaking_near(slice_, question, point)
    nearest = [code for distance, code in near if distance <= near[0][0] + SEAM_M]
    return Standpoint(question.at, question.category, question.scenario, tuple(nearest))


def _speaking_near(
    slice_: GroundSlice, question: Question, point: BaseGeometry
) -> list[tuple[float, str]]:
    """Facilities of the category asked within max(accuracy, 10 m), nearest first."""
    if not question.category:
        return []
    reach = max(question.accuracy_m, REACH_M)
    return [
        (distance, slice_.facilities[n].code)
        for distance, n in slice_.facilities_near(point, reach, question.at)
        if question.category in slice_.ancestry.get(slice_.facilities[n].category, ())
    ]


def _category_of(slice_: GroundSlice, facility: str, at: datetime) -> str:
    rows = [slice_.facilities[n] for n in slice_.facility_numbers.get(facility, ())]
    return next((row.category for row in rows if row.valid.holds(at)), "")


def _decide_at(
    slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int], grounds: Sequence[int]
) -> Decision:
    """The rules applied at one place, for one set of speaking facilities."""
    codes = tuple(slice_.areas[n].code for n in areas)
    duty = _duty_for(slice_, standpoint, codes)
    role = duty.role if duty else DEFAULT_ROLE
    claims = [
        *_ground_claims(slice_, standpoint.category, role, grounds),
        *(
            claim
            for code in standpoint.facilities
            for claim in _facility_claims(slice_, code, role, standpoint.at)
        ),
        *_duty_claims(slice_, duty, role),
    ]
    finding = find(claims)
    return Decision(
        outcome=finding.outcome,
        role=role,
        areas=codes,
        finding=finding,
        claims=tuple(sorted(claims, key=lambda c: (c.rule, c.area_m2, c.organization))),
        facilities=standpoint.facilities,
        duty=duty,
    )


def _duty_for(slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[str]) -> DutyRow | None:
    """The catalogue's line for the category here: nearest class, asked scenario, narrowest area."""
    for category in slice_.ancestry.get(standpoint.category, ()):
        rows = [
            duty
            for duty in slice_.duties.get(category, ())
            if duty.valid.holds(standpoint.at)
            and (not duty.area_code or duty.area_code in areas)
            and (not standpoint.scenario or duty.scenario in {standpoint.scenario, ""})
        ]
        if rows:
            asked = standpoint.scenario
            return min(
                rows,
                key=lambda d: (d.scenario != asked, -_depth(d.area_code, areas), d.scenario),
            )
    return None


def _depth(area_code: str, areas: Sequence[str]) -> int:
    return areas.index(area_code) + 1 if area_code else 0


def _ground_claims(
    slice_: GroundSlice, category: str, role: str, grounds: Sequence[int]
) -> list[Claim]:
    """Claims of rulings, red lines and ownership areas covering the place, for the role asked.

    Where no area of a kind speaks for the role, the owner's stand in.
    """
    lineage = [key.partition(":")[2] for key in slice_.ancestry.get(category, ())]
    rows = [slice_.grounds[n] for n in grounds]
    rows = [r for r in rows if not r.categories or r.categories.intersection(lineage)]
    claims = []
    for kind, rule in (
        ("precedent", Rule.PRECEDENT),
        ("red_line", Rule.RED_LINE),
        ("ownership_area", Rule.OWNERSHIP_AREA),
    ):
        of_kind = [r for r in rows if r.kind == kind]
        asked = [r for r in of_kind if r.role in {role, ""}]
        for row in asked or [r for r in of_kind if r.role == STAND_IN]:
            claims.append(
                Claim(
                    rule=rule,
                    organization=living(slice_, row.organization),
                    role=row.role or role,
                    source_type=row.kind,
                    source_code=row.code,
                    document=row.document,
                    valid_from=row.valid.start,
                    valid_to=row.valid.end,
                    effective_on=row.effective_on,
                    area_m2=0.0 if rule == Rule.PRECEDENT else row.area_m2,
                )
            )
    return claims


def _facility_claims(slice_: GroundSlice, facility: str, role: str, at: datetime) -> list[Claim]:
    """Claims from the facility's own record: signed handovers, project, party, upkeep.

    A role that passes by its own, later date keeps the owner's handover from standing in before
    that date; a signed handover without its paper proves nothing and counts as asserted.
    """
    recorded = slice_.parties.get(facility, ())
    rows = [r for r in recorded if r.valid.holds(at)]
    proven = _for_role([r for r in recorded if r.kind == "signed" and r.document], role)
    signed = [r for r in proven if r.valid.holds(at)]
    claims = [_party_claim(slice_, r, Rule.SIGNED_HANDOVER) for r in signed]
    if not signed:
        claims += [_party_claim(slice_, r, Rule.PROJECT) for r in rows if r.kind == "project"]
    registered = _for_role([r for r in rows if r.kind == "party"], role)
    claims += [_party_claim(slice_, r, Rule.REGISTERED_PARTY) for r in registered]
    asserted = [
        r
        for r in rows
        if r.kind in {"upkeep", "claimed"} or (r.kind == "signed" and not r.document)
    ]
    claims += [_party_claim(slice_, r, Rule.DE_FACTO_UPKEEP) for r in _for_role(asserted, role)]
    return claims


def _for_role(rows: list[PartyRow], role: str) -> list[PartyRow]:
    """The rows of the role asked; where there is none for it, the owner's stand in."""
    asked = [r for r in rows if r.role == role]
    return asked or [r for r in rows if r.role == STAND_IN]


def _party_claim(slice_: GroundSlice, row: PartyRow, rule: Rule) -> Claim:
    return Claim(
        rule=rule,
        organization=living(slice_, row.organization),
        role=row.role,
        source_type="handover" if row.kind in {"signed", "claimed"} else row.kind,
        source_code=row.source_code,
        document=row.document,
        valid_from=row.valid.start,
        valid_to=row.valid.end,
        effective_on=row.effective_on,
    )


def _duty_claims(slice_: GroundSlice, duty: DutyRow | None, role: str) -> list[Claim]:
    """The claim of the catalogue: of the utility for its class, else of the duty's own body."""
    if duty is None or not duty.organization:
        return []
    organization = living(slice_, duty.organization)
    body = slice_.bodies.get(organization)
    utility = body is not None and body.kind == "utility"
    return [
        Claim(
            rule=Rule.UTILITY_CLASS if utility else Rule.DUTY,
            organization=organization,
            role=role,
            source_type="duty",
            source_code="/".join(
                filter(None, (duty.category.partition(":")[2], duty.area_code, duty.scenario))
            ),
            document=duty.legal_basis,
            valid_from=duty.valid.start,
            valid_to=duty.valid.end,
        )
    ]


def living(slice_: GroundSlice, code: str) -> str:
    """The body itself, or the last of its successors (机构改革)."""
    seen = {code}
    while (body := slice_.bodies.get(code)) and body.successor and body.successor not in seen:
        code = body.successor
        seen.add(code)
    return code


# --- place: shares of the accuracy circle, margin to the next boundary -------------------------


AnswerKey = tuple[str | None, Outcome | None, frozenset[str]]


def answer_key(decision: Decision) -> AnswerKey:
    """What makes two answers the same: the body named; without one the outcome and who contests."""
    finding = decision.finding
    if finding.organization is not None:
        return finding.organization, None, frozenset()
    return None, finding.outcome, frozenset(c.organization for c in finding.speaking)


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
        _decide_at(slice_, standpoints[n], places.areas[n], places.grounds[n])
        if places.inside[n]
        else Decision(Outcome.OUTSIDE, role="", finding=Finding(Outcome.OUTSIDE))
        for n in range(len(faces))
    ]


def _with_uncertainty(slice_: GroundSlice, question: Question, decision: Decision) -> Decision:
    """Shares of the accuracy circle by answer; `uncertain` where it reaches another answer."""
    centre = Point(question.x, question.y)
    circle = centre.buffer(question.accuracy_m, quad_segs=32)
    near = [code for _, code in _speaking_near(slice_, question, centre)]
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


def moves_with_place(decision: Decision) -> bool:
    """Another place nearby may have another answer; not so where the thing's own record decides."""
    own = decision.finding.rule in OWN_RECORD | {Rule.SIGNED_HANDOVER}
    return decision.outcome != Outcome.OUTSIDE and not own


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
        category = _category_of(slice_, question.facility, question.at)
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


# --- bodies: supervisor, custodian, where to send it -------------------------------------------


def _with_bodies(slice_: GroundSlice, decision: Decision) -> Decision:
    """Name the supervisor, the custodian and the body on the platform to send the case to."""
    duty = decision.duty
    custodian = _custodian(slice_, decision)
    sent_to = decision.responsible or custodian
    reachable = _reachable(slice_, sent_to)
    if reachable is None and decision.responsible:
        reachable = _reachable(slice_, custodian)
    return replace(
        decision,
        supervisor=living(slice_, duty.supervisor) if duty and duty.supervisor else None,
        custodian=custodian,
        dispatch_to=reachable,
    )


def _custodian(slice_: GroundSlice, decision: Decision) -> str | None:
    """The duty's custodian; else the subdistrict, which only makes safe; never the community."""
    if decision.duty and decision.duty.custodian:
        code = living(slice_, decision.duty.custodian)
        body = slice_.bodies.get(code)
        if body is not None and body.kind != "community":
            return code
    local = [
        body.code
        for body in slice_.bodies.values()
        if body.kind == "subdistrict" and body.area_code and body.area_code in decision.areas
    ]
    return living(slice_, min(local)) if local else None


def _reachable(slice_: GroundSlice, code: str | None) -> str | None:
    """The body itself if it has a duty contact, else the nearest above it that has one."""
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        body = slice_.bodies.get(code)
        if body is None:
            return None
        if body.contact:
            return body.code
        code = body.parent
    return None
