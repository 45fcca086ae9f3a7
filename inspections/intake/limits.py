"""How often the public may come in: counted in the database, so that all processes count as one.

A stretch of time begins at a whole multiple of its length; who has used it up is told when the next
one begins. Counting is one statement, committed by itself: whatever becomes of the report, it counts.
"""

import ipaddress
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from inspections.intake.models import PublicUse
from inspections.requests.privacy import keyed

KEPT = timedelta(days=2)
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
EVERYBODY = "_all"  # limits of this ending count everybody together

_COUNT = """
    INSERT INTO inspections_public_use AS used (thing, mark, since, count)
    SELECT %(thing)s, %(mark)s, %(since)s, 1 WHERE %(most)s > 0
    ON CONFLICT ON CONSTRAINT public_use_once
    DO UPDATE SET count = used.count + 1 WHERE used.count < %(most)s
    RETURNING count
"""


class TooOften(DomainError):
    """Too many from here for now: try again in {minutes} minutes. Nothing you wrote is lost."""

    status = 429
    zh = "操作过于频繁，请在 {minutes} 分钟后重试；已填写的内容不会丢失。"


@dataclass(frozen=True)
class Limit:
    """So many within such a time."""

    most: int
    within: timedelta

    def since(self, now: datetime) -> datetime:
        """When the stretch of time that `now` lies in began."""
        length = self.within.total_seconds()
        return datetime.fromtimestamp(math.floor(now.timestamp() / length) * length, UTC)


def limits() -> dict[str, Limit]:
    """The setting PUBLIC_LIMITS read: `report=20/1h,report_all=2000/1h`."""
    return _read(settings.PUBLIC_LIMITS)


@lru_cache(maxsize=8)
def _read(text: str) -> dict[str, Limit]:
    found = {}
    for part in filter(None, text.replace(" ", "").split(",")):
        parsed = re.fullmatch(r"(\w+)=(\d+)/(\d+)(min|h|d)", part)
        if parsed is None or int(parsed[3]) == 0:
            raise ImproperlyConfigured(f"LAMPLIGHTER_PUBLIC_LIMITS: {part!r} is not thing=20/1h")
        found[parsed[1]] = Limit(int(parsed[2]), int(parsed[3]) * UNITS[parsed[4]])
    return found


def count_use(thing: str, address: str) -> None:
    """Count one more from this address, and of everybody. Raises TooOften, and then counts nothing."""
    for name, mark in ((thing, mark_of(address)), (f"{thing}{EVERYBODY}", "")):
        limit = limits().get(name)
        if limit is None:
            continue
        now = timezone.now()
        since = limit.since(now)
        with connection.cursor() as cursor:
            cursor.execute(
                _COUNT, {"thing": name, "mark": mark, "since": since, "most": limit.most}
            )
            if cursor.fetchone() is None:
                raise _refusal(since + limit.within - now)


def refuse_used_up(thing: str, address: str) -> None:
    """Raise TooOften if this address has used up its share, without counting."""
    limit, now = limits().get(thing), timezone.now()
    if limit is None:
        return
    since = limit.since(now)
    used = PublicUse.objects.filter(
        thing=thing, mark=mark_of(address), since=since, count__gte=limit.most
    )
    if used.exists():
        raise _refusal(since + limit.within - now)


def forget_uses(now: datetime) -> int:
    """Delete counters that no limit asks for any more; returns how many."""
    count, _ = PublicUse.objects.filter(since__lt=now - KEPT).delete()
    return count


def mark_of(address: str) -> str:
    """The mark of an address; of IPv6 the network counts, for a home has 2^64 addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return keyed("address", address)
    if known.version == 6 and known.ipv4_mapped is None:
        return keyed("address", str(ipaddress.ip_network((known, 64), strict=False)))
    return keyed("address", str(known.ipv4_mapped or known) if known.version == 6 else str(known))


def _refusal(wait: timedelta) -> TooOften:
    seconds = max(1, math.ceil(wait.total_seconds()))
    return TooOften(minutes=math.ceil(seconds / 60), seconds=seconds)
