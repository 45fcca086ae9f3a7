"""Marks are set and ended by what happens to a case; leaders get their copies in the same transaction."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.audit import emit, emit_each, record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from grid.jurisdiction.models import Outcome
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Assignment, AssignmentKind, Case
from inspections.cases.permissions import serves
from inspections.cases.receivers import hold_sending
from inspections.cases.use_cases import follow_acts
from inspections.cases.workflow import SENT
from inspections.joint.marks.models import HARD, CaseCopy, CaseMark, CopyCause, MarkKind
from inspections.joint.marks.pushing import confirmed, pushed_down_to
from inspections.joint.marks.queries import (
    GOES_ROUND_AFTER,
    REPEATED_AFTER,
    REWORKED_OFTEN,
    districts_touched,
    earlier_here,
    leaders_in_charge,
    leaders_of,
    other_reports,
    times_moved,
    times_reworked,
)

NOBODY_CLEAR = frozenset({Outcome.CONTESTED, Outcome.UNOWNED, Outcome.UNDETERMINED})
SENDING = frozenset({"dispatch", "reassign", "take_over"})
BATCH = 1000

CopyFollower = Callable[[Sequence[CaseCopy]], None]
_COPY_FOLLOWERS: list[CopyFollower] = []


class NoLeader(Invalid):
    """No leader is in charge of the body that leads: name one in 'leader' (an account with that role)."""

    zh = "没有分管主办单位的领导：请在 leader 中指定一位（具有“领导”角色的账号）。"


class TakenAlready(DomainError):
    """{leader} has taken this case on already."""

    status = 409
    zh = "本案已由 {leader} 领办。"


class NotListed(DomainError):
    """The case is not on the list of hard cases by the desk's word."""

    status = 409
    zh = "本案未被列为疑难案件。"


def follow_copies(follower: CopyFollower) -> None:
    """What another room does when cases are copied to leaders, in the same transaction; called once."""
    _COPY_FOLLOWERS.append(follower)


def note_mark(case: Case, kind: MarkKind, *, act: str, told: dict[str, Any]) -> bool:
    """Set a mark that does not stand yet; a hard one copies the case to the leaders in charge. Whether it is new."""
    now = timezone.now()
    mark = CaseMark(case=case, kind=kind, since=now, act=act, told=told)
    with transaction.atomic():
        held = CaseMark.objects.select_for_update(no_key=True).filter(
            case=case, kind=kind, ended_at=None
        )
        if held.exists():
            return False
        CaseMark.objects.bulk_create([mark], ignore_conflicts=True)
        emit(kind="case_escalated" if kind in HARD else "case_marked", subject=case)
        if kind in HARD:
            copy_to(case, leaders_of(case), CopyCause.MARKED, at=now, kind=kind)
    return True


def end_marks(case: Case, *kinds: MarkKind) -> None:
    """Those marks (none named: all) hold no longer."""
    standing = CaseMark.objects.filter(case=case, ended_at=None)
    if kinds:
        standing = standing.filter(kind__in=kinds)
    standing.update(ended_at=timezone.now())


def copy_to(
    case: Case, leaders: Iterable[User], cause: CopyCause, *, at: datetime, kind: str = ""
) -> list[CaseCopy]:
    """The case is copied to these leaders, each once for one cause and moment."""
    copies = [
        CaseCopy(case=case, leader=leader, cause=cause, kind=kind, at=at) for leader in leaders
    ]
    _copied(copies)
    return copies


def _copied(copies: Sequence[CaseCopy]) -> None:
    CaseCopy.objects.bulk_create(copies, ignore_conflicts=True)
    if copies:
        for follower in _COPY_FOLLOWERS:
            follower(copies)


def follow_case(case: Case, act: str, actor: User) -> None:
    """What an act means for marks and copies; runs in the act's transaction."""
    if case.is_ended:
        end_marks(case)
        return
    if act == "open":
        _repeated(case, act)
    elif act in {"file", "redecide", "move_pin"} and case.verdict is not None:
        _clear_or_not(case, act)
        if act != "redecide":
            _districts(case, act)
    elif act == "rework" and (times := times_reworked(case)) >= REWORKED_OFTEN:
        note_mark(case, MarkKind.ILL_HANDLED, act=act, told={"reworked": times})
    if act in SENDING:
        _sent(case, act)
    elif act in {"add_assist", "release_part"}:
        _pushed(case, act)


def _repeated(case: Case, act: str) -> None:
    """The same class at the same thing, the third time within a quarter; a further report joins by `note_joined`."""
    earlier = earlier_here(case, timezone.now())
    if earlier >= REPEATED_AFTER:
        note_mark(case, MarkKind.REPEATED, act=act, told={"earlier": earlier})


def note_joined(case: Case, act: str = "join_request") -> None:
    """A further report feeds the case: called in the transaction that joins it (F16, 反复提出)."""
    others = other_reports(case)
    if others >= REPEATED_AFTER and not case.is_ended:
        note_mark(case, MarkKind.REPEATED, act=act, told={"others": others})


def note_going_round(case: Case, *, act: str, **times: int) -> None:
    """It was returned, or given to another body, once and again: called in the act's transaction (C19)."""
    if max(times.values()) >= GOES_ROUND_AFTER:
        note_mark(case, MarkKind.PING_PONG, act=act, told=times)


def _clear_or_not(case: Case, act: str) -> None:
    outcome = case.verdict.outcome if case.verdict else ""
    if outcome in NOBODY_CLEAR:
        note_mark(case, MarkKind.UNCLEAR, act=act, told={"outcome": outcome})
        return
    standing = CaseMark.objects.filter(case=case, kind=MarkKind.UNCLEAR, ended_at=None)
    standing.filter(told__has_key="outcome").update(ended_at=timezone.now())


def _districts(case: Case, act: str) -> None:
    touched = districts_touched(case)
    if len(touched) > 1:
        note_mark(case, MarkKind.CROSS_DISTRICT, act=act, told={"districts": touched})
    else:
        end_marks(case, MarkKind.CROSS_DISTRICT)


def _sent(case: Case, act: str) -> None:
    """The leaders in charge get a copy at the moment of the dispatch itself (F17); then what the dispatch shows."""
    held = case.assignments.filter(kind=AssignmentKind.LEAD, ended_at=None).first()
    at = held.dispatched_at if held else timezone.now()
    copy_to(case, leaders_of(case), CopyCause.SENT, at=at)
    _pushed(case, act)
    note_going_round(case, act=act, moved=times_moved(case))


def _pushed(case: Case, act: str) -> None:
    alone = pushed_down_to(case)
    if alone:
        note_mark(case, MarkKind.PUSHED_DOWN, act=act, told={"bodies": alone})
    else:
        end_marks(case, MarkKind.PUSHED_DOWN)


def list_hard(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """The desk lists a case as hard (列为疑难), with the reason; the leaders in charge get a copy."""
    if not serves(actor, case, Role.DISPATCHER, Role.LEADER):
        raise NotPermitted
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        if note_mark(held, MarkKind.LISTED, act="list_hard", told={}):
            record_act(actor=actor, act="list_hard", subject=held, reason=reason)
    return held


def unlist_hard(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """The desk takes it off the list again. Raises NotListed."""
    if not serves(actor, case, Role.DISPATCHER, Role.LEADER):
        raise NotPermitted
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        if not CaseMark.objects.filter(case=held, kind=MarkKind.LISTED, ended_at=None).exists():
            raise NotListed
        end_marks(held, MarkKind.LISTED)
        record_act(actor=actor, act="unlist_hard", subject=held, reason=reason)
        emit(kind="case_marked", subject=held)
    return held


def refer_case(
    case: Case,
    *,
    actor: User,
    reason: str,
    leader: User | None = None,
    base_version: int | None = None,
) -> Case:
    """Put a case before a leader (呈请领办, F10, N16): the one named, else those in charge. Raises NoLeader."""
    if not serves(actor, case, Role.DISPATCHER, Role.LEADER):
        raise NotPermitted
    if leader is not None and not has_role(leader, Role.LEADER):
        raise NoLeader
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        leaders = [leader] if leader else leaders_of(held)
        if not leaders:
            raise NoLeader
        copy_to(held, leaders, CopyCause.REFERRED, at=timezone.now())
        record_act(
            actor=actor,
            act="refer",
            subject=held,
            reason=reason,
            details={"leaders": [one.username for one in leaders]},
        )
        emit(kind="case_referred", subject=held)
    return held


def take_lead(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """A leader takes a case on (领办); one at a time. Raises TakenAlready."""
    if not has_role(actor, Role.LEADER):
        raise NotPermitted
    now = timezone.now()
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        taken = CaseCopy.objects.filter(case=held, taken_at__isnull=False).select_related("leader")
        if (other := taken.first()) is not None:
            raise TakenAlready(leader=other.leader.username)
        mine = CaseCopy.objects.filter(case=held, leader=actor).order_by("-id").first()
        if mine is None:
            (mine,) = copy_to(held, [actor], CopyCause.REFERRED, at=now)
        CaseCopy.objects.filter(case=held, leader=actor, cause=mine.cause, at=mine.at).update(
            taken_at=now
        )
        record_act(actor=actor, act="take_lead", subject=held, reason=reason)
        emit(kind="case_referred", subject=held)
    return held


def mark_late(now: datetime) -> int:
    """Mark open cases whose body that leads let its time run out (办理不力); in batches, each one transaction.

    A killed scan marks the rest next time; nothing is marked twice. Returns how many are new.
    """
    total = 0
    while batch := _late(now):
        with transaction.atomic():
            marks = [
                CaseMark(case=c, kind=MarkKind.ILL_HANDLED, since=now, act="scan", told={"late": 1})
                for c in batch
            ]
            CaseMark.objects.bulk_create(marks, ignore_conflicts=True)
            emit_each(kind="case_escalated", subjects=batch)
            _copied(_copies_of(batch, now))
        total += len(batch)
    return total


def _late(now: datetime) -> list[Case]:
    lead = Assignment.objects.filter(
        case=OuterRef("pk"), kind=AssignmentKind.LEAD, ended_at=None, resolve_by__lte=now
    )
    known = CaseMark.objects.filter(case=OuterRef("pk"), kind=MarkKind.ILL_HANDLED, ended_at=None)
    late = Case.objects.overdue(now).filter(Exists(lead), ~Exists(known), state__in=SENT)
    return list(late.order_by("due_at")[:BATCH])


def _copies_of(cases: Sequence[Case], now: datetime) -> list[CaseCopy]:
    """One look for each body and ground, however many cases it lets wait."""
    led: dict[Any, list[User]] = {}
    held = Assignment.objects.filter(case__in=cases, kind=AssignmentKind.LEAD, ended_at=None)
    body_of = dict(held.values_list("case_id", "organization_id"))
    copies = []
    for case in cases:
        body = body_of.get(case.pk)
        if body is None:
            continue
        key = (body, case.supervisor_id, tuple(case.area_codes))
        if key not in led:
            found = leaders_in_charge([body], case.area_codes)
            if not found and case.supervisor_id:
                found = leaders_in_charge([case.supervisor_id], case.area_codes)
            led[key] = found
        copies += [
            CaseCopy(
                case=case,
                leader=leader,
                cause=CopyCause.MARKED,
                kind=MarkKind.ILL_HANDLED,
                at=now,
            )
            for leader in led[key]
        ]
    return copies


follow_acts(follow_case)
hold_sending(confirmed)
