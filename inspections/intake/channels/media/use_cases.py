"""Media are asked for when their message is taken in, and fetched by the worker until they are here.

What cannot be had (the channel refuses it, it is no file we keep, three days have passed) is noted upon
the message, for the desk to read; the message itself was taken in long before.
"""

import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from grid.evidence.use_cases import keep_file
from grid.organizations.use_cases import service_user
from inspections.intake.channels.media.models import ChannelMedia
from inspections.intake.channels.models import ChannelReceipt
from inspections.intake.channels.use_cases.attaching import attach
from inspections.intake.channels.wire import OPENER

TIMEOUT_S = 10.0
MOST_BYTES = 20 * 1024 * 1024
MOST_AT_ONCE = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
KEPT_THERE = timedelta(days=3)  # for so long a public account keeps what its followers sent
AGAIN_LATER = {408, 425, 429}


class NotFetched(DomainError):
    """The channel did not give it: {answer}."""

    zh = "渠道没有给出该文件：{answer}。"


class FetchLater(NotFetched):
    """The channel cannot be asked now: {answer}."""

    zh = "渠道暂时无法访问：{answer}。"


def ask_media(receipt: ChannelReceipt, names: Iterable[str]) -> None:
    """Queue what a message names, in the transaction that takes it in; noted where nothing is fetched."""
    wanted = [name[:200] for name in names if name]
    now = timezone.now()
    if not receipt.channel.media_url:
        _note(receipt, [{"code": "media_not_fetched", "media": name} for name in wanted])
        return
    ChannelMedia.objects.bulk_create(
        [
            ChannelMedia(receipt=receipt, media_id=name, asked_at=now, next_at=now)
            for name in wanted
        ],
        ignore_conflicts=True,
    )


def fetch_due(now: datetime) -> int:
    """Fetch what is due, each noted at once; returns how many came."""
    came = 0
    for _ in range(MOST_AT_ONCE):
        fetched = _fetch_next(now)
        if fetched is None:
            break
        came += fetched
    return came


def _fetch_next(now: datetime) -> bool | None:
    """Fetch the first that is due, its row held meanwhile; None if there is none."""
    waiting = ChannelMedia.objects.filter(
        fetched_at__isnull=True, given_up_at__isnull=True, next_at__lte=now
    ).order_by("next_at", "pk")
    with transaction.atomic():
        media = (
            waiting.select_for_update(of=("self",), skip_locked=True)
            .select_related("receipt__channel", "receipt__request__category")
            .first()
        )
        if media is None:
            return None
        media.attempts += 1
        try:
            data = _fetched(media)
            with transaction.atomic():
                _keep(media, data)
        except FetchLater as later:
            _put_off(media, later)
        except DomainError as refused:
            _give_up(media, refused)
        else:
            media.fetched_at, media.answer = timezone.now(), ""
        media.save()
        return media.fetched_at is not None


def _fetched(media: ChannelMedia) -> bytes:
    """The bytes, bounded in size and time; raises FetchLater, NotFetched."""
    address = media.receipt.channel.media_url.replace("{media_id}", quote(media.media_id, safe=""))
    if urlsplit(address).scheme not in {"http", "https"}:
        raise NotFetched(answer="the address is no http address")
    try:
        with OPENER.open(address, timeout=TIMEOUT_S) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
            kind = answer.headers.get_content_type()
    except urllib.error.HTTPError as refused:
        with refused:
            passing = refused.code >= 500 or refused.code in AGAIN_LATER
        raise (FetchLater if passing else NotFetched)(answer=str(refused.code)) from refused
    except (OSError, ValueError) as unreachable:
        raise FetchLater(answer=type(unreachable).__name__) from unreachable
    if len(data) > MOST_BYTES:
        raise NotFetched(answer=f"more than {MOST_BYTES} bytes")
    if kind == "application/json" or (kind == "text/plain" and data.startswith(b"{")):
        raise NotFetched(answer=data[:120].decode("utf-8", "replace"))  # errcode, errmsg
    return data


def _keep(media: ChannelMedia, data: bytes) -> None:
    """Put it forward for the request. Raises what speaks against keeping the file."""
    channel, request = media.receipt.channel, media.receipt.request
    kept = keep_file(BytesIO(data), size=len(data))
    actor = service_user(f"intake-{channel.channel}")
    attach(request, [kept], actor=actor, category=request.category, accuracy_m=request.accuracy_m)


def _put_off(media: ChannelMedia, why: FetchLater) -> None:
    if timezone.now() - media.asked_at >= KEPT_THERE:
        _give_up(media, why)
        return
    pause = min(FIRST_PAUSE * 2 ** min(media.attempts - 1, 12), LONGEST_PAUSE)
    media.next_at, media.answer = timezone.now() + pause, why.message[:200]


def _give_up(media: ChannelMedia, why: DomainError) -> None:
    media.given_up_at, media.answer = timezone.now(), why.message[:200]
    told = {"code": "media_not_fetched", "media": media.media_id, "words": why.message}
    _note(media.receipt, [told])


def _note(receipt: ChannelReceipt, notes: list[dict[str, Any]]) -> None:
    """Add to what could not be taken over of a message."""
    if not notes:
        return
    held = ChannelReceipt.objects.select_for_update().get(pk=receipt.pk)
    held.notes = [*held.notes, *(note for note in notes if note not in held.notes)]
    held.save(update_fields=["notes"])
    receipt.notes = held.notes
