"""The sweep (举一反三, F12): everything of one class whose handover stands as that of a case's facility."""

from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from grid.facilities.models import FacilityRecord, FacilityState
from grid.handover.models import HandoverItem
from grid.handover.queries import WORDS, standing_of, where_standing
from inspections.cases.models import Case

SHOWN = 200


class NoFacility(Invalid):
    """Case {number} names no facility: put the pin on one, or file it with 'facility', then sweep."""

    zh = "案卷 {number} 未关联部件：请移动点位或在立案时填写 facility，再行排查。"


@dataclass(frozen=True)
class Swept:
    """What is in the same condition: how much of it there is, and the first of it by code."""

    category: str
    category_name: str
    handover: str
    handover_words: dict[str, str]
    count: int
    facilities: list[dict[str, Any]]


def alike_of(case: Case) -> tuple[FacilityRecord, str, Any]:
    """The record of its own facility, how that one's handover stands, and the records of all else that stands so.

    Raises NoFacility.
    """
    current = FacilityRecord.objects.current()
    own = current.filter(facility=case.facility_id).select_related("category", "facility").first()
    if own is None:
        raise NoFacility(number=case.number)
    naming = HandoverItem.objects.filter(facility=case.facility_id).select_related("handover")
    state = standing_of(naming)
    others = current.filter(category=own.category).exclude(facility=case.facility_id)
    alike = where_standing(others.exclude(state=FacilityState.REMOVED), state)
    return own, state, alike.order_by("facility_id")


def sweep_of(case: Case) -> Swept:
    """Same class, same state of handover, the facility of the case itself left out. Raises NoFacility."""
    own, state, alike = alike_of(case)
    first = alike.values("facility__code", "name", "home_cell_code")
    zh, en = WORDS[state]
    return Swept(
        category=own.category.code,
        category_name=own.category.name,
        handover=str(state),
        handover_words={"zh-Hans": zh, "en": en},
        count=alike.count(),
        facilities=[
            {"code": row["facility__code"], "name": row["name"], "cell": row["home_cell_code"]}
            for row in first[:SHOWN]
        ],
    )
