"""Points are given in the transaction that files a case (P18)."""

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core.models import User
from inspections.cases.models import Case, CaseRequest
from inspections.cases.use_cases import follow_acts
from inspections.intake.rewards.models import Reward
from inspections.requests.models import Channel

FROM_INSIDE = (Channel.PATROL, Channel.UPSTREAM)  # what the city finds or is told by itself


def reward_filed(case: Case, act: str, actor: User) -> None:
    """Whoever could be reached and reported a case first has its points, once, when it is filed."""
    if act != "file" or not settings.REWARD_POINTS:
        return
    feeding = CaseRequest.objects.filter(
        ~Q(request__channel__in=FROM_INSIDE),
        case=case,
        left_at__isnull=True,
        request__requester__reachable=True,
    )
    first = feeding.order_by("request__reported_at", "request_id").first()
    if first is None:
        return
    given = Reward(
        case=case,
        request_id=first.request_id,
        points=settings.REWARD_POINTS,
        given_at=timezone.now(),
    )
    Reward.objects.bulk_create([given], ignore_conflicts=True)


follow_acts(reward_filed)
