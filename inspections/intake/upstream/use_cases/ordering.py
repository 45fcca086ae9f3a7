"""An order of a platform above becomes a request, under its own number and with its own deadline."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.audit import record_act
from core.models import User
from inspections.intake.channels.use_cases import Incoming, TakenIn, take_in
from inspections.intake.upstream.models import ReportKind, UpstreamLink, UpstreamOrder
from inspections.intake.upstream.queries import earliest_due, orders_of
from inspections.intake.upstream.use_cases.hearing import keep_deadline
from inspections.intake.upstream.use_cases.telling import tell


def take_order(
    link: UpstreamLink, incoming: Incoming, *, due_at: datetime | None, actor: User
) -> tuple[UpstreamOrder, TakenIn]:
    """Take it in once and queue its receipt. The same order again may state another deadline.

    Raises DifferentContent, ChannelRetired.
    """
    with transaction.atomic():
        taken = take_in(link.channel, incoming, actor=actor)
        order, created = UpstreamOrder.objects.get_or_create(
            link=link,
            number=taken.request.receipt.external_id,
            defaults={
                "request": taken.request,
                "due_at": due_at,
                "received_at": timezone.now(),
            },
        )
        if not created and due_at is not None and due_at != order.due_at:
            order.due_at = due_at
            order.save(update_fields=["due_at"])
            record_act(
                actor=actor,
                act="upstream_deadline",
                subject=taken.request,
                details={"due_at": due_at.isoformat()},
            )
        tell(
            order,
            ReportKind.RECEIPT,
            cause="receipt",
            body={
                "code": taken.request.code,
                "case": taken.case.number if taken.case else None,
                "why_no_case": taken.why_no_case.code if taken.why_no_case else None,
            },
        )
        case = taken.case
        if case is not None and case.upstream_by != earliest_due(orders_of(case)):
            keep_deadline(case)
    return order, taken
