"""Operations done once: the same request may arrive many times, and is carried out one time."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Replace

from core.errors import Busy, DomainError
from core.models import Operation, User

KEPT_FOR = timedelta(days=90)  # longer than a phone stays without a network


class DifferentContent(DomainError):
    """The key '{key}' was already used for another request; take a new key for a new request."""

    status = 409
    zh = "键“{key}”已用于另一请求；新的请求请使用新的键。"


@dataclass(frozen=True)
class Outcome:
    """What was answered, to the letter, and whether it had been answered before."""

    answer: str
    repeated: bool


def run_once(*, actor: User, key: str, content: bytes, work: Callable[[], str]) -> Outcome:
    """Carry out `work` unless this actor's `key` was carried out before; then repeat its answer.

    `content` is all that says what is asked. The work, its answer and its key are one transaction:
    a refusal or a crash leaves nothing, and the same key may be tried again. Raises
    DifferentContent if the key stands for other content, and Busy, without waiting, while another
    transaction is carrying out the same key.
    """
    # Keyed: what is asked may name people, and a bare hash could be tried against all numbers.
    digest = hmac.new(settings.SECRET_KEY.encode(), content, hashlib.sha256).hexdigest()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"lamplighter.operation|{actor.pk}|{key}"],
            )
            (free,) = cursor.fetchone()
        if not free:
            raise Busy
        done = Operation.objects.filter(actor=actor, key=key).first()
        if done is None:
            answer = work()
            Operation.objects.create(actor=actor, key=key, content_sha256=digest, answer=answer)
            return Outcome(answer, repeated=False)
    if done.content_sha256 != digest:
        raise DifferentContent(key=key)
    return Outcome(done.answer, repeated=True)


def forget_operations(now: datetime) -> int:
    """Delete the answers that nobody will ask for again (they may tell of people); returns how many."""
    count, _ = Operation.objects.filter(done_at__lt=now - KEPT_FOR).delete()
    return count


def hide_in_answers(words: Sequence[str], *, about: str) -> None:
    """Blot words out of the stored answers that speak of `about`: somebody is to be forgotten."""
    kept = Operation.objects.filter(answer__contains=about)
    for word in filter(None, words):
        kept.update(answer=Replace("answer", Value(word), Value("***")))
