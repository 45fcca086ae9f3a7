"""What each reader may see, as SQL that is written once and asked for many readers at a time.

`visible(user, type)` is a queryset; writing one costs several questions (which roles, which areas
below them), asking it one. So it is kept, compiled, while the user's roles and the areas stand as
they did, a minute or two at most. Readers whose rights come to the very same SQL are asked for
together: all dispatchers are one question, and so are the inspectors of one area.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection

from core.models import User
from core.visibility import visible
from maps.live.frames import Subject
from maps.live.queries import Rights, Standing, within

KEPT_SECONDS = 60.0  # up to twice that, so that not all are written anew at once
BRANCHES = 50  # of one statement

Seen = dict[int, frozenset[Subject]]


@dataclass(frozen=True)
class Sight:
    """The keys of one type that somebody may see; two are equal if they ask the same."""

    type: str
    sql: str
    shown: str  # the parameters, as text
    parameters: tuple[Any, ...] = field(compare=False)


@dataclass
class _Kept:
    rights: Rights
    edition: int
    until: float
    sights: dict[str, Sight | None] = field(default_factory=dict)


class Sights:
    """The compiled rights of all readers; asked inside snapshots, by one thread at a time."""

    def __init__(self) -> None:
        self.types: set[str] = set()  # what events are about, as far as was heard
        self._kept: dict[int, _Kept] = {}

    def keep(self, standing: Standing) -> None:
        """Forget what was written for other rights, among other areas, or long ago."""
        now = time.monotonic()
        kept = {}
        for user, rights in standing.rights.items():
            known = self._kept.get(user)
            stands = known and (known.rights, known.edition) == (rights, standing.edition)
            if known and stands and now < known.until:
                kept[user] = known
            else:
                until = now + KEPT_SECONDS * (1 + random.random())  # noqa: S311 — only spreads work
                kept[user] = _Kept(rights, standing.edition, until)
        self._kept = kept

    def begin(self, snapshot: str, standing: Standing) -> None:
        """Write for readers who were not known, so that their first event finds all written."""
        for user, rights in standing.rights.items():
            self._kept[user] = _Kept(rights, standing.edition, time.monotonic() + KEPT_SECONDS)
        with within(snapshot):
            self._write(dict.fromkeys(standing.rights, self.types))

    def seen(self, snapshot: str, wanted: Mapping[int, Iterable[Subject]]) -> Seen:
        """Which of the subjects each user could see when the snapshot was taken."""
        asked: dict[Sight, set[str]] = defaultdict(set)
        askers: dict[Sight, list[int]] = defaultdict(list)
        with within(snapshot):
            needed = {user: {s.type for s in subjects} for user, subjects in wanted.items()}
            self.types = self.types.union(*needed.values())
            self._write(needed)
            for user, subjects in wanted.items():
                by_type: dict[str, set[str]] = defaultdict(set)
                for subject in subjects:
                    by_type[subject.type].add(subject.id)
                for type_, ids in by_type.items():
                    if user in self._kept and (sight := self._kept[user].sights[type_]):
                        asked[sight] |= ids
                        askers[sight].append(user)
            found: dict[int, set[Subject]] = {user: set() for user in wanted}
            for sight, held in _found(asked):
                for user in askers[sight]:
                    found[user] |= held
        return {user: frozenset(found[user].intersection(wanted[user])) for user in wanted}

    def _write(self, needed: Mapping[int, set[str]]) -> None:
        """Write the sights that are not kept."""
        missing = {
            user: lacking
            for user, types in needed.items()
            if user in self._kept and (lacking := types - self._kept[user].sights.keys())
        }
        users = User.objects.in_bulk(list(missing)) if missing else {}
        for user, types in missing.items():
            for type_ in types:
                self._kept[user].sights[type_] = _sight(users[user], type_)


def _sight(user: User, subject_type: str) -> Sight | None:
    """What the user may see of a type; None if nothing."""
    rows = visible(user, subject_type).order_by().values_list("pk")
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return Sight(subject_type, sql, repr(parameters), tuple(parameters))


def _found(asked: Mapping[Sight, set[str]]) -> Iterator[tuple[Sight, set[Subject]]]:
    """Which of the ids each sight holds."""
    sights = list(asked)
    for start in range(0, len(sights), BRANCHES):
        part = sights[start : start + BRANCHES]
        statement = " UNION ALL ".join(
            f"SELECT {place}, held.key::text FROM ({sight.sql}) AS held(key) "  # noqa: S608
            "WHERE held.key = ANY(%s)"  # the SQL is Django's own, the values are bound
            for place, sight in enumerate(part)
        )
        parameters = [
            value
            for sight in part
            for value in (*sight.parameters, _keys(sight.type, asked[sight]))
        ]
        held: list[set[Subject]] = [set() for _ in part]
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            for place, key in cursor:
                held[place].add(Subject(part[place].type, key))
        yield from zip(part, held, strict=True)


def _keys(subject_type: str, ids: Iterable[str]) -> list[Any]:
    """The ids as values of that type's key; one of another shape names nothing."""
    key = apps.get_model(subject_type)._meta.pk
    keys = []
    for given in ids:
        try:
            keys.append(key.to_python(given))
        except ValidationError:
            continue
    return keys
