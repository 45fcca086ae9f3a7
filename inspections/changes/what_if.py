"""The ground as it would be: a change set really published, in a transaction that is always taken back.

So what is seen here cannot differ from what publishing does. The ground's lock is held meanwhile:
others read on, and wait to publish. Whatever is kept of a ground version in memory or on disk goes
by `token_of(version)`, which is new with every publication: nothing of this one is served later.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from core.models import User
from inspections.changes.appliers import Applied, ItemFile, apply_item
from inspections.changes.files import as_file
from inspections.changes.models import ChangeItem


class _TakeBack(Exception):
    """Nothing of it is to stay."""


@contextmanager
def as_if_published(items: Iterable[ChangeItem], *, actor: User) -> Iterator[list[Applied]]:
    """Inside, the newest ground version holds these items; afterwards nothing has happened.

    Gives what each load did. Raises what the loads raise.
    """
    try:
        with transaction.atomic():
            yield carry_out(items, actor=actor)
            raise _TakeBack
    except _TakeBack:
        pass


def carry_out(items: Iterable[ChangeItem], *, actor: User) -> list[Applied]:
    """Load the items one after the other, each as a ground version of its own; in one transaction."""
    applied = []
    for item in items:
        with as_file(item.sha256, item.filename) as path:
            applied.append(apply_item(ItemFile(item.layer, path, item.options), actor))
    return applied
