"""How long it is remembered who reported: by channel, and never shorter than the case is open."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef

from core.models import User
from inspections.cases.models import OPEN_STATES, CaseRequest
from inspections.requests.models import Channel, ServiceRequest
from inspections.requests.use_cases.requesters import erase_requesters

BATCH = 1_000
DEFAULT = "default"


def kept_for(channel: str) -> timedelta:
    """For how long after the report a channel's requesters are kept."""
    days = kept_days()
    return timedelta(days=days.get(channel, days[DEFAULT]))


def kept_days() -> dict[str, int]:
    """The setting REQUESTERS_KEPT read: `default=730,web=365`; raises ImproperlyConfigured."""
    days: dict[str, int] = {}
    for part in filter(None, str(settings.REQUESTERS_KEPT).replace(" ", "").split(",")):
        channel, _, count = part.partition("=")
        if channel not in {DEFAULT, *Channel.values} or not count.isdecimal():
            raise ImproperlyConfigured(
                f"LAMPLIGHTER_REQUESTERS_KEPT: {part!r} is not channel=days (or default=days)"
            )
        days[channel] = int(count)
    if DEFAULT not in days:
        raise ImproperlyConfigured("LAMPLIGHTER_REQUESTERS_KEPT must say default=days")
    return days


def erase_expired(*, actor: User, now: datetime) -> int:
    """Forget who made the requests whose time is over; returns how many people that were."""
    still_open = CaseRequest.objects.filter(
        request=OuterRef("pk"), left_at__isnull=True, case__state__in=OPEN_STATES
    )
    count = 0
    for channel in Channel.values:
        expired = ServiceRequest.objects.filter(
            ~Exists(still_open),
            channel=channel,
            recorded_at__lt=now - kept_for(channel),
            requester__erased_at__isnull=True,
            requester__isnull=False,
        ).order_by("pk")
        while batch := list(expired[:BATCH]):
            reason = f"kept for {kept_for(channel).days} days ({channel})"
            count += erase_requesters(batch, actor=actor, reason=reason)
    return count
