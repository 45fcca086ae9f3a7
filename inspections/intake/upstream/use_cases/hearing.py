"""What a platform says of an order it gave: urged, called back, more time, taken back. Each once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import DomainError
from core.models import User
from grid.organizations.use_cases import service_user
from inspections.cases.models import Case, CaseState, Rating
from inspections.cases.use_cases import call_back, urge_case
from inspections.cases.use_cases.closing import Said
from inspections.cases.use_cases.moving import restamp
from inspections.intake.upstream.models import UpstreamOrder, UpstreamWord, WordKind
from inspections.intake.upstream.permissions import SERVICE
from inspections.intake.upstream.queries import earliest_due, orders_of


def hear(
    order: UpstreamOrder, *, event_id: str, kind: WordKind, body: dict[str, Any]
) -> tuple[UpstreamWord, bool]:
    """Keep what was said and let it take effect; returns it, and whether it had been said before.

    What cannot take effect yet (a callback before the check) waits and does so later.
    """
    now, actor = timezone.now(), service_user(SERVICE)
    with transaction.atomic():
        held = UpstreamOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        word, created = UpstreamWord.objects.get_or_create(
            order=held,
            event_id=event_id,
            defaults={"kind": kind, "body": body, "received_at": now},
        )
        if not created:
            return word, True
        record_act(
            actor=actor,
            act="upstream_word",
            subject=held.request,
            details={"kind": kind, "word": word.pk},
        )
        emit(kind="upstream_word", subject=held.request)
        _take_effect(word, held, actor, now)
    return word, False


def apply_callbacks(case: Case) -> None:
    """What platforms heard from the requester before the case was ready for it takes effect now."""
    waiting = UpstreamWord.objects.filter(
        order__in=orders_of(case), kind=WordKind.CALLBACK, applied_at__isnull=True
    )
    for word in waiting.order_by("-id")[:1]:
        _call_back(case, word, service_user(SERVICE), timezone.now())
        waiting.update(applied_at=timezone.now())


def keep_deadline(case: Case) -> None:
    """The deadline of its orders, as a clock of the case."""
    held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    held.upstream_by = earliest_due(orders_of(held))
    held.save(update_fields=["upstream_by"])
    restamp(held)


def case_of(order: UpstreamOrder) -> Case | None:
    """The case that an order feeds now."""
    link = order.request.links.filter(left_at__isnull=True).select_related("case").first()
    return link.case if link else None


def _take_effect(word: UpstreamWord, order: UpstreamOrder, actor: User, now: datetime) -> None:
    case, body = case_of(order), word.body
    match word.kind:
        case WordKind.URGE if case is not None:
            try:
                with transaction.atomic():
                    urge_case(case, actor=actor, reason=body.get("text", "") or "上级平台催办")
            except DomainError:  # not in a state to be urged: the word is on record
                return
        case WordKind.CALLBACK if case is not None and case.state == CaseState.CHECKED:
            _call_back(case, word, actor, now)
        case WordKind.EXTENSION if body.get("granted") and body.get("due_at"):
            order.due_at = datetime.fromisoformat(body["due_at"])
        case WordKind.RETURN if body.get("granted"):
            order.withdrawn_at = now
        case WordKind.WITHDRAW:
            order.withdrawn_at = now
        case WordKind.EXTENSION | WordKind.RETURN:
            pass  # refused: on record
        case _:
            return
    order.save(update_fields=["due_at", "withdrawn_at"])
    word.applied_at = now
    word.save(update_fields=["applied_at"])
    if case is not None:
        keep_deadline(case)


def _call_back(case: Case, word: UpstreamWord, actor: User, now: datetime) -> None:
    body = word.body
    said = Said(
        rating=Rating(body["rating"]),
        **{name: body.get(name) for name in ("contacted", "solved", "effect_ok", "attitude_ok")},
    )
    call_back(case, actor=actor, said=said, reason=body.get("note", ""))
    word.applied_at = now
    word.save(update_fields=["applied_at"])
