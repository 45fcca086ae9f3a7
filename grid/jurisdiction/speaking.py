"""Which facilities speak: the one that is named, or those that cannot be told from the nearest."""

from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.ground import SEAM_M, GroundSlice
from grid.jurisdiction.question import Question, Standpoint

REACH_M = 10.0  # without a named facility, only facilities this near (or within accuracy) speak


def standpoint_of(slice_: GroundSlice, question: Question, point: BaseGeometry) -> Standpoint:
    """The facilities that speak: the named one, or those that cannot be told from the nearest."""
    if question.facility:
        row = row_named(slice_, question)
        own = slice_.facilities[row].category if row is not None else ""
        category = question.category or own
        return Standpoint(
            question.at, category, question.scenario, (question.facility,), question.role
        )
    near = speaking_near(slice_, question, point)
    nearest = [slice_.facilities[n].code for d, n in near if d <= near[0][0] + SEAM_M]
    return Standpoint(
        question.at, question.category, question.scenario, tuple(nearest), question.role
    )


def speaking_near(
    slice_: GroundSlice, question: Question, point: BaseGeometry
) -> list[tuple[float, int]]:
    """Facilities of the category asked within max(accuracy, 10 m), nearest first: metres, row."""
    if not question.category:
        return []
    reach = max(question.accuracy_m, REACH_M)
    return [
        (distance, n)
        for distance, n in slice_.facilities_near(point, reach, question.at)
        if question.category in slice_.ancestry.get(slice_.facilities[n].category, ())
    ]


def row_named(slice_: GroundSlice, question: Question) -> int | None:
    """The row of the facility that is named, None where it does not stand at that time."""
    rows = slice_.facility_numbers.get(question.facility, ())
    return next((n for n in rows if slice_.facilities[n].valid.holds(question.at)), None)


def shape_of(
    slice_: GroundSlice, question: Question, path: BaseGeometry | None
) -> BaseGeometry | None:
    """What is asked about as a shape in metres: the path, else the thing named; None for a place."""
    row = row_named(slice_, question)
    return path if path is not None or row is None else slice_.facility_shapes[row]
