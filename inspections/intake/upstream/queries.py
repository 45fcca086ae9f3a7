"""Orders of platforms above, by the case they feed."""

from datetime import datetime

from inspections.cases.models import Case
from inspections.intake.upstream.models import UpstreamOrder


def orders_of(case: Case) -> list[UpstreamOrder]:
    """The orders that feed a case now, the oldest first."""
    feeding = UpstreamOrder.objects.filter(
        request__links__case=case, request__links__left_at__isnull=True
    )
    if not feeding.exists():  # nearly always: the orders whole are read from five tables
        return []
    return list(feeding.select_related("link__channel", "request").order_by("id"))


def earliest_due(orders: list[UpstreamOrder]) -> datetime | None:
    """The first deadline among orders that stand."""
    due = [order.due_at for order in orders if order.due_at and order.withdrawn_at is None]
    return min(due, default=None)
