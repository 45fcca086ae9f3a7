"""What the page of a case shows of returns, transfers and disputes."""

from typing import Any

from django.db.models import Prefetch

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.disputes.models import Dispute, ReturnRequest, Transfer
from inspections.disputes.queries import (
    SENT,
    is_disputed,
    receivers_part,
    return_window_ends,
    times_returned,
)
from inspections.disputes.serializers import (
    DisputeSerializer,
    ReturnSerializer,
    TransferSerializer,
)
from inspections.disputes.use_cases import askable
from inspections.joint.marks.models import CaseMark, MarkKind
from inspections.joint.marks.words import words_of

RETURNS_READ = ReturnRequest.objects.select_related(
    "case__category",
    "case__verdict",
    "assignment",
    "organization",
    "proposed_to",
    "granted_to",
    "asked_by",
    "decided_by",
).prefetch_related("evidence", "case__returns")
TRANSFERS_READ = Transfer.objects.select_related(
    "case__category", "organization", "proposed_to", "proposed_by", "decided_by"
)
DENIALS_READ = ReturnRequest.objects.select_related("organization").order_by("id")
DISPUTES_READ = Dispute.objects.select_related("case", "custodian").prefetch_related(
    Prefetch("denials", queryset=DENIALS_READ)
)


def _returns(case: Case, reader: User) -> Any:
    return ReturnSerializer(RETURNS_READ.filter(case=case).order_by("id"), many=True).data


def _transfers(case: Case, reader: User) -> Any:
    return TransferSerializer(TRANSFERS_READ.filter(case=case).order_by("id"), many=True).data


def _disputes(case: Case, reader: User) -> Any:
    return DisputeSerializer(DISPUTES_READ.filter(case=case).order_by("id"), many=True).data


def _escalated(case: Case, reader: User) -> dict[str, Any] | None:
    """It goes round and round and needs somebody above (C19): as the mark upon the case says."""
    standing = CaseMark.objects.filter(case=case, kind=MarkKind.PING_PONG, ended_at=None).first()
    if standing is None:
        return None
    return {"returns": times_returned(case), "words": words_of(standing)}


def _return_by(case: Case, reader: User) -> Any:
    """Until when the reader's own body may ask to return it; null where it may not."""
    part = receivers_part(case, reader) if case.state in SENT else None
    return return_window_ends(part) if part and askable(part) else None


add_part("returns", _returns)
add_part("transfers", _transfers)
add_part("disputes", _disputes)
add_part("disputed", lambda case, reader: is_disputed(case))
add_part("escalated", _escalated)
add_part("return_by", _return_by)
tell_in_trail(lambda case: case.returns.all())
tell_in_trail(lambda case: case.transfers.all())
tell_in_trail(lambda case: case.disputes.all())
