"""The body that leads asks another to take a case over (移交): effective when that one agrees (F15)."""

from django.db import transaction
from django.utils import timezone

from core.audit import emit
from core.errors import DomainError, Invalid, NotPermitted, WrongState
from core.models import User
from core.workflow import perform
from grid.organizations.models import Organization, OrganizationKind, Role
from inspections.cases.models import Case
from inspections.cases.queries import lead_of
from inspections.cases.use_cases import hand_over
from inspections.cases.use_cases.moving import hold
from inspections.disputes.models import Transfer, TransferPending
from inspections.disputes.queries import handles_for, open_transfer
from inspections.disputes.use_cases.holding import must_be_sent


class NotToItself(Invalid):
    """Name another body in 'to': this one has the case."""

    zh = "请在 to 中指定另一家单位：本案已由该单位主办。"


class NotToCommunity(DomainError):
    """A community never takes over a case: {to} is one. Name the body whose duty it is."""

    status = 409
    zh = "社区不兜底：{to} 是社区，不能接收移交。请指定有职责的单位。"


class NobodyThere(DomainError):
    """Nobody handles cases for {to} on this platform: no one there could agree. Ask the desk to reassign."""

    status = 409
    zh = "{to} 在平台上没有承办人，无人能够同意。请向派遣中心申请改派。"


class NoTransferProposed(WrongState):
    """There is no transfer to be answered: it was answered, withdrawn, or never proposed."""

    zh = "没有待答复的移交提议：已答复、已撤回或从未提出。"


def propose_transfer(
    case: Case, *, actor: User, to: Organization, reason: str, base_version: int | None = None
) -> Case:
    """Ask another body to take it over; until that one agrees, this one stays accountable."""
    with transaction.atomic():
        case = hold(case, base_version)
        lead = lead_of(case)
        if lead is None or not handles_for(actor, lead.organization_id):
            raise NotPermitted
        must_be_sent(case, "propose_transfer")
        _must_be_able(to, lead.organization)
        if open_transfer(case) is not None:
            raise TransferPending
        perform(
            Transfer(
                case=case,
                assignment=lead,
                organization=lead.organization,
                proposed_to=to,
                reason=reason,
                proposed_at=timezone.now(),
                proposed_by=actor,
            ),
            "propose_transfer",
            actor=actor,
            reason=reason,
            details={"case": case.number, "to": to.code},
        )
        emit(kind="transfer_proposed", subject=case)
    return case


def _must_be_able(to: Organization, lead: Organization) -> None:
    if to == lead:
        raise NotToItself
    if to.kind == OrganizationKind.COMMUNITY:
        raise NotToCommunity(to=to.name)
    if not to.memberships.filter(role=Role.HANDLER, user__is_active=True).exists():
        raise NobodyThere(to=to.name)


def agree_transfer(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that was asked takes it: it leads from now on, with clocks of its own."""
    with transaction.atomic():
        case = hold(case, base_version)
        transfer = _answered(case, "agree_transfer", actor, reason)
        case = hand_over(case, actor=actor, to=transfer.proposed_to, reason=transfer.reason)
        transfer.made = lead_of(case)
        transfer.save(update_fields=["made"])
        emit(kind="transfer_answered", subject=case)
    return case


def refuse_transfer(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """The body that was asked does not take it: everything stays as it was."""
    with transaction.atomic():
        case = hold(case, base_version)
        _answered(case, "refuse_transfer", actor, reason)
        emit(kind="transfer_answered", subject=case)
    return case


def withdraw_transfer(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that leads keeps it after all."""
    with transaction.atomic():
        case = hold(case, base_version)
        _answered(case, "withdraw_transfer", actor, reason)
        emit(kind="transfer_withdrawn", subject=case)
    return case


def _answered(case: Case, act: str, actor: User, reason: str) -> Transfer:
    """The transfer that waits, after this act."""
    transfer = open_transfer(case)
    if transfer is None:
        raise NoTransferProposed
    return perform(
        transfer,
        act,
        actor=actor,
        reason=reason,
        changes={"decided_at": timezone.now(), "decided_by": actor, "decision": reason},
        details={"case": case.number},
    )
