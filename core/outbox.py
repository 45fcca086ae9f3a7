"""Reading the outbox in commit order: for the live hub, and for whoever copies events elsewhere.

`seq` is given at commit, under a lock that is held until the commit is visible. So numbers appear
in their own order, without gaps, and a reader who remembers the last `seq` it has read misses
nothing and reads nothing twice. Each commit with events sends `NOTIFY lamplighter_outbox` with its
last `seq`; that only wakes a reader, who then reads from the table.
"""

from django.db.models import Max

from core.models import OutboxEvent

CHANNEL = "lamplighter_outbox"


def events_after(seq: int, limit: int = 500) -> list[OutboxEvent]:
    """The next events after `seq`, in commit order; at most `limit`. Start with 0."""
    return list(OutboxEvent.objects.filter(seq__gt=seq).order_by("seq")[:limit])


def newest_seq() -> int:
    """The number of the newest event, 0 if there is none: where a reader starts who wants no past."""
    newest: int | None = OutboxEvent.objects.aggregate(newest=Max("seq"))["newest"]
    return newest or 0
