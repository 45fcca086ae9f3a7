"""A leader or the desk asks a body to account for a case (督办); answered, ended, or one level up."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.audit import emit
from core.errors import DomainError, Invalid, WrongState
from core.models import User
from core.workflow import perform
from grid.ground.queries import city_zone
from inspections.calendar.queries import deadline_for, work_calendar
from inspections.cases.models import Assignment, Case
from inspections.cases.queries import lead_of
from inspections.cases.supervision.models import (
    LADDER,
    Supervision,
    SupervisionLevel,
    SupervisionPending,
    SupervisionState,
)
from inspections.cases.supervision.queries import running_supervision
from inspections.cases.use_cases.moving import follow_acts, hold, latest


class NobodyToSupervise(WrongState):
    """Nobody has this case now: supervision is of a body that has it. It is '{state}'."""

    zh = "本案目前没有承办单位，不能督办；现为“{state}”。"


class NotSupervised(WrongState):
    """This case is not supervised."""

    zh = "本案没有进行中的督办。"


class TopOfTheLadder(DomainError):
    """It is supervised by the city already: there is no level above."""

    status = 409
    zh = "已是市级督办，没有更高层级。"


class SupervisionTime(Invalid):
    """A supervision needs some time to be answered: give 'within', as 1wd or 4h."""

    zh = "督办须给出答复时限：请在 within 中填写，如 1wd、4h。"


def supervise_case(
    case: Case,
    *,
    actor: User,
    reason: str,
    level: str = SupervisionLevel.DISTRICT,
    within: str = "",
    base_version: int | None = None,
) -> Case:
    """Ask the body that leads to account for it, within a time of its own; the case's clocks run on."""
    with transaction.atomic():
        case = hold(case, base_version)
        lead = lead_of(case)
        if lead is None:
            raise NobodyToSupervise(state=case.get_state_display())
        if running_supervision(case):
            raise SupervisionPending
        _open(case, lead, actor=actor, reason=reason, level=level, within=within)
        emit(kind="supervision_opened", subject=case)
    return case


def answer_supervision(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """The body accounts for it: what was done, what stands in the way, until when."""
    with transaction.atomic():
        case = hold(case, base_version)
        perform(
            _running(case),
            "answer_supervision",
            actor=actor,
            reason=reason,
            changes={"answer": reason, "answered_at": timezone.now(), "answered_by": actor},
            details={"case": case.number},
        )
        emit(kind="supervision_answered", subject=case)
    return case


def end_supervision(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """Whoever supervises is content, or gives it up: with the reason."""
    with transaction.atomic():
        case = hold(case, base_version)
        perform(
            _running(case),
            "end_supervision",
            actor=actor,
            reason=reason,
            changes={"conclusion": reason, "ended_at": timezone.now(), "ended_by": actor},
            details={"case": case.number},
        )
        emit(kind="supervision_ended", subject=case)
    return case


def escalate_supervision(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """One level up (提级): the one below ends, a new one with a time of its own follows from it."""
    with transaction.atomic():
        case = hold(case, base_version)
        _escalate(case, _running(case), actor=actor, reason=reason)
    return case


def escalate_unanswered(now: datetime, *, actor: User) -> int:
    """Take every supervision that was not answered in time one level up; each once, in its own transaction."""
    late = Supervision.objects.filter(state=SupervisionState.OPEN, respond_by__lte=now).exclude(
        level=LADDER[-1]
    )
    done = 0
    for one in late.select_related("case").order_by("respond_by", "id").iterator():
        with transaction.atomic():
            case = latest(one.case)
            running = running_supervision(case)
            if running is None or running.pk != one.pk or running.state != SupervisionState.OPEN:
                continue
            _escalate(case, running, actor=actor, reason="逾期未答复")
            done += 1
    return done


def let_lapse(case: Case, act: str, actor: User) -> None:
    """A supervision ends with the case, or with the part of the body that was asked."""
    if act == "open":
        return  # nobody can have been asked yet
    running = running_supervision(case)
    if running is None or not (case.is_ended or running.assignment.ended_at is not None):
        return
    perform(
        running,
        "lapse_supervision",
        actor=actor,
        changes={"ended_at": timezone.now()},
        details={"by": act},
    )


def _open(
    case: Case,
    part: Assignment,
    *,
    actor: User,
    reason: str,
    level: str,
    within: str = "",
    follows: Supervision | None = None,
) -> Supervision:
    now = timezone.now()
    due = deadline_for(now, within or settings.SUPERVISION_WITHIN, work_calendar())
    if due is None or due.at <= now:
        raise SupervisionTime
    return perform(
        Supervision(
            number=_next_number(now),
            case=case,
            assignment=part,
            organization=part.organization,
            level=level,
            reason=reason,
            opened_at=now,
            opened_by=actor,
            respond_by=due.at,
            follows=follows,
        ),
        "supervise",
        actor=actor,
        reason=reason,
        details={"case": case.number, "level": level},
    )


def _escalate(case: Case, running: Supervision, *, actor: User, reason: str) -> None:
    rung = LADDER.index(SupervisionLevel(running.level))
    if rung + 1 == len(LADDER):
        raise TopOfTheLadder
    running = perform(
        running,
        "escalate_supervision",
        actor=actor,
        reason=reason,
        changes={"conclusion": reason, "ended_at": timezone.now(), "ended_by": actor},
        details={"case": case.number, "to": LADDER[rung + 1]},
    )
    _open(
        case,
        running.assignment,
        actor=actor,
        reason=running.reason,
        level=LADDER[rung + 1],
        follows=running,
    )
    emit(kind="supervision_escalated", subject=case)


def _running(case: Case) -> Supervision:
    running = running_supervision(case)
    if running is None:
        raise NotSupervised
    return running


def _next_number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inspections_supervision_number')")
        return f"督办〔{now.astimezone(city_zone()):%Y}〕{cursor.fetchone()[0]:06d}号"


follow_acts(let_lapse)
