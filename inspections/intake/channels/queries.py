"""Finding channels as people and files name them."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from core.errors import DomainError, Invalid
from grid.ground.queries import the_city
from inspections.intake.channels.models import IntakeChannel


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
