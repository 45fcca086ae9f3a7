"""A rest (挂账): seasonal work, or conditions that are missing; asked, approved, ended by hand or by its day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.audit import emit
from core.errors import Invalid, NotPermitted, WrongState
from core.models import User
from core.workflow import perform
from grid.ground.queries import city_zone
from inspections.calendar.arithmetic import parse_limit, resumed
from inspections.calendar.queries import work_calendar
from inspections.cases.models import Assignment, Case
from inspections.cases.timing.models import (
    ChangeCause,
    Extension,
    ExtensionState,
    Parking,
    ParkingPending,
    ParkingState,
)
from inspections.cases.timing.queries import leads, limit_of, open_parking, part_of
from inspections.cases.timing.use_cases.changing import move_deadline
from inspections.cases.timing.use_cases.extending import must_be_worked_on
from inspections.cases.use_cases.moving import follow_acts, hold, latest, restamp
from inspections.cases.workflow import SENT


class OnlyTheLead(NotPermitted):
    """Only the body that leads can ask to park a case."""

    zh = "只有主办单位可以申请挂账。"


class BadParkingDay(Invalid):
    """A case is parked until a day from {first} to {last}; you gave {until}."""

    zh = "挂账截止日期须在 {first} 至 {last} 之间，您填写的是 {until}。"


class NoParkingAsked(WrongState):
    """There is no parking to be decided upon: it was decided, or never asked."""

    zh = "没有待决的挂账申请：已决定或从未提出。"


class NotParked(WrongState):
    """This case is not parked."""

    zh = "本案没有挂账。"


def request_parking(
    case: Case, *, actor: User, until: date, reason: str, base_version: int | None = None
) -> Case:
    """The body that leads asks for a rest until a day; its clocks run on until the desk agrees."""
    with transaction.atomic():
        case = hold(case, base_version)
        part = part_of(case, actor)
        if part is None:
            raise NotPermitted
        if not leads(part):
            raise OnlyTheLead
        must_be_worked_on(case, "request_parking")
        _check_day(until)
        if open_parking(case):
            raise ParkingPending
        perform(
            Parking(
                case=case,
                assignment=part,
                organization=part.organization,
                until=until,
                reason=reason,
                asked_at=timezone.now(),
                asked_by=actor,
            ),
            "request_parking",
            actor=actor,
            reason=reason,
            details={"case": case.number, "until": str(until)},
        )
        emit(kind="parking_requested", subject=case)
    return case


def approve_parking(
    case: Case,
    *,
    actor: User,
    reason: str = "",
    until: date | None = None,
    base_version: int | None = None,
) -> Case:
    """The desk agrees, to the day asked for or another: the clocks of bodies and citizen rest from now on."""
    with transaction.atomic():
        case = hold(case, base_version)
        asked = _asked(case)
        day = until or asked.until
        _check_day(day)
        now = timezone.now()
        perform(
            asked,
            "approve_parking",
            actor=actor,
            reason=reason,
            changes={"until": day, "decided_at": now, "decided_by": actor, "decision": reason},
            details={"case": case.number, "until": str(day)},
        )
        set_rest(case, now, day)
        case = restamp(case)
        emit(kind="parking_decided", subject=case)
    return case


def refuse_parking(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """The desk does not agree, with the reason; the clocks have run on."""
    with transaction.atomic():
        case = hold(case, base_version)
        perform(
            _asked(case),
            "refuse_parking",
            actor=actor,
            reason=reason,
            changes={"decided_at": timezone.now(), "decided_by": actor, "decision": reason},
            details={"case": case.number},
        )
        emit(kind="parking_decided", subject=case)
    return case


def unpark(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """It goes on: every clock that rested has left what it had left."""
    with transaction.atomic():
        case = hold(case, base_version)
        parking = open_parking(case)
        if parking is None or parking.state != ParkingState.APPROVED:
            raise NotParked
        _end(case, parking, "unpark", actor=actor, reason=reason)
        case = restamp(case)
        emit(kind="parking_ended", subject=case)
    return case


def unpark_due(*, actor: User) -> int:
    """End every parking whose day has come; each in a transaction of its own, so that none is lost or ended twice."""
    today = timezone.now().astimezone(city_zone()).date()
    due = Case.objects.filter(parked_at__isnull=False, parked_until__lte=today)
    ended = 0
    for case in due.order_by("parked_until", "pk").iterator():
        with transaction.atomic():
            held = latest(case)
            parking = open_parking(held)
            if held.parked_at is None or parking is None or parking.until > today:
                continue
            _end(held, parking, "unpark", actor=actor, reason="挂账到期")
            restamp(held)
            emit(kind="parking_ended", subject=held)
            ended += 1
    return ended


def let_lapse(case: Case, act: str, actor: User) -> None:
    """What was asked about a part that has ended, or work that is done, needs no answer; a rest ends with it."""
    if act == "open":
        return  # nothing can have been asked yet
    moot = case.state not in SENT
    waiting = Extension.objects.filter(case=case, state=ExtensionState.ASKED)
    for asked in waiting.select_related("assignment"):
        if moot or asked.assignment.ended_at is not None:
            perform(asked, "lapse_extension", actor=actor, details={"by": act})
    parking = open_parking(case)
    if parking is None or not (moot or parking.assignment.ended_at is not None):
        return
    if parking.state == ParkingState.ASKED:
        perform(parking, "lapse_parking", actor=actor, details={"by": act})
    else:
        _end(case, parking, "end_parking", actor=actor, details={"by": act})


def _end(
    case: Case,
    parking: Parking,
    act: str,
    *,
    actor: User,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """The rest is over: what was left of each clock is left. Parts given meanwhile never rested."""
    now = timezone.now()
    began = case.parked_at or now
    parking = perform(
        parking, act, actor=actor, reason=reason, changes={"ended_at": now}, details=details
    )
    set_rest(case, None, None)
    _go_on(case, "citizen", case.resolve_by, began, now, parking, actor)
    rested = case.assignments.filter(ended_at__isnull=True, dispatched_at__lte=began)
    for part in rested.order_by("id"):
        if part.accepted_at is None or part.accepted_at > began:
            _go_on(part, "respond", part.respond_by, began, now, parking, actor)
        if part.arrived_at is None or part.arrived_at > began:
            _go_on(part, "arrive", part.arrive_by, began, now, parking, actor)
            _aim_on(part, began, now)
        _go_on(part, "resolve", part.resolve_by, began, now, parking, actor)


def _go_on(
    owner: Case | Assignment,
    clock: str,
    due: datetime | None,
    began: datetime,
    now: datetime,
    parking: Parking,
    actor: User,
) -> None:
    if due is None or due <= began:
        return
    case = owner if isinstance(owner, Case) else owner.case
    new = resumed(due, limit_of(case, clock), rested=began, again=now, calendar=work_calendar())
    why = {"cause": ChangeCause.PARKING, "reason": parking.reason, "parking": parking}
    move_deadline(owner, clock, new, actor=actor, **why)


def _aim_on(part: Assignment, began: datetime, now: datetime) -> None:
    """A target that lay ahead when the rest began lies as far ahead when it ends."""
    if part.arrive_target_at is None or part.arrive_target_at <= began:
        return
    part.arrive_target_at += now - began
    part.save(update_fields=["arrive_target_at"])


def set_rest(case: Case, began: datetime | None, until: date | None) -> None:
    """From when to which day the case rests; None: it does not."""
    case.parked_at, case.parked_until = began, until
    Case.objects.filter(pk=case.pk).update(parked_at=began, parked_until=until)


def _asked(case: Case) -> Parking:
    parking = open_parking(case)
    if parking is None or parking.state != ParkingState.ASKED:
        raise NoParkingAsked
    return parking


def _check_day(until: date) -> None:
    now = timezone.now().astimezone(city_zone())
    first = now.date() + timedelta(days=1)
    last = now.date() + timedelta(days=parse_limit(settings.PARKING_AT_MOST).amount)
    if not first <= until <= last:
        raise BadParkingDay(until=str(until), first=str(first), last=str(last))


follow_acts(let_lapse)
