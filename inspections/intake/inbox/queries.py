"""How much waits at the desk."""

from django.db.models import Count

from core.models import User
from inspections.intake.inbox.models import InboxItem, WaitsFor


def waiting_counts(user: User) -> dict[str, int]:
    """How many of what this person may see wait, by what for; each kind is named."""
    seen = InboxItem.objects.visible_to(user).waiting().order_by()
    counted = dict(seen.values_list("waits_for").annotate(count=Count("pk")))
    return {kind: counted.get(kind, 0) for kind in WaitsFor.values}
