"""Reports go out: in order, signed, with one key for all attempts, until they are taken.

A worker that is killed between sending and noting sends once more, with the same key: who was told
twice knows it. A platform that cannot be reached is tried again, later and later, an hour at most.
"""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.audit import record_act
from core.errors import NotPermitted
from core.models import User
from inspections.intake.channels.signatures import signed_headers
from inspections.intake.channels.use_cases.registry import secret_of
from inspections.intake.channels.wire import OPENER
from inspections.intake.upstream.models import UpstreamReport
from inspections.requests.permissions import is_desk_of

TIMEOUT_S = 10.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_AT_ONCE = 500
MOST_ANSWER = 500
AGAIN_LATER = {408, 423, 425, 429}


@dataclass(frozen=True)
class Answered:
    """How a platform answered; status 0: not at all."""

    status: int
    words: str

    @property
    def taken(self) -> bool:
        """Whether it has the report; 409 says that it had it before."""
        return 200 <= self.status < 300 or self.status == 409

    @property
    def refused(self) -> bool:
        """Whether to send it again would be no use."""
        return 300 <= self.status < 500 and not self.taken and self.status not in AGAIN_LATER


def send_due(now: datetime) -> int:
    """Send every report whose time has come; returns how many were taken. Each is noted at once."""
    taken = 0
    for _ in range(MOST_AT_ONCE):
        answered = _send_next(now)
        if answered is None:
            break
        taken += answered.taken
    return taken


def send_again(report: UpstreamReport, *, actor: User) -> UpstreamReport:
    """The desk has a refused report sent once more, under the same key. Raises NotPermitted."""
    if not is_desk_of(actor, report.order.request):
        raise NotPermitted
    with transaction.atomic():
        held = UpstreamReport.objects.select_for_update().get(pk=report.pk)
        if held.sent_at is None:
            held.refused_at, held.next_at = None, timezone.now()
            held.save(update_fields=["refused_at", "next_at"])
            record_act(
                actor=actor,
                act="upstream_again",
                subject=held.order.request,
                details={"report": held.pk},
            )
    return held


def _send_next(now: datetime) -> Answered | None:
    """Send the first that is due, its row held meanwhile; None if there is none."""
    waiting = UpstreamReport.objects.filter(sent_at__isnull=True, refused_at__isnull=True)
    before = waiting.filter(order=OuterRef("order"), pk__lt=OuterRef("pk"))
    due = (
        waiting.filter(~Exists(before), next_at__lte=now, order__link__active=True)
        .exclude(order__link__url="")
        .order_by("next_at", "pk")
    )
    with transaction.atomic():
        report = (
            due.select_for_update(of=("self",), skip_locked=True)
            .select_related("order__link__channel")
            .first()
        )
        if report is None:
            return None
        answered = _post(report, timezone.now())
        report.attempts += 1
        report.answer = f"{answered.status} {answered.words}"[:MOST_ANSWER]
        if answered.taken:
            report.sent_at = timezone.now()
        elif answered.refused:
            report.refused_at = timezone.now()
        else:
            pause = min(FIRST_PAUSE * 2 ** min(report.attempts - 1, 12), LONGEST_PAUSE)
            report.next_at = timezone.now() + pause
        report.save()
    return answered


def written(report: UpstreamReport) -> dict[str, Any]:
    """A report as it is sent."""
    return {
        "key": str(report.key),
        "number": report.order.number,
        "kind": report.kind,
        **report.body,
    }


def _post(report: UpstreamReport, now: datetime) -> Answered:
    link = report.order.link
    if urlsplit(link.url).scheme not in {"http", "https"}:
        return Answered(400, "the address is no http address")
    body = json.dumps(written(report), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(report.key),
        **signed_headers(secret_of(link.channel), body, now=now),
    }
    asked = urllib.request.Request(link.url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with OPENER.open(asked, timeout=TIMEOUT_S) as answer:
            return Answered(answer.status, _words(answer))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answered(refused.code, _words(refused))
    except (OSError, ValueError) as unreachable:
        return Answered(0, type(unreachable).__name__)


def _words(answer: Any) -> str:
    """What was answered, shortened, for the desk to read."""
    try:
        text: str = answer.read(MOST_ANSWER * 4).decode("utf-8", "replace")
    except OSError:
        return ""
    return " ".join(text.replace("\x00", "").split())
