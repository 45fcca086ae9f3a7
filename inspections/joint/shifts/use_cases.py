"""Acts of shifts and rosters: begun, handed over with what is open, taken; turns entered and withdrawn."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Case as Choice
from django.db.models import CharField, Q, QuerySet, Value, When
from django.utils import timezone

from core.audit import record_act
from core.errors import Invalid, NotPermitted
from core.models import User
from core.workflow import perform
from grid.organizations.models import Organization, Role
from inspections.cases.models import OPEN_STATES, Case
from inspections.cases.waiting import Waiting, conditions
from inspections.joint.shifts.models import DutyTurn, Shift, ShiftCase
from inspections.joint.shifts.permissions import may_keep_roster

# What waits for the desk itself is listed case by case; what is with bodies, by its clocks.
AT_THE_DESK = frozenset({Waiting.FILE, Waiting.DISPATCH, Waiting.CALLBACK})


class NoDesk(Invalid):
    """You dispatch for no desk, or for several: name it in 'organization'."""

    zh = "您不属于任何派遣席，或属于多个：请在 organization 中指明。"


class TurnHasNoTime(Invalid):
    """A turn ends after it begins: give 'starts_at' before 'ends_at'."""

    zh = "值班结束时间须晚于开始时间。"


def begin_shift(*, actor: User, organization: Organization | None = None) -> Shift:
    """Begin a shift at one's desk. Raises NoDesk, ShiftRuns."""
    if organization is None:
        desks = list(
            Organization.objects.filter(
                memberships__user=actor, memberships__role=Role.DISPATCHER
            ).distinct()
        )
        if len(desks) != 1:
            raise NoDesk
        organization = desks[0]
    shift = Shift(organization=organization, began_at=timezone.now(), began_by=actor)
    return perform(shift, "begin", actor=actor)


def hand_over_shift(
    shift: Shift, *, actor: User, reason: str = "", base_version: int | None = None
) -> Shift:
    """Hand it over: what is open is counted, and what wants an eye listed case by case (C9)."""
    now = timezone.now()
    with transaction.atomic():
        listed, counts = _open_cases(actor, now)
        changes = {"handed_at": now, "handed_by": actor, "note": reason, "counts": counts}
        shift = perform(
            shift,
            "hand_over",
            actor=actor,
            base_version=base_version,
            changes=changes,
            details={"listed": len(listed)},
        )
        for row in listed:
            row.shift = shift
        ShiftCase.objects.bulk_create(listed, batch_size=2000)
    return shift


def _open_cases(actor: User, now: datetime) -> tuple[list[ShiftCase], dict[str, int]]:
    cases: QuerySet[Case] = Case.objects.visible_to(actor).filter(state__in=OPEN_STATES)
    waits = Choice(
        *(When(condition, then=Value(word)) for word, condition in conditions().items()),
        default=Value(""),
        output_field=CharField(),
    )
    late, warned = Q(due_at__lte=now), Q(warn_at__lte=now)
    clock = Choice(
        When(late, then=Value("overdue")),
        When(warned, then=Value("warning")),
        default=Value(""),
        output_field=CharField(),
    )
    rows = cases.order_by("id").annotate(waits=waits, clock=clock)
    found = list(rows.values_list("pk", "waits", "clock", "urgency"))
    counts = Counter(word or "other" for _, word, _, _ in found)
    listed = [
        ShiftCase(case_id=pk, waits_for=word, clock=pressed)
        for pk, word, pressed, urgency in found
        if word in AT_THE_DESK or pressed or urgency == "urgent"
    ]
    return listed, {"open": len(found)} | dict(sorted(counts.items()))


def take_shift(
    shift: Shift, *, actor: User, reason: str = "", base_version: int | None = None
) -> Shift:
    """Another person takes what was handed over, and their own shift begins at that moment."""
    now = timezone.now()
    with transaction.atomic():
        shift = perform(
            shift,
            "take",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"taken_at": now, "taken_by": actor},
        )
        if not Shift.objects.filter(organization=shift.organization, state="on").exists():
            begin_shift(actor=actor, organization=shift.organization)
    return shift


def enter_turn(
    *,
    actor: User,
    organization: Organization,
    name: str,
    phone: str,
    starts_at: datetime,
    ends_at: datetime,
) -> DutyTurn:
    """Enter who is on duty for a body, and by which phone (N9)."""
    if not may_keep_roster(actor, organization):
        raise NotPermitted
    if ends_at <= starts_at:
        raise TurnHasNoTime
    with transaction.atomic():
        turn: DutyTurn = DutyTurn.objects.create(
            organization=organization,
            name=name,
            phone=phone,
            starts_at=starts_at,
            ends_at=ends_at,
            entered_by=actor,
        )
        record_act(
            actor=actor,
            act="enter_turn",
            subject=turn,
            details={"organization": organization.code},
        )
    return turn


def withdraw_turn(turn: DutyTurn, *, actor: User, reason: str = "") -> DutyTurn:
    """The person is not on duty after all."""
    if not may_keep_roster(actor, turn.organization):
        raise NotPermitted
    with transaction.atomic():
        held: DutyTurn = DutyTurn.objects.select_for_update().get(pk=turn.pk)
        if held.withdrawn_at is None:
            held.withdrawn_at = timezone.now()
            held.save(update_fields=["withdrawn_at"])
            record_act(actor=actor, act="withdraw_turn", subject=held, reason=reason)
    return held
