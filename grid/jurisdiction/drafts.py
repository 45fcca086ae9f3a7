"""Asking under a draft: the room that keeps change sets (it lies below) opens them here."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from core.errors import Missing
from core.models import User

Opener = Callable[[str, User | None], AbstractContextManager[None]]
_OPENERS: list[Opener] = []


def open_drafts_with(opener: Opener) -> None:
    """Say how a change set is opened; called once.

    Inside the context the newest ground version is the draft's, and whatever is asked rests on it;
    afterwards nothing has happened. The reader is None for the operator of the machine. Raises Missing.
    """
    if _OPENERS:
        raise ValueError("drafts are opened already")
    _OPENERS.append(opener)


def under_draft(number: str, reader: User | None) -> AbstractContextManager[None]:
    """The ground as the change set of that number would make it; raises Missing."""
    if not _OPENERS:
        raise Missing(number=number)
    return _OPENERS[0](number, reader)
