"""A report that comes in joins an open case instead of opening one of its own."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import NotPermitted, WrongState
from core.models import User
from grid.organizations.models import Role
from inspections.cases.models import Case, CaseRequest
from inspections.cases.permissions import serves
from inspections.cases.use_cases import citizen_due, restamp
from inspections.cases.use_cases.moving import latest
from inspections.cases.workflow import MERGED_INTO
from inspections.intake.duplicates.models import RequestJoin
from inspections.intake.duplicates.use_cases.holding import earliest, root_of
from inspections.intake.duplicates.use_cases.telling import tell
from inspections.joint.marks.use_cases import note_joined
from inspections.requests.models import ServiceRequest


class CaseNotOpen(WrongState):
    """{number} is '{state}': a report cannot join it. Record it without 'joins', and a case is opened."""

    zh = "{number} 已是“{state}”，诉求不能并入；请不填 joins，另行立案。"


def join_request(
    request: ServiceRequest,
    case: Case,
    *,
    actor: User,
    automatic: bool = False,
    score: float | None = None,
    reasons: Sequence[str] = (),
) -> Case:
    """The request feeds this case, or the one that it was merged into. Raises NotPermitted, CaseNotOpen.

    The case's version stays: hundreds may join while somebody at the desk is acting upon it, and that
    act is about the same matter as before.
    """
    with transaction.atomic():
        held = _held(case)
        roles = (Role.DISPATCHER, Role.INSPECTOR, Role.VERIFIER)
        if not (actor.is_service or automatic or serves(actor, held, *roles)):
            raise NotPermitted
        if held.state not in MERGED_INTO:
            raise CaseNotOpen(number=held.number, state=held.get_state_display())
        CaseRequest.objects.create(case=held, request=request)
        RequestJoin.objects.create(
            request=request,
            case=held,
            joined_at=timezone.now(),
            joined_by=actor,
            automatic=automatic,
            score=score,
            reasons=list(reasons),
        )
        _count_from(held, request)
        record_act(
            actor=actor,
            act="join_request",
            subject=held,
            details={"request": request.code, "automatic": automatic, "score": score},
        )
        emit(kind="case_join_request", subject=held)
        note_joined(held)
        tell([request], held, "join_request", actor)
    return held


def _held(case: Case) -> Case:
    """The case that stands for it, its row locked."""
    held = latest(case)
    while held.merged_into is not None:
        held = latest(root_of(held))
    return held


def _count_from(case: Case, request: ServiceRequest) -> None:
    """The citizen's clock runs from the earliest report, also where that is heard of later."""
    if request.reported_at >= case.reported_at:
        return
    case.reported_at = request.reported_at
    if case.filed_at:
        case.resolve_by = earliest(case.resolve_by, citizen_due(case, request.reported_at))
    case.save(update_fields=["reported_at", "resolve_by"])
    restamp(case)
