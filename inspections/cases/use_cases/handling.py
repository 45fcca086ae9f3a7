"""A body that was given the case takes it (受理), joins in it (协办受理), and says that it is done (处置)."""

from django.utils import timezone

from core.errors import DomainError, NotPermitted
from core.models import User
from inspections.cases.models import Assignment, Case, CaseState
from inspections.cases.permissions import may_handle, parts_of
from inspections.cases.queries import lead_of
from inspections.cases.use_cases.moving import move


class FirstReceiverCannotRefuse(DomainError):
    """The body that received it first cannot refuse it: propose a transfer, or ask the desk to take it back."""

    status = 409
    zh = "首接单位不得拒收：可以提议移交其他单位（propose_transfer），或向派遣中心申请退单（request_return）。"


def accept_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that leads takes it (受理); who accepted first stays on record (P10)."""
    return move(
        case,
        "accept",
        actor=actor,
        reason=reason,
        base_version=base_version,
        writes=lambda case: _stamp([lead_of(case)], actor),
    )


def join_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """A co-receiver or assisting body takes its part (协办受理)."""
    mine = parts_of(case, actor)
    return move(
        case,
        "join",
        actor=actor,
        reason=reason,
        base_version=base_version,
        details={"bodies": [one.organization.code for one in mine]},
        writes=lambda case: _stamp([*mine], actor),
    )


def refuse_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """Never done: the first receiver cannot refuse (首接负责制, F14)."""
    if may_handle(actor, case) and case.state in {CaseState.DISPATCHED, CaseState.ACCEPTED}:
        raise FirstReceiverCannotRefuse
    raise NotPermitted


def handle_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that leads says it is done (处置)."""
    changes = {"handled_at": timezone.now()}
    return move(
        case, "handle", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def _stamp(assignments: list[Assignment | None], actor: User) -> None:
    for assignment in assignments:
        if assignment is not None and assignment.accepted_at is None:
            assignment.accepted_at, assignment.accepted_by = timezone.now(), actor
            assignment.save(update_fields=["accepted_at", "accepted_by"])
