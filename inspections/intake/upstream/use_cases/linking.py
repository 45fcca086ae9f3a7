"""Linking a platform above: where our reports go."""

from typing import Any

from django.db import transaction

from core.audit import record_act
from core.errors import Invalid, NotPermitted
from core.models import User
from inspections.intake.channels.permissions import may_keep_channels
from inspections.intake.upstream.models import UpstreamLink
from inspections.requests.models import Channel


class NotUpstream(Invalid):
    """The channel '{channel}' is of another kind: a platform above gives its orders by one of the kind upstream."""

    zh = "渠道“{channel}”不是上级交办渠道：请先将其类型设为“上级交办”。"


def set_link(link: UpstreamLink, *, actor: User, words: int | None = None) -> UpstreamLink:
    """Keep a link as it stands. Raises NotPermitted, NotUpstream."""
    if not may_keep_channels(actor):
        raise NotPermitted
    if link.channel.channel != Channel.UPSTREAM:
        raise NotUpstream(channel=link.channel.code)
    told: dict[str, Any] = {"url": link.url, "active": link.active}
    with transaction.atomic():
        link.save()
        details = told if words is None else {"words": words}
        record_act(actor=actor, act="set_upstream_link", subject=link, details=details)
    return link
