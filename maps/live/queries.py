"""What the hub asks the database, each question inside a snapshot that was taken before.

Every function here blocks, opens its connection when it begins and gives it back when it ends.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from psycopg import sql

from core.models import User
from core.outbox import events_after, newest_seq
from core.visibility import visible
from grid.organizations.models import Membership
from maps.live.frames import Happening, Subject

Rights = tuple[tuple[str, int, str], ...]
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


def seen_of(
    snapshot: str, wanted: Mapping[int, Iterable[Subject]]
) -> dict[int, frozenset[Subject]]:
    """Which of the subjects each user could see when the snapshot was taken."""
    with within(snapshot):
        users = User.objects.in_bulk(list(wanted))
        return {
            key: _seen(users[key], subjects) if key in users else frozenset()
            for key, subjects in wanted.items()
        }


def _seen(user: User, subjects: Iterable[Subject]) -> frozenset[Subject]:
    found: set[Subject] = set()
    in_order = sorted(set(subjects), key=lambda subject: subject.type)
    for subject_type, group in groupby(in_order, key=lambda subject: subject.type):
        rows = visible(user, subject_type).order_by()
        ids = [subject.id for subject in group if _is_key(rows.model, subject.id)]
        keys = rows.filter(pk__in=ids).values_list("pk", flat=True)
        found.update(Subject(subject_type, str(key)) for key in keys)
    return frozenset(found)


def _is_key(model: type, given: str) -> bool:
    """Whether an id has the shape of this model's keys."""
    try:
        model._meta.pk.to_python(given)  # type: ignore[attr-defined]
    except ValidationError:
        return False
    return True


def rights_of(users: Iterable[int]) -> dict[int, Rights]:
    """Who holds which roles; a user without any is missing."""
    held = Membership.objects.filter(user__in=list(users), user__is_active=True)
    rows = held.order_by("user", "pk").values_list("user", "role", "organization", "area_code")
    try:
        return {
            user: tuple((role, organization, area) for _, role, organization, area in mine)
            for user, mine in groupby(rows, key=lambda row: row[0])
        }
    finally:
        connection.close()
