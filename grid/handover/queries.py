"""How the handover of a facility stands in the ledger, and what passed by one handover."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery

from grid.ground.parameters import Asked
from grid.handover.models import Handover, HandoverEffect, HandoverItem, HandoverState

NONE = "none"
SIGNED = (HandoverState.IN_SERVICE, HandoverState.IN_WARRANTY, HandoverState.SIGNED)
WORDS = {
    NONE: ("无移交记录", "no handover on record"),
    HandoverState.DRAFT: ("移交草拟中", "a handover is being drafted"),
    HandoverState.APPLIED: ("已申请移交，尚未接收", "handover applied for, not yet accepted"),
    HandoverState.DOCUMENTS_REVIEWED: (
        "移交资料已审，尚未接收",
        "documents reviewed, not yet accepted",
    ),
    HandoverState.JOINT_INSPECTION: ("联合查验中", "under joint inspection"),
    HandoverState.RECTIFICATION: ("整改中", "defects are being rectified"),
    HandoverState.REINSPECTION: ("复验中", "under reinspection"),
    HandoverState.SIGNED: ("已签署移交", "handed over and signed"),
    HandoverState.IN_WARRANTY: ("已移交，质保期内", "handed over, in warranty"),
    HandoverState.IN_SERVICE: ("已移交，正式管养", "handed over, in service"),
    HandoverState.REFUSED: ("接收方拒收", "refused by the receiver"),
    HandoverState.OVERDUE: ("超期未移交", "handover overdue"),
    HandoverState.DISPUTED: ("移交有争议", "handover disputed"),
    HandoverState.CANCELLED: ("移交已取消", "handover cancelled"),
}


def standing_of(items: Iterable[HandoverItem]) -> str:
    """How the handover of one facility stands in the ledger, from the handovers that name it.

    The most advanced of the signed ones; if none is signed, the newest; if nothing names it, `none`.
    """
    items = list(items)
    newest = max(items, key=lambda item: item.handover_id, default=None)
    states = {item.handover.state for item in items}
    signed = next((state for state in SIGNED if state in states), None)
    return signed or (newest.handover.state if newest else NONE)


def where_standing(records: Any, state: str) -> Any:
    """Facility records whose handover stands so: `standing_of`, in SQL."""
    naming = HandoverItem.objects.filter(facility=OuterRef("facility"))
    if state == NONE:
        return records.filter(~Exists(naming))
    found = records.filter(Exists(naming.filter(handover__state=state)))
    if state in SIGNED:
        further = SIGNED[: SIGNED.index(HandoverState(state))]
        return found.filter(~Exists(naming.filter(handover__state__in=further)))
    newest = naming.order_by("-handover_id").values("handover__state")[:1]
    return found.alias(newest=Subquery(newest)).filter(
        ~Exists(naming.filter(handover__state__in=SIGNED)), newest=state
    )


def effects_of(handover: Handover, asked: Asked) -> list[dict[str, Any]]:
    """What passed by a handover, facilities counted together where everything else is equal."""
    groups = (
        HandoverEffect.objects.as_of(asked.at, asked.version)
        .filter(handover=handover)
        .values(
            "role",
            "organization__code",
            "organization__name",
            "standing",
            "document",
            "valid_during",
        )
        .annotate(facilities_count=Count("facility"))
        .order_by("role", "organization__code", "standing", "valid_during")
    )
    return [
        {
            **group,
            "organization": {
                "code": group["organization__code"],
                "name": group["organization__name"],
            },
        }
        for group in groups
    ]
