"""Stating the channels, changing one, and giving it a secret; every time on record."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction

from core.audit import emit, record_act, record_bulk_act
from core.errors import Invalid, NotPermitted
from core.models import User
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.permissions import may_keep_channels
from inspections.requests.models import Channel
from inspections.requests.privacy import seal, unseal

SHORTEST_SECRET = 16


class SecretTooShort(Invalid):
    """A secret has at least 16 characters; leave it out to have one made."""

    zh = "密钥至少 16 个字符；留空则自动生成。"


class BadAesKey(Invalid):
    """An EncodingAESKey has 43 letters and digits; copy it from the account's settings."""

    zh = "EncodingAESKey 为 43 位字母或数字，请从公众号设置中复制。"


class DirectToNobody(Invalid):
    """A direct channel sends its cases to its organization: name one, or leave 'direct' out."""

    zh = "直达渠道的案件直接派给所属单位：请指定单位，或取消“直达”。"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelRow:
    """One channel as a source states it; the word of `channel` may be any."""

    code: str
    name: str
    channel: str = ""
    legacy_id: str = ""
    organization_id: int | None = None
    address: str = ""
    active: bool = True
    retired_on: date | None = None
    direct: bool = False


STATED = tuple(field.name for field in fields(ChannelRow) if field.name != "code")


@dataclass(frozen=True, slots=True)
class Stated:
    """How many channels are new, changed, and as they were."""

    created: int
    updated: int
    unchanged: int


def channel_word(word: str) -> tuple[str, str]:
    """The contract's word and a blank, or `other` and the word as it came; Chinese labels count."""
    cleaned = word.strip()
    for known in Channel:
        if cleaned.lower() == known.value or cleaned == known.label:
            return known.value, ""
    return Channel.OTHER.value, cleaned[:100]


def state_channels(
    rows: Iterable[ChannelRow],
    *,
    actor: User,
    source_name: str = "",
    said: Iterable[str] = STATED,
) -> Stated:
    """Set these channels; others stay. One transaction, one audit entry, none if nothing changes.

    Of a channel that is known only the fields in `said` are stated anew.
    """
    said = set(said)
    stated = {row.code: row for row in rows}
    with transaction.atomic():
        held = IntakeChannel.objects.select_for_update().filter(code__in=stated)
        known: dict[str, IntakeChannel] = {channel.code: channel for channel in held}
        new, changed = [], []
        for code, row in stated.items():
            values = _values(row)
            old = known.get(code)
            if old is None:
                new.append(IntakeChannel(code=code, **values))
                continue
            differing = {
                name: value
                for name, value in values.items()
                if ("channel" if name == "channel_name" else name) in said
                and getattr(old, name) != value
            }
            if differing:
                for name, value in differing.items():
                    setattr(old, name, value)
                changed.append(old)
        IntakeChannel.objects.bulk_create(new, batch_size=1000)
        IntakeChannel.objects.bulk_update(changed, [*STATED, "channel_name"], batch_size=500)
        if new or changed:
            record_bulk_act(
                actor=actor,
                act="state_channels",
                subjects=[*new, *changed],
                details={"source": source_name, "created": len(new), "updated": len(changed)},
            )
    return Stated(len(new), len(changed), len(stated) - len(new) - len(changed))


def change_channel(
    channel: IntakeChannel, *, actor: User, changes: Mapping[str, Any]
) -> IntakeChannel:
    """Change fields of one channel, or add it. Raises NotPermitted, DirectToNobody."""
    if not may_keep_channels(actor):
        raise NotPermitted
    with transaction.atomic():
        adding = channel.pk is None
        if not adding:
            channel = IntakeChannel.objects.select_for_update().get(pk=channel.pk)
        for name, value in changes.items():
            setattr(channel, name, value)
        if channel.direct and channel.organization_id is None:
            raise DirectToNobody
        channel.save()
        record_act(
            actor=actor,
            act="add_channel" if adding else "change_channel",
            subject=channel,
            details={"code": channel.code, "fields": sorted(changes)},
        )
        emit(kind="channel_changed", subject=channel)
    return channel


def give_secret(channel: IntakeChannel, *, actor: User, secret: str = "", aes_key: str = "") -> str:
    """A new secret for the channel's address; the former one ends. Returned once, kept sealed.

    `aes_key`: the EncodingAESKey of a public account. Raises NotPermitted, SecretTooShort, BadAesKey.
    """
    if not may_keep_channels(actor):
        raise NotPermitted
    if secret and len(secret) < SHORTEST_SECRET:
        raise SecretTooShort
    if aes_key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", aes_key):
        raise BadAesKey
    given = secret or secrets.token_urlsafe(32)
    with transaction.atomic():
        held = IntakeChannel.objects.select_for_update().get(pk=channel.pk)
        held.secret = seal({"secret": given, "aes_key": aes_key})
        held.save(update_fields=["secret"])
        record_act(actor=actor, act="give_channel_secret", subject=held)
    return given


def secret_of(channel: IntakeChannel) -> str:
    """The secret in clear; blank if it has none."""
    return unseal(channel.secret).get("secret", "")


def aes_key_of(channel: IntakeChannel) -> str:
    """The key of a public account's encrypted mode; blank: its messages come plain."""
    return unseal(channel.secret).get("aes_key", "")


def _values(row: ChannelRow) -> dict[str, Any]:
    """What a row states, as columns."""
    values = asdict(row)
    del values["code"]
    values["channel"], values["channel_name"] = channel_word(row.channel)
    return values
