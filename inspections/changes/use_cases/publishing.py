"""What a change set would move, and moving it: by a second person, cases marked and nothing sent by itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.models import User
from core.workflow import perform
from grid.ground.models import GroundVersion
from grid.ground.queries import newest_version
from grid.ground.use_cases import hold_ground
from grid.jurisdiction.impact import (
    Moved,
    day_of_effect,
    find_changes,
    find_turns,
    moved_facilities,
)
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.cases.use_cases import redecide_case
from inspections.changes.impact import MovedCase, moved_cases, turned_cases
from inspections.changes.models import ChangeSet, ChangeSetState, ImpactKind, ImpactRow
from inspections.changes.what_if import as_if_published, carry_out
from inspections.changes.workflow import ImpactStale, NothingInIt


@dataclass(frozen=True, slots=True)
class Publication:
    """Open cases that have another answer since a change set was published; or (none) since a day came."""

    change_set: ChangeSet | None
    cases: Sequence[MovedCase]


LATE = timedelta(minutes=30)  # for how long after a publication late cases are looked for
LATELY = timedelta(
    days=2
)  # how far back turns are looked for: so long the job may have stood still

Follower = Callable[[Publication, User], None]
_FOLLOWERS: list[Follower] = []


Preparer = Callable[[ChangeSet, User], None]
_PREPARERS: list[Preparer] = []


def prepare_previews(preparer: Preparer) -> None:
    """What another room does before a change set is previewed, in the same transaction."""
    _PREPARERS.append(preparer)


def follow_publications(follower: Follower) -> None:
    """What another room does when a change set was published or a day came, in the same transaction."""
    _FOLLOWERS.append(follower)


def preview_change_set(
    change_set: ChangeSet, *, actor: User, reason: str = "", base_version: int | None = None
) -> ChangeSet:
    """Find what it moves (评估影响), by publishing it and taking that back; keeps the list.

    Found for the day on which all of it holds, where that lies ahead; else for now.
    """
    now = at = timezone.now()
    with transaction.atomic():
        for prepare in _PREPARERS:
            prepare(change_set, actor)
        change_set = perform(
            change_set, "preview", actor=actor, reason=reason, base_version=base_version
        )
        hold_ground()
        before = newest_version()
        with as_if_published(change_set.items.order_by("id"), actor=actor):
            after = newest_version()
            at = day_of_effect(before, after, now)
            rows = _rows(change_set, before, after, at) if after > before else []
        ImpactRow.objects.filter(change_set=change_set).delete()
        ImpactRow.objects.bulk_create(rows, batch_size=2000)
        change_set.impact_on = before
        change_set.impact = _summary(rows) | {
            "computed_at": now.isoformat(),
            "at": at.isoformat(),
            "ground_version": before,
        }
        change_set.save(update_fields=["impact", "impact_on"])
    return change_set


def publish_change_set(
    change_set: ChangeSet, *, actor: User, reason: str = "", base_version: int | None = None
) -> ChangeSet:
    """Publish it (发布), as a second person who could read its impact on the ground as it is.

    Open cases with another answer get a new verdict and a mark: the desk decides, nothing is sent by
    itself. Raises SecondPersonNeeded, ImpactStale, and what the loads raise.
    """
    now = timezone.now()
    with transaction.atomic():
        change_set = perform(
            change_set,
            "publish",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"approver": actor, "ended_at": now},
            details={"author": change_set.author.username},
        )
        hold_ground()
        before = newest_version()
        if change_set.impact_on != before:  # published between the guard and the lock
            raise ImpactStale(found_on=change_set.impact_on, newest=before)
        carry_out(change_set.items.order_by("id"), actor=actor)
        after = newest_version()
        if after == before:
            raise NothingInIt
        change_set.published_version = GroundVersion.objects.get(number=after)
        change_set.save(update_fields=["published_version"])
        find_changes(before, after, now)
        moved = list(moved_cases(before, after, now))
        for found in moved:
            redecide_case(
                found.case, actor=actor, answer=found.answer, change_set=change_set.number
            )
        publication = Publication(change_set, moved)
        for follower in _FOLLOWERS:
            follower(publication, actor)
    return change_set


def redecide_late_cases(*, actor: User, now: datetime) -> int:
    """Cases that were being filed on the former ground while a set was published; how many were found.

    A filing does not wait for a publication: its verdict may rest on the version before, and be
    committed after the publication has looked. Asked again soon after, it is found here.
    """
    found = 0
    lately = ChangeSet.objects.filter(
        state=ChangeSetState.PUBLISHED, ended_at__gt=now - LATE, published_version__isnull=False
    )
    for change_set in lately.order_by("id"):
        with transaction.atomic():
            before, after = change_set.impact_on, newest_version()
            find_changes(before, after, now)
            for moved in moved_cases(before, after, now, judged_by=before):
                redecide_case(
                    moved.case, actor=actor, answer=moved.answer, change_set=change_set.number
                )
                found += 1
    return found


def redecide_turned_cases(*, actor: User, now: datetime) -> int:
    """Cases whose answer differs since rows of the ground began or ended to hold; how many were found.

    Marked as by a publication. A case is compared with the instant of its own verdict, so running
    again finds nothing twice, and nothing is missed while the job stood still for less than `LATELY`.
    """
    with transaction.atomic():
        find_turns(now - LATELY, now)
        turned = list(turned_cases(now))
        for found in turned:
            redecide_case(found.case, actor=actor, answer=found.answer)
        if turned:
            for follower in _FOLLOWERS:
                follower(Publication(None, turned), actor)
    return len(turned)


def _rows(change_set: ChangeSet, before: int, after: int, at: datetime) -> list[ImpactRow]:
    """What the ground, as it is inside, moves against the version before."""
    find_changes(before, after, at)
    facilities = list(moved_facilities(before, after, at))
    cases = list(moved_cases(before, after, at))
    moves: list[Moved | MovedCase] = [*facilities, *cases]
    named = {held.body for moved in moves for held in (moved.before, moved.after)}
    names = dict(Organization.objects.filter(code__in=named).values_list("code", "name"))
    rows = [
        _row(
            change_set,
            ImpactKind.FACILITY,
            moved,
            names,
            code=moved.code,
            category=moved.category,
            name=moved.name,
            place=moved.place,
        )
        for moved in facilities
    ]
    return rows + [_case_row(change_set, moved, names) for moved in cases]


def _case_row(change_set: ChangeSet, moved: MovedCase, names: dict[str, str]) -> ImpactRow:
    case: Case = moved.case
    return _row(
        change_set,
        ImpactKind.CASE,
        moved,
        names,
        code=case.number,
        category=case.category.code if case.category else "",
        name=case.category.name if case.category else "",
        place=case.place,
    )


def _row(
    change_set: ChangeSet,
    kind: ImpactKind,
    moved: Moved | MovedCase,
    names: dict[str, str],
    **shown: Any,
) -> ImpactRow:
    was, becomes = moved.before, moved.after
    return ImpactRow(
        change_set=change_set,
        kind=kind,
        from_code=was.body,
        from_name=names.get(was.body, was.body),
        to_code=becomes.body,
        to_name=names.get(becomes.body, becomes.body),
        from_outcome=was.outcome,
        to_outcome=becomes.outcome,
        **shown,
    )


def _summary(rows: Iterable[ImpactRow]) -> dict[str, Any]:
    """How many of each kind, and from whom to whom."""
    kinds: Counter[str] = Counter()
    moves: dict[tuple[str, str], Counter[str]] = {}
    names: dict[str, str] = {}
    for row in rows:
        kinds[row.kind] += 1
        moves.setdefault((row.from_code, row.to_code), Counter())[row.kind] += 1
        names |= {row.from_code: row.from_name, row.to_code: row.to_name}

    def body(code: str) -> dict[str, str] | None:
        return {"code": code, "name": names[code]} if code else None

    return {
        "facilities": kinds[ImpactKind.FACILITY],
        "cases": kinds[ImpactKind.CASE],
        "moves": [
            {
                "from": body(old),
                "to": body(new),
                "facilities": count[ImpactKind.FACILITY],
                "cases": count[ImpactKind.CASE],
            }
            for (old, new), count in sorted(
                moves.items(), key=lambda move: (-move[1].total(), move[0])
            )
        ],
    }
