"""Finding channels as people and files name them."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.errors import DomainError, Invalid
from grid.ground.queries import the_city
from inspections.intake.channels.models import IntakeChannel
from inspections.requests.models import Channel, ServiceRequest


class UnknownChannel(Invalid):
    """There is no channel with the code, legacy number or exact name '{name}'; see /api/v1/channels/."""

    zh = "没有代码、原编号或名称为“{name}”的渠道；渠道目录见 /api/v1/channels/。"


class SeveralChannels(Invalid):
    """Several channels are called '{name}'; say which by code: {codes}."""

    zh = "有多个渠道名为“{name}”，请用代码指明：{codes}。"


class ChannelRetired(DomainError):
    """The channel '{channel}' takes no reports any more; use another, see /api/v1/channels/?active=true."""

    status = 410
    zh = "渠道“{channel}”已停用；请改用其他渠道，见 /api/v1/channels/?active=true。"


def city_today() -> date:
    """The day it is in the city."""
    return timezone.now().astimezone(ZoneInfo(the_city().timezone)).date()


def channel_found(name: str) -> IntakeChannel | None:
    """A channel by code, else legacy number, else exact name; None if there is none.

    Raises SeveralChannels.
    """
    wanted = name.strip()
    if not wanted:
        return None
    called = Q(code=wanted) | Q(legacy_id=wanted) | Q(name=wanted)
    known = list(IntakeChannel.objects.filter(called).order_by("code"))
    for field in ("code", "legacy_id", "name"):
        found = [channel for channel in known if getattr(channel, field) == wanted]
        if len(found) > 1:
            raise SeveralChannels(name=wanted, codes=[channel.code for channel in found[:6]])
        if found:
            return found[0]
    return None


def channel_named(name: str) -> IntakeChannel:
    """A channel by code, legacy number or exact name; raises UnknownChannel, SeveralChannels."""
    channel = channel_found(name)
    if channel is None:
        raise UnknownChannel(name=name.strip())
    return channel


def refuse_retired(channel: IntakeChannel) -> None:
    """Raise ChannelRetired if it takes nothing today."""
    if not channel.takes_on(city_today()):
        raise ChannelRetired(channel=channel.name)


def shares(requests: QuerySet[ServiceRequest], first: date, until: date) -> dict[str, Any]:
    """How many requests of a span of city days (half-open) came by which way, and from whom (F1, C20)."""
    zone = ZoneInfo(the_city().timezone)
    begin, end = (datetime.combine(day, time.min, zone) for day in (first, until))
    asked = requests.filter(reported_at__gte=begin, reported_at__lt=end)
    total = asked.count()

    def counted(*names: str) -> list[dict[str, Any]]:
        rows = asked.order_by().values(*names).annotate(requests=Count("pk"))
        return [
            row | {"share": round(row["requests"] / total, 4)}
            for row in sorted(rows, key=lambda row: (-row["requests"], str(row[names[0]])))
        ]

    return {
        "from": first.isoformat(),
        "to": until.isoformat(),
        "requests": total,
        "channels": [
            row | {"name": str(Channel(row["channel"]).label)} for row in counted("channel")
        ],
        "registered": [
            {
                "code": row["receipt__channel__code"],
                "name": row["receipt__channel__name"],
                "requests": row["requests"],
                "share": row["share"],
            }
            for row in counted("receipt__channel__code", "receipt__channel__name")
            if row["receipt__channel__code"]
        ],
        "requester_kinds": [
            {"kind": row["requester__kind"], "requests": row["requests"], "share": row["share"]}
            for row in counted("requester__kind")
        ],
    }
