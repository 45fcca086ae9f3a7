"""A line or polygon that is asked about, cut into the parts that have one answer each.

Where things of the class stand along it, each speaks for the stretch to which it is the nearest (a dark
street is its circuit and its lamps); elsewhere the ground speaks, cut along its boundaries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.doubt import answer_key, decisions_at, duty_areas, shares_of
from grid.jurisdiction.faces import cut, inner_points, nearest_regions, without_hairlines
from grid.jurisdiction.ground import SEAM_M, GroundSlice, Shapes
from grid.jurisdiction.question import Decision, Part, Question, Standpoint
from grid.jurisdiction.rules import Outcome
from grid.jurisdiction.speaking import REACH_M, row_named, shape_of

SPAN_M = (
    50.0  # a thing beside a path speaks for it no further than this (lamps stand 25 to 50 m apart)
)
STEP_M = 1.0  # how finely things that are lines are walked to see which is nearest


@dataclass(frozen=True, slots=True)
class _Piece:
    shape: BaseGeometry
    decision: Decision
    things: tuple[int, ...]
    at: BaseGeometry


def parts_of(
    slice_: GroundSlice, question: Question, path: BaseGeometry | None
) -> tuple[Part, ...]:
    """The answers along a path (in metres), or along the thing named where it is no point.

    The largest part first; pieces thinner than a seam are no part. Along a path speak the things of the
    class asked (of a matter: of the class of the thing named). A line that is named speaks for itself,
    unless things of another class are asked for: the lamps of a road.
    """
    row, shape = row_named(slice_, question), shape_of(slice_, question, path)
    if shape is None or (path is None and shape.geom_type == "Point"):
        return ()
    own = slice_.facilities[row].category if row is not None else ""
    wanted = question.category if question.category.startswith("facility:") else own
    if path is None and wanted in slice_.ancestry.get(own, ()):
        return _joined(slice_, _pieces_of_ground(slice_, question, shape, (question.facility,)))
    things = [
        n
        for _, n in slice_.facilities_near(shape, REACH_M, question.at)
        if wanted and wanted in slice_.ancestry.get(slice_.facilities[n].category, ())
    ]
    named = (question.facility,) if path is None else ()
    pieces: list[_Piece] = []
    if things:
        pieces, shape = _pieces_of_things(slice_, question, shape, things)
    return _joined(slice_, [*pieces, *_pieces_of_ground(slice_, question, shape, named)])


def _pieces_of_things(
    slice_: GroundSlice, question: Question, path: BaseGeometry, things: Sequence[int]
) -> tuple[list[_Piece], BaseGeometry]:
    """The stretches for which things speak, and what is left of the path.

    A thing that is a point has the answer of its own place.
    """
    shapes = slice_.facility_shapes[list(things)]
    reach = shapely.union_all(shapely.buffer(shapes, SPAN_M))
    regions = []
    if len(things) > 1:
        regions = nearest_regions(shapes, path.envelope.buffer(SPAN_M), STEP_M)
    stretches = cut(shapely.intersection(path, reach), regions)
    pieces = []
    for shape, middle in zip(stretches, inner_points(stretches), strict=True):
        distances = shapely.distance(middle, shapes)
        nearest = np.flatnonzero(distances <= distances.min() + SEAM_M).tolist()
        codes = tuple(slice_.facilities[things[n]].code for n in nearest)
        numbers = tuple(things[n] for n in nearest)
        place = shapes[nearest[0]]
        if place.geom_type == "Point":
            there = _decided(slice_, question, shapes[nearest[:1]], codes)[0]
            pieces.append(_Piece(shape, there, numbers, place))
        else:
            pieces += [
                replace(piece, things=numbers)
                for piece in _pieces_of_ground(slice_, question, shape, codes)
            ]
    return pieces, shapely.difference(path, reach)


def _pieces_of_ground(
    slice_: GroundSlice, question: Question, path: BaseGeometry, facilities: tuple[str, ...]
) -> list[_Piece]:
    """The path cut along every boundary of the ground, with the answer in each piece."""
    dividers = slice_.shapes_within(path, duty_areas(slice_, question.category), question.at)
    shapes = cut(path, dividers)
    points = inner_points(shapes)
    decisions = _decided(slice_, question, points, facilities)
    return [
        _Piece(shape, there, (), point)
        for shape, there, point in zip(shapes, decisions, points, strict=True)
    ]


def _decided(
    slice_: GroundSlice, question: Question, points: Shapes, facilities: tuple[str, ...]
) -> list[Decision]:
    standpoint = Standpoint(
        question.at, question.category, question.scenario, facilities, question.role
    )
    return decisions_at(slice_, points, [standpoint] * len(points))


def _joined(slice_: GroundSlice, pieces: Sequence[_Piece]) -> tuple[Part, ...]:
    """Pieces of one answer as one part."""
    keys = [
        (answer_key(piece.decision), piece.decision.finding.outcome, piece.decision.finding.rule)
        for piece in pieces
    ]
    kept = without_hairlines([piece.shape for piece in pieces], keys)
    by_answer: dict[object, list[_Piece]] = {}
    for piece, key, counts in zip(pieces, keys, kept, strict=True):
        if counts:
            by_answer.setdefault(key, []).append(piece)
    parts = [_part(slice_, same) for same in by_answer.values()]
    parts.sort(key=lambda p: (-round(p.measure, 2), p.organization or "", p.outcome, p.rule or 0))
    shares = shares_of([part.measure for part in parts])
    return tuple(replace(part, share=share) for part, share in zip(parts, shares, strict=True))


def _part(slice_: GroundSlice, pieces: Sequence[_Piece]) -> Part:
    finding = pieces[0].decision.finding
    shape = shapely.union_all([piece.shape for piece in pieces])
    if shape.geom_type == "MultiLineString":
        shape = shapely.line_merge(shape)
    rows = {slice_.facilities[n] for piece in pieces for n in piece.things}
    circuits: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.code):
        if row.parent:
            circuits.setdefault(row.parent, []).append(row.code)
    longest = max(pieces, key=lambda piece: (_measure(piece.shape), piece.at.wkt))
    contested = finding.outcome == Outcome.CONTESTED
    return Part(
        outcome=finding.outcome,
        organization=finding.organization,
        rule=finding.rule,
        measure=sum(_measure(piece.shape) for piece in pieces),
        share=1.0,
        shape=shape,
        at=Point(longest.at.coords[0]),
        between=tuple(sorted({c.organization for c in finding.speaking})) if contested else (),
        facilities=tuple(sorted(row.code for row in rows)),
        circuits=tuple((code, tuple(below)) for code, below in sorted(circuits.items())),
    )


def _measure(shape: BaseGeometry) -> float:
    return float(shape.area or shape.length)
