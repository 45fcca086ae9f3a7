"""Which facilities speak: the one that is named, or those that cannot be told from the nearest."""

from datetime import datetime

from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.ground import SEAM_M, GroundSlice
from grid.jurisdiction.question import Question, Standpoint

REACH_M = 10.0  # without a named facility, only facilities this near (or within accuracy) speak


def standpoint_of(slice_: GroundSlice, question: Question, point: BaseGeometry) -> Standpoint:
    """The facilities that speak: the named one, or those that cannot be told from the nearest."""
    if question.facility:
        category = question.category or category_of_facility(slice_, question.facility, question.at)
        return Standpoint(question.at, category, question.scenario, (question.facility,))
    near = speaking_near(slice_, question, point)
    nearest = [code for distance, code in near if distance <= near[0][0] + SEAM_M]
    return Standpoint(question.at, question.category, question.scenario, tuple(nearest))


def speaking_near(
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


def category_of_facility(slice_: GroundSlice, facility: str, at: datetime) -> str:
    """`kind:code` of a facility at an instant, empty where it did not stand then."""
    rows = [slice_.facilities[n] for n in slice_.facility_numbers.get(facility, ())]
    return next((row.category for row in rows if row.valid.holds(at)), "")
