"""Ground that spans districts: which ones, and the body above them all."""

from dataclasses import replace
from datetime import datetime

from shapely import Point
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.claims import living
from grid.jurisdiction.faces import is_thick
from grid.jurisdiction.ground import SEAM_M, GroundSlice
from grid.jurisdiction.question import Decision, Question

GOVERNMENT = "government"


def with_districts(
    slice_: GroundSlice, question: Question, decision: Decision, shape: BaseGeometry | None
) -> Decision:
    """Name the districts touched; where they are several, the body above them decides (B15)."""
    districts = districts_of(slice_, question, shape)
    upper = upper_of(slice_, districts, question.at) if len(districts) > 1 else None
    return replace(decision, districts=districts, upper=upper)


def districts_of(
    slice_: GroundSlice, question: Question, shape: BaseGeometry | None
) -> tuple[str, ...]:
    """Codes of the districts that the place, its accuracy circle, the path or the thing touches.

    On the seam (within 5 cm) is in both. `shape` is the path or the thing, in metres.
    """
    place = shape if shape is not None else Point(question.x, question.y)
    found = set(slice_.areas_touching(place, "district", SEAM_M, question.at))
    if question.accuracy_m > SEAM_M:
        circle = place.buffer(question.accuracy_m, quad_segs=32)
        reached = slice_.areas_touching(circle, "district", 0.0, question.at)
        found |= {n for n in reached if is_thick(circle.intersection(slice_.area_shapes[n]))}
    return tuple(sorted(slice_.areas[n].code for n in found))


def upper_of(slice_: GroundSlice, districts: tuple[str, ...], at: datetime) -> str | None:
    """The body above all these districts: the nearest above their bodies, else the one at the top.

    Whoever was dissolved by then is read as its successor.
    """
    lines = [_line(slice_, body, at) for body in _bodies_of(slice_, districts)]
    if len(lines) > 1:
        for code in lines[0]:
            if all(code in line for line in lines[1:]):
                return code
    tops = [b.code for b in slice_.bodies.values() if b.kind == GOVERNMENT and not b.parent]
    ours = [
        living(slice_, code, at) for code in tops if slice_.bodies[code].area_code not in districts
    ]
    return min(ours, default=None)


def _bodies_of(slice_: GroundSlice, districts: tuple[str, ...]) -> list[str]:
    """Of each district its government, else whichever body is set over it (lowest code)."""
    chosen = []
    for district in districts:
        bodies = [b for b in slice_.bodies.values() if b.area_code == district]
        bodies.sort(key=lambda b: (b.kind != GOVERNMENT, b.code))
        chosen += [b.code for b in bodies[:1]]
    return chosen


def _line(slice_: GroundSlice, code: str, at: datetime) -> list[str]:
    """The bodies above a body, near first, itself not."""
    line: list[str] = []
    body = slice_.bodies.get(code)
    while body is not None and body.parent:
        above = living(slice_, body.parent, at)
        if above in line:
            break
        line.append(above)
        body = slice_.bodies.get(above)
    return line
