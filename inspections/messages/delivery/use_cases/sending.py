"""From the queue to the receivers: claimed one by one, handed over once, tried again with growing pauses.

A worker that dies leaves its message leased. Before it was handed over, it goes back into the queue;
after, only to a receiver that knows its key; anything else is `unsure` and shown to the desk.
"""

import logging
import time
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from inspections.messages.delivery.letters import Letter, address_of, letter_of
from inspections.messages.delivery.models import (
    PROGRAMS,
    Endpoint,
    Message,
    MessageState,
    Transport,
)
from inspections.messages.delivery.transports.mail import send_mail
from inspections.messages.delivery.transports.outcome import Later, Refused, Unknown
from inspections.messages.delivery.transports.robots import send_dingtalk, send_wecom
from inspections.messages.delivery.transports.webhook import send_webhook
from inspections.requests.privacy import unseal

log = logging.getLogger(__name__)

PAUSES = [
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
]
LEASE = timedelta(minutes=2)
RUN_S = 8.0  # of one job, so that others have their turn; the next goes on
MINUTE = timedelta(minutes=1)


def send_messages(*, most: int = 500, seconds: float = RUN_S) -> Counter[str]:
    """Send what is due, until nothing is or the time is over; how many came to which state."""
    take_up_again(timezone.now())
    done: Counter[str] = Counter()
    until = time.monotonic() + seconds
    while done.total() < most and time.monotonic() < until:
        message = claim(timezone.now())
        if message is None:
            break
        done[send(message)] += 1
    return done


def take_up_again(now: datetime) -> None:
    """Messages whose worker has died: back into the queue, or unsure."""
    left = Message.objects.filter(state=MessageState.SENDING, leased_until__lte=now)
    again = Q(handed_over_at__isnull=True) | Q(transport__in=PROGRAMS)
    left.filter(again).update(
        state=MessageState.QUEUED, next_try_at=now, handed_over_at=None, leased_until=None
    )
    left.update(state=MessageState.UNSURE, failure="worker_died", leased_until=None)


def claim(now: datetime) -> Message | None:
    """Take the next message that is due; its receiver is neither resting nor sent to too often."""
    while True:
        with transaction.atomic():
            free = Q(endpoint=None) | Q(endpoint__active=True) & (
                Q(endpoint__paused_until=None) | Q(endpoint__paused_until__lte=now)
            )
            due = Message.objects.filter(free, state=MessageState.QUEUED, next_try_at__lte=now)
            message = (
                due.order_by("next_try_at", "id")
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if message is None:
                return None
            if message.endpoint_id and not _has_room(message.endpoint_id, now):
                continue
            message.state, message.leased_until = MessageState.SENDING, now + LEASE
            message.attempts += 1
            message.save(update_fields=["state", "leased_until", "attempts"])
            return message


def _has_room(key: int, now: datetime) -> bool:
    """Whether another may go there within this minute; where not, it rests until one may."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=key)
    recent = [at for at in endpoint.recent if at > now - MINUTE]
    if len(recent) >= endpoint.per_minute:
        endpoint.paused_until = recent[-endpoint.per_minute] + MINUTE
    else:
        recent.append(now)
    endpoint.recent = recent
    endpoint.save(update_fields=["recent", "paused_until"])
    return endpoint.paused_until is None or endpoint.paused_until <= now


def send(message: Message) -> str:
    """Hand one claimed message over and keep what became of it; the state it is in then."""
    letter = letter_of(message)
    try:
        if letter is None:
            return _keep(message, MessageState.DROPPED, "no_address")
        _hand_over(message, letter)
    except Later as later:
        return _later(message, later)
    except Refused as refused:
        return _keep(message, MessageState.FAILED, refused.code)
    except Unknown as unknown:
        if message.transport in PROGRAMS:
            return _later(message, Later(unknown.code))
        return _keep(message, MessageState.UNSURE, unknown.code)
    return _keep(message, MessageState.SENT)


def _hand_over(message: Message, letter: Letter) -> None:
    now = timezone.now()

    def handing() -> None:
        Message.objects.filter(pk=message.pk).update(handed_over_at=timezone.now())

    if message.transport == Transport.EMAIL:
        send_mail(
            key=message.key,
            to=address_of(message, "email"),
            subject=letter.subject,
            body=letter.text,
            handing=handing,
        )
        return
    if message.endpoint is None:
        raise Refused("no_endpoint")
    there = unseal(message.endpoint.sealed)
    address, secret = there.get("url", ""), there.get("secret", "")
    if message.transport == Transport.WECOM:
        send_wecom(address=address, text=letter.text, handing=handing)
    elif message.transport == Transport.DINGTALK:
        send_dingtalk(address=address, secret=secret, text=letter.text, now=now, handing=handing)
    else:
        send_webhook(
            key=message.key,
            address=address,
            secret=secret,
            told=letter.told,
            now=now,
            handing=handing,
        )


def _later(message: Message, why: Later) -> str:
    now = timezone.now()
    if message.attempts > len(PAUSES):
        return _keep(message, MessageState.FAILED, why.code)
    pause = why.after or PAUSES[message.attempts - 1]
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.QUEUED,
        next_try_at=now + pause,
        leased_until=None,
        handed_over_at=None,
        failure=why.code,
    )
    if message.endpoint_id:  # the others for it would fare no better
        rest = now + min(pause, MINUTE)
        resting = Endpoint.objects.filter(pk=message.endpoint_id)
        resting.exclude(paused_until__gt=rest).update(paused_until=rest)
    log.info("message %s: %s, tried again later", message.pk, why.code)
    return MessageState.QUEUED


def _keep(message: Message, state: MessageState, failure: str = "") -> str:
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        state=state,
        failure=failure,
        leased_until=None,
        sent_at=now if state == MessageState.SENT else F("sent_at"),
    )
    if failure:
        log.warning("message %s: %s (%s)", message.pk, state, failure)
    return state
