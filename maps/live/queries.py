"""What the hub asks the database, each question inside a snapshot that was taken before.

Every function here blocks, opens its connection when it begins and gives it back when it ends.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max
from psycopg import sql

from core.outbox import events_after, newest_seq
from grid.areas.models import GridEdition
from grid.organizations.models import Membership
from maps.live.frames import Happening, Subject

Rights = tuple[tuple[str, int, str], ...]  # role, organization, area
_IN_SNAPSHOT = sql.SQL(
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT {}"
)


@contextmanager
def within(snapshot: str) -> Iterator[None]:
    """A transaction that sees what the exported snapshot saw."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_IN_SNAPSHOT.format(sql.Literal(snapshot)))
            yield
    finally:
        connection.close()


def happenings_after(snapshot: str, seq: int, limit: int) -> list[Happening]:
    """The next events after `seq`, in commit order."""
    with within(snapshot):
        return [
            Happening(event.seq, event.kind, Subject(event.subject_type, event.subject_id))
            for event in events_after(seq, limit)
            if event.seq is not None
        ]


def newest_number() -> int:
    """The number of the newest committed event, now."""
    try:
        return newest_seq()
    finally:
        connection.close()


def types_lately(seq: int, events: int = 1000) -> set[str]:
    """What the last events up to `seq` were about."""
    try:
        return {event.subject_type for event in events_after(seq - events, events)}
    finally:
        connection.close()


@dataclass(frozen=True)
class Standing:
    """Who holds which roles, among which areas: what a user may see depends on both."""

    rights: dict[int, Rights]  # a user without any is missing
    edition: int  # of areas and cells


def standing(snapshot: str, users: Iterable[int]) -> Standing:
    """The rights of these users when the snapshot was taken."""
    held = Membership.objects.filter(user__in=list(users), user__is_active=True)
    rows = held.order_by("user", "pk").values_list("user", "role", "organization", "area_code")
    with within(snapshot):
        rights = {
            user: tuple((role, organization, area) for _, role, organization, area in mine)
            for user, mine in groupby(rows, key=lambda row: row[0])
        }
        newest = GridEdition.objects.aggregate(newest=Max("version"))["newest"]
        return Standing(rights, newest or 0)
