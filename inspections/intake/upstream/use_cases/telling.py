"""What platforms above are told: queued in the transaction of the act that it tells of, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit import record_act, subject_of
from core.errors import DomainError, NotPermitted
from core.models import AuditEntry, User
from core.workflow import ReasonRequired
from inspections.cases.models import Case
from inspections.cases.permissions import may_dispatch
from inspections.cases.queries import lead_of
from inspections.cases.use_cases import follow_acts
from inspections.intake.upstream.models import ReportKind, UpstreamOrder, UpstreamReport
from inspections.intake.upstream.queries import earliest_due, orders_of
from inspections.intake.upstream.use_cases.hearing import apply_callbacks
from inspections.requests.models import RequestAnswer, ServiceRequest
from inspections.requests.privacy import without_numbers
from inspections.requests.use_cases.desk import follow_answers

PROGRESS = {
    "open", "verify", "file", "dispatch", "reassign", "accept", "take_over", "handle", "check",
    "rework", "callback", "unmerge", "merge", "approve_parking", "unpark",
}  # fmt: skip
RESULT = {"close", "answer", "fix_on_spot"}


class NoOrder(DomainError):
    """No order of a platform above feeds this case, or all were taken back."""

    status = 409
    zh = "本案不含上级平台的工单，或工单已被撤回。"


def tell(
    order: UpstreamOrder, kind: ReportKind, *, cause: str, body: Mapping[str, Any]
) -> UpstreamReport:
    """Queue one report; the same cause again queues nothing."""
    now = timezone.now()
    report, _ = UpstreamReport.objects.get_or_create(
        order=order,
        cause=cause,
        defaults={
            "kind": kind,
            "body": {"at": now.isoformat(timespec="seconds"), **body},
            "made_at": now,
            "next_at": now,
        },
    )
    return report


def told_of(case: Case) -> dict[str, Any]:
    """Where a case stands, as a platform reads it; nobody's data."""
    lead = lead_of(case)
    return {
        "case": case.number,
        "state": case.state,
        "state_name": str(case.get_state_display()),
        "organization": {"code": lead.organization.code, "name": lead.organization.name}
        if lead
        else None,
        "resolve_by": case.resolve_by.isoformat() if case.resolve_by else None,
    }


def tell_of_act(case: Case, act: str, actor: User) -> None:
    """After each act upon a case: its orders' platforms are told, and their deadline is kept."""
    orders = orders_of(case)
    due = earliest_due(orders)
    if case.upstream_by != due:
        case.upstream_by = due
        Case.objects.filter(pk=case.pk).update(upstream_by=due)
    standing = [order for order in orders if order.withdrawn_at is None]
    if not standing:
        return
    cause = f"{act}-{case.number}-{case.version}"
    for order in standing:
        if act in RESULT:
            tell(order, ReportKind.RESULT, cause=cause, body=told_of(case) | _result(case))
        elif act == "decline":
            words = {"reason": _reason(case, act)}
            tell(order, ReportKind.RETURN, cause=cause, body=told_of(case) | words)
        elif act in PROGRESS:
            tell(order, ReportKind.PROGRESS, cause=cause, body=told_of(case) | {"act": act})
    if act == "check":
        apply_callbacks(case)


def tell_of_answer(request: ServiceRequest, answer: RequestAnswer, actor: User) -> None:
    """The desk answered an order at once (在线办结)."""
    order = UpstreamOrder.objects.filter(request=request, withdrawn_at__isnull=True).first()
    if order is not None:
        words = {"answer": without_numbers(answer.text), "solved": True, "case": None}
        tell(order, ReportKind.RESULT, cause=f"answer-{answer.pk}", body=words)


def ask_return(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """Ask the platform to take its order back (向上退单); the clocks run on until it does."""
    return _ask(case, ReportKind.RETURN, actor, reason, {})


def ask_extension(
    case: Case,
    *,
    actor: User,
    reason: str,
    until: datetime | None = None,
    base_version: int | None = None,
) -> Case:
    """Ask the platform for more time (向上延期); its deadline stands until it says so."""
    body = {"until": until.isoformat()} if until else {}
    return _ask(case, ReportKind.EXTENSION, actor, reason, body)


def _ask(case: Case, kind: ReportKind, actor: User, reason: str, body: Mapping[str, Any]) -> Case:
    if not may_dispatch(actor, case):
        raise NotPermitted
    if not reason.strip():
        raise ReasonRequired(act=f"upstream_{kind}")
    words = without_numbers(reason.strip())
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        orders = [order for order in orders_of(held) if order.withdrawn_at is None]
        if not orders:
            raise NoOrder
        entry = record_act(
            actor=actor, act=f"upstream_{kind}", subject=held, reason=words, details=dict(body)
        )
        for order in orders:
            told = told_of(held) | {"reason": words} | dict(body)
            tell(order, kind, cause=f"asked-{entry.pk}", body=told)
    return held


def _result(case: Case) -> dict[str, Any]:
    return {
        "solved": case.solved,
        "closing_basis": case.closing_basis,
        "answer": without_numbers(case.answer),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }


def _reason(case: Case, act: str) -> str:
    """The reason of the act just done, as it stands on record."""
    subject_type, subject_id = subject_of(case)
    entries = AuditEntry.objects.filter(subject_type=subject_type, subject_id=subject_id, act=act)
    return without_numbers(entries.order_by("-id").values_list("reason", flat=True).first() or "")


follow_acts(tell_of_act)
follow_answers(tell_of_answer)
