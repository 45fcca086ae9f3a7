"""The calendar changed, or a provisional year became final: open deadlines follow, each change on record.

A clock follows if it stands where the former calendar put it; one that somebody set otherwise stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from core.audit import record_bulk_act
from core.models import User
from inspections.calendar.arithmetic import Deadline, Limit, parse_limit
from inspections.calendar.models import CalendarChange
from inspections.calendar.queries import calendar_before, work_calendar
from inspections.calendar.use_cases import follow_days
from inspections.cases.clocks import clocks_of
from inspections.cases.limits import dispatch_limit
from inspections.cases.models import Assignment, Case
from inspections.cases.queries import limit_for
from inspections.cases.timing.models import ChangeCause, ClockName, DeadlineChange
from inspections.cases.timing.replay import More, Replay, Rest

AT_A_TIME = 2000
Limits = dict[str, Limit]
BODY_CLOCKS = ("respond", "arrive", "resolve")


@dataclass(frozen=True)
class Calendars:
    """As it was, and as it is."""

    before: Replay
    after: Replay


def recompute_deadlines(*, actor: User) -> int:
    """Carry out every change of the calendar that is not yet; how many deadlines moved.

    In batches of cases, each one transaction with one audit entry: what a killed run has left is done by
    the next, and what it did is not done again.
    """
    pending = list(CalendarChange.objects.filter(carried_out_at=None).order_by("id"))
    if not pending:
        return 0
    after = work_calendar()
    calendars = Calendars(Replay(calendar_before(pending, after)), Replay(after))
    first_day = min(change.first_day for change in pending)
    first = datetime.combine(first_day, time(), after.zone).astimezone(UTC)
    known: dict[tuple[int | None, str, str], Limits] = {}
    moved, last = 0, 0
    while True:
        with transaction.atomic():
            batch = _batch(first, last)
            if not batch:
                break
            changes, touched = [], []
            for case in batch:
                provisional = case.deadlines_provisional
                followed = list(_followed(case, calendars, known, actor))
                if followed or case.deadlines_provisional != provisional:
                    touched.append(case)
                changes += followed
            _keep(touched, changes, actor)
        moved, last = moved + len(changes), batch[-1].pk
    CalendarChange.objects.filter(pk__in=[change.pk for change in pending]).update(
        carried_out_at=timezone.now()
    )
    return moved


def _batch(first: datetime, last: int) -> list[Case]:
    """The next open cases with a deadline on that day or after it, or on one that was provisional; locked."""
    parts = Assignment.objects.filter(
        Q(respond_by__gte=first) | Q(arrive_by__gte=first) | Q(resolve_by__gte=first),
        case=OuterRef("pk"),
        ended_at__isnull=True,
    )
    late = Q(resolve_by__gte=first) | Q(dispatch_by__gte=first) | Q(deadlines_provisional=True)
    moves = DeadlineChange.objects.select_related("extension", "parking").order_by("id")
    cases = (
        Case.objects.unfinished()
        .filter(late | Q(Exists(parts)), pk__gt=last)
        .select_for_update(no_key=True, of=("self",))
        .select_related("duty")
        .prefetch_related("assignments", Prefetch("deadline_changes", queryset=moves))
    )
    return list(cases.order_by("pk")[:AT_A_TIME])


def _limits(case: Case, known: dict[tuple[int | None, str, str], Limits]) -> Limits:
    """The limits of its clocks, read once for cases of one duty, urgency and zone."""
    key = (case.duty_id, case.urgency, case.zone)
    if key not in known:
        stated = limit_for(case.duty_id, case.urgency, case.zone)
        texts = {name: getattr(stated, f"{name}_by") if stated else "" for name in BODY_CLOCKS}
        texts |= {"citizen": texts["resolve"], "dispatch": dispatch_limit(case.urgency)}
        known[key] = {name: parse_limit(text) for name, text in texts.items() if text.strip()}
    return known[key]


def _followed(
    case: Case,
    calendars: Calendars,
    known: dict[tuple[int | None, str, str], Limits],
    actor: User,
) -> Iterator[DeadlineChange]:
    """Set every deadline of the case that follows, and give what is to be kept of it."""
    limits, now = _limits(case, known), timezone.now()
    owned: list[tuple[Case | Assignment, str, str, datetime | None]] = [
        (case, "resolve_by", "citizen", case.reported_at),
        (case, "dispatch_by", "dispatch", case.filed_at if case.dispatched_at is None else None),
    ]
    for part in case.assignments.all():
        if part.ended_at is None:
            owned += [(part, f"{name}_by", name, part.dispatched_at) for name in BODY_CLOCKS]
    for owner, field, clock, start in owned:
        old: datetime | None = getattr(owner, field)
        if start is None or old is None or clock not in limits:
            continue
        part_id = None if isinstance(owner, Case) else owner.pk
        new = _moved(case, part_id, clock, start, old, limits[clock], calendars)
        if new is None:
            continue
        if clock == "citizen":
            case.deadlines_provisional = new.provisional
        if new.at != old:
            setattr(owner, field, new.at)
            yield DeadlineChange(
                case=case,
                assignment_id=part_id,
                clock=ClockName(clock),
                cause=ChangeCause.CALENDAR,
                old_due_at=old,
                new_due_at=new.at,
                changed_at=now,
                changed_by=actor,
            )


def _moved(
    case: Case,
    part: int | None,
    clock: str,
    start: datetime,
    old: datetime,
    limit: Limit,
    calendars: Calendars,
) -> Deadline | None:
    """Where it stands by the calendar as it is; None unless it stood where the former one put it."""
    moves: list[More | Rest] = []
    for change in case.deadline_changes.all():
        if (change.assignment_id, change.clock) != (part, clock):
            continue
        if change.extension:
            moves.append(More(parse_limit(change.extension.limit)))
        elif change.parking and change.parking.decided_at and change.parking.ended_at:
            moves.append(Rest(change.parking.decided_at, change.parking.ended_at))
    if calendars.before.due(start, limit, moves).at != old:
        return None
    return calendars.after.due(start, limit, moves)


def _keep(touched: list[Case], changes: list[DeadlineChange], actor: User) -> None:
    """Write what was set, with the clocks that are warned of and run out first."""
    parts = [part for case in touched for part in case.assignments.all() if part.ended_at is None]
    for case in touched:
        running = [clock for clock in clocks_of(case, case.assignments.all()) if clock.runs]
        case.warn_at = min((clock.warn_at for clock in running), default=None)
        case.due_at = min((clock.due_at for clock in running), default=None)
    fields = ["resolve_by", "dispatch_by", "deadlines_provisional", "warn_at", "due_at"]
    Case.objects.bulk_update(touched, fields, batch_size=500)
    if changes:
        Assignment.objects.bulk_update(
            parts, [f"{name}_by" for name in BODY_CLOCKS], batch_size=500
        )
        kept = DeadlineChange.objects.bulk_create(changes)
        record_bulk_act(actor=actor, act="recompute_deadlines", subjects=kept)


follow_days(recompute_deadlines)
