"""What the city asks of its desk where the catalogue says nothing; settings, with their sources.

Written as the catalogue writes limits (`30min`, `2h`). Filing: Pingshan files within three minutes
(P1); an inspector who must look first has two hours before that. Dispatching: Shenzhen 2024, urgent 30 minutes,
general 2 hours.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from grid.areas.models import Zone
from grid.catalogue.models import Urgency
from inspections.calendar.arithmetic import BadLimit, parse_limit
from inspections.calendar.queries import deadline_for, work_calendar


def asks_verification(channel: str) -> bool:
    """Whether what comes by this channel is looked at on the spot before it is filed (核实)."""
    return channel in settings.VERIFIED_CHANNELS


def dispatch_limit(urgency: str) -> str:
    """How long dispatching may take, once filed."""
    urgent = urgency == Urgency.URGENT
    limit: str = settings.DISPATCH_URGENT_WITHIN if urgent else settings.DISPATCH_WITHIN
    return limit


def look_limit(urgency: str) -> str:
    """How long somebody has to look on the spot before it is filed."""
    urgent = urgency == Urgency.URGENT
    limit: str = settings.EMERGENCY_WITHIN if urgent else settings.VERIFY_WITHIN
    return limit


def arrive_by(now: datetime, stated: str, urgency: str, *, emergency: bool) -> datetime | None:
    """By when a body sent now is to be there: as its duty says; an urgent matter of which it says nothing, or what
    falls under an emergency, within the hour, holidays or not (C11)."""
    due = deadline_for(now, stated, work_calendar())
    if not (emergency or (due is None and urgency == Urgency.URGENT)):
        return due.at if due else None
    within = deadline_for(now, settings.EMERGENCY_WITHIN, work_calendar())
    return min((one.at for one in (due, within) if one is not None), default=None)


def arrive_target(now: datetime, due: datetime | None, urgency: str, zone: str) -> datetime | None:
    """By when it should be there, if that is earlier than when it must; only of urgent matters (N10)."""
    span = targets().get(zone)
    if urgency != Urgency.URGENT or span is None or due is None:
        return None
    return now + span if now + span < due else None


def targets() -> dict[str, timedelta]:
    """The span of natural time by zone, as the setting states it. Raises ImproperlyConfigured."""
    told = {}
    for part in filter(None, settings.ARRIVE_TARGETS.replace(" ", "").split(",")):
        zone, _, limit = part.partition("=")
        if zone not in Zone.values:
            raise ImproperlyConfigured(
                f"LAMPLIGHTER_ARRIVE_TARGETS: '{zone}' is no zone; the zones are {', '.join(Zone.values)}"
            )
        told[zone] = _natural(limit)
    return told


def _natural(text: str) -> timedelta:
    spans = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
    try:
        limit = parse_limit(text)
        return limit.amount * spans[limit.unit]
    except (BadLimit, KeyError) as wrong:
        raise ImproperlyConfigured(
            f"LAMPLIGHTER_ARRIVE_TARGETS: '{text}' is not natural time, as 60min or 1h"
        ) from wrong
