"""How the handover of a facility stands, in SQL and in words."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from grid.facilities.models import FacilityRecord
from grid.ground.parameters import Asked
from grid.handover.models import Handover, HandoverEffect, HandoverItem, HandoverState

NONE = "none"
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


def with_standing(records: QuerySet[FacilityRecord], asked: Asked) -> QuerySet[FacilityRecord]:
    """Facility records with `handover_standing`: `signed` where a signed handover is in effect,
    otherwise the state of the newest handover that names the facility, otherwise `none`.
    """
    signed = HandoverEffect.objects.as_of(asked.at, asked.version).filter(
        facility=OuterRef("facility"), standing=HandoverEffect.Standing.SIGNED
    )
    newest = (
        HandoverItem.objects.filter(facility=OuterRef("facility"))
        .order_by("-handover_id")
        .values("handover__state")[:1]
    )
    return records.annotate(
        handover_standing=Case(
            When(Exists(signed), then=Value(HandoverState.SIGNED.value)),
            default=Coalesce(Subquery(newest), Value(NONE)),
            output_field=CharField(),
        )
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
