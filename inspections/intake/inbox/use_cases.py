"""A request begins to wait when it comes in without a case, and stops when it has one or is answered.

Both happen in the transaction that makes it so: what is in no case and not answered is here.
"""

from django.utils import timezone

from core.models import User
from inspections.intake.inbox.models import InboxItem, SettledAs, WaitsFor
from inspections.requests.models import RequestAnswer, ServiceRequest
from inspections.requests.use_cases.desk import follow_answers


def wait_for(request: ServiceRequest, what: WaitsFor) -> None:
    """It waits, or waits for something else now; what was settled stays settled."""
    item, new = InboxItem.objects.get_or_create(
        request=request, defaults={"waits_for": what, "since": timezone.now()}
    )
    if not new and item.settled_at is None and item.waits_for != what:
        InboxItem.objects.filter(pk=item.pk).update(waits_for=what)


def settle(request: ServiceRequest, how: SettledAs) -> None:
    """It waits no more; the first way it was settled stands."""
    waiting = InboxItem.objects.waiting().filter(request=request)
    waiting.update(settled_at=timezone.now(), settled_as=how)


def settle_answered(request: ServiceRequest, answer: RequestAnswer, actor: User) -> None:
    """The desk answered it (在线办结)."""
    settle(request, SettledAs.ANSWERED)


follow_answers(settle_answered)
