"""Who would answer under a draft: what `whose --draft` and `jurisdiction/?change_set=` stand on."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import Missing, NotPermitted
from core.models import User
from grid.jurisdiction.drafts import open_drafts_with
from inspections.changes.models import ChangeSet, ChangeSetState
from inspections.changes.permissions import may_try
from inspections.changes.queries import change_set_seen_by
from inspections.changes.what_if import as_if_published
from inspections.changes.workflow import NothingInIt


@contextmanager
def under_change_set(number: str, reader: User | None) -> Iterator[None]:
    """The ground as this change set would make it; one that was published is part of the ground.

    For those who may draft or publish it: meanwhile the ground's lock is held. Raises NotPermitted.
    """
    change_set = change_set_named(number, reader)
    if reader is not None and not may_try(reader, change_set):
        raise NotPermitted
    if change_set.state == ChangeSetState.PUBLISHED:
        yield
        return
    items = list(change_set.items.order_by("id"))
    if not items:
        raise NothingInIt
    with as_if_published(items, actor=change_set.author):
        yield


def change_set_named(number: str, reader: User | None) -> ChangeSet:
    """A change set by its number, for a reader or (None) for the operator; raises Missing."""
    if reader is not None:
        return change_set_seen_by(reader, number)
    change_set: ChangeSet | None = ChangeSet.objects.filter(number=number).first()
    if change_set is None:
        raise Missing(
            f"there is no change set {number!r}; 'manage.py load … --draft' prints its number",
            zh=f"没有编号为“{number}”的变更集。",
            number=number,
        )
    return change_set


open_drafts_with(under_change_set)
