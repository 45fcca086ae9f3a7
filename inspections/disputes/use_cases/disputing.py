"""A dispute is opened by what bodies say, never by hand."""

from django.utils import timezone

from core.audit import emit
from core.models import User
from core.workflow import perform
from inspections.cases.models import Case
from inspections.disputes.models import Dispute, DisputeCause, DisputeState
from inspections.disputes.queries import custodian_of, denials_of
from inspections.joint.marks.models import MarkKind
from inspections.joint.marks.use_cases import note_mark

DENIALS_NEEDED = 2  # by two bodies (F6)


def dispute_if_denied(case: Case, actor: User) -> Dispute | None:
    """Open a dispute if two bodies have denied it; inside the act of the second denial."""
    if len(denials_of(case)) < DENIALS_NEEDED:
        return None
    return open_dispute(case, DisputeCause.TWO_DENIALS, actor=actor)


def open_dispute(case: Case, cause: DisputeCause, *, actor: User) -> Dispute:
    """The open dispute of a case (held by the caller): every denial stands in it, the custodian acts."""
    denials = denials_of(case)
    dispute: Dispute | None = Dispute.objects.filter(case=case, state=DisputeState.OPEN).first()
    if dispute is None:
        dispute = perform(
            Dispute(case=case, cause=cause, custodian=custodian_of(case), opened_at=timezone.now()),
            "open",
            actor=actor,
            details={"case": case.number, "denials": [one.pk for one in denials]},
        )
        emit(kind="case_disputed", subject=case)
        note_mark(case, MarkKind.UNCLEAR, act="dispute", told={"dispute": dispute.pk})
    dispute.denials.add(*denials)
    return dispute
