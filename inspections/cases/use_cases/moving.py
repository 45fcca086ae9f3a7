"""What every act upon a case has in common: perform, let the rooms above follow, set the clocks."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from core.errors import LostRace
from core.models import User
from core.workflow import perform
from inspections.cases.clocks import clocks_of
from inspections.cases.models import Case

Follower = Callable[[Case, str, User], None]
_FOLLOWERS: list[Follower] = []


def follow_acts(follower: Follower) -> None:
    """What another room does when a case has moved, in the same transaction; wired in apps.py."""
    _FOLLOWERS.append(follower)


def move(
    case: Case,
    act: str,
    *,
    actor: User,
    writes: Callable[[Case], None] = lambda case: None,
    **rest: Any,
) -> Case:
    """Perform an act, what else it `writes`, and all that follows from it; one transaction."""
    with transaction.atomic():
        case = perform(case, act, actor=actor, **rest)
        writes(case)
        return followed(case, act, actor)


def latest(case: Case) -> Case:
    """The case as it is now, its row locked: what an act builds upon stays so until the act is done."""
    return Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)


def hold(case: Case, base_version: int | None) -> Case:
    """The case as it is now, its row locked until the act is done. Raises LostRace.

    Whoever acts upon a case, or upon what is asked about it, locks the case first: no two wait for
    each other, and the second sees what the first did.
    """
    held = latest(case)
    if base_version is not None and base_version != held.version:
        raise LostRace(
            "You saw version {base_version}, this is version {version} by now; look again.",
            zh="您看到的是第 {base_version} 版，现已是第 {version} 版，请刷新后再试。",
            base_version=base_version,
            version=held.version,
        )
    return held


def followed(case: Case, act: str, actor: User) -> Case:
    """What follows from an act just performed; inside its transaction."""
    for follower in _FOLLOWERS:
        follower(case, act, actor)
    return restamp(case)


def restamp(case: Case) -> Case:
    """Set which of the running clocks is warned of first, and which runs out first."""
    running = [clock for clock in clocks_of(case, case.assignments.all()) if clock.runs]
    case.warn_at = min((clock.warn_at for clock in running), default=None)
    case.due_at = min((clock.due_at for clock in running), default=None)
    Case.objects.filter(pk=case.pk).update(warn_at=case.warn_at, due_at=case.due_at)
    return case
