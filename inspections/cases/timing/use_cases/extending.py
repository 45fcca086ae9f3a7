"""More time (延期): a body asks while its clock runs; only the desk's approval moves the deadline."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.audit import emit
from core.errors import DomainError, Invalid, NotPermitted, WrongState
from core.models import User
from core.workflow import perform
from grid.organizations.models import Organization
from inspections.calendar.arithmetic import deadline, parse_limit
from inspections.calendar.queries import work_calendar
from inspections.cases.models import Assignment, Case
from inspections.cases.timing.models import (
    ChangeCause,
    Extension,
    ExtensionPending,
    ExtensionState,
)
from inspections.cases.timing.queries import city_time, leads, open_extensions, part_of
from inspections.cases.timing.use_cases.changing import move_deadline
from inspections.cases.use_cases.moving import hold, restamp
from inspections.cases.workflow import SENT


class NoClockToExtend(DomainError):
    """This part has no deadline that could be extended."""

    status = 409
    zh = "该交办没有处置时限，无需延期。"


class ExtensionTooLate(DomainError):
    """An extension could be asked until {until}: the clock has run out, and stays so."""

    status = 409
    zh = "延期须在 {until} 到期前申请；时限已过，不能再延。"


class ExtensionTooLong(Invalid):
    """At most {most} can be asked at a time; you asked for {asked}."""

    zh = "每次最多延期 {most}，您申请了 {asked}。"


class ExtensionsUsedUp(DomainError):
    """This part was extended {most} times already; report the matter to the desk, or ask to park it."""

    status = 409
    zh = "该交办已延期 {most} 次，不能再延；请书面说明情况，或申请挂账。"


class WhileParked(DomainError):
    """The case is parked: its clocks rest, and need no extension."""

    status = 409
    zh = "本案挂账中，时限暂停，无需延期。"


class NoExtensionAsked(WrongState):
    """There is no extension to be decided upon: it was decided, or never asked."""

    zh = "没有待决的延期申请：已决定或从未提出。"


class SeveralExtensions(Invalid):
    """Several bodies ask for more time: name one in 'organization' ({bodies})."""

    zh = "有多家单位申请延期：请在 organization 中指定一家（{bodies}）。"


class NotOfTheLead(Invalid):
    """The citizen's deadline can only follow an extension of the body that leads."""

    zh = "只有主办单位的延期才能顺延群众时限。"


class NotBeingWorkedOn(WrongState):
    """'{act}' needs a case that is dispatched or accepted; this one is '{state}'."""

    zh = "只有已派遣或已受理的案卷可以“{act}”，本案现为“{state}”。"


def must_be_worked_on(case: Case, act: str) -> None:
    """Raises NotBeingWorkedOn unless somebody has the case and has not finished with it."""
    if case.state not in SENT:
        raise NotBeingWorkedOn(act=act, state=case.get_state_display())


def request_extension(
    case: Case, *, actor: User, limit: str, reason: str, base_version: int | None = None
) -> Case:
    """The body that has it asks for more time, before its own has run out; until then nothing changes."""
    with transaction.atomic():
        case = hold(case, base_version)
        part = part_of(case, actor)
        if part is None:
            raise NotPermitted
        must_be_worked_on(case, "request_extension")
        _must_be_extendable(case, part)
        _must_be_short(part, limit)
        perform(
            Extension(
                case=case,
                assignment=part,
                organization=part.organization,
                limit=str(parse_limit(limit)),
                reason=reason,
                asked_at=timezone.now(),
                asked_by=actor,
            ),
            "request_extension",
            actor=actor,
            reason=reason,
            details={"case": case.number, "limit": limit},
        )
        emit(kind="extension_requested", subject=case)
    return case


def extendable(case: Case, part: Assignment) -> bool:
    """Whether an extension of this part can be asked now."""
    try:
        _must_be_extendable(case, part)
    except DomainError:
        return False
    return True


def approve_extension(
    case: Case,
    *,
    actor: User,
    reason: str = "",
    limit: str = "",
    citizen: bool = False,
    organization: Organization | None = None,
    base_version: int | None = None,
) -> Case:
    """The desk gives more time, as asked or less (`limit`): the deadline moves on from where it stood.

    `citizen`: the requester was told, and the citizen's deadline follows, counted from where it stood;
    it never does so by itself. `organization`: whose request, where several have asked.
    """
    with transaction.atomic():
        case = hold(case, base_version)
        asked = _of(case, organization)
        part = asked.assignment
        given = parse_limit(limit or asked.limit)
        if limit:
            _must_be_short(part, limit)
        if citizen and not leads(part):
            raise NotOfTheLead
        asked = perform(
            asked,
            "approve_extension",
            actor=actor,
            reason=reason,
            changes={
                "limit": str(given),
                "decided_at": timezone.now(),
                "decided_by": actor,
                "decision": reason,
            },
            details={"case": case.number, "limit": str(given), "citizen": citizen},
        )
        calendar = work_calendar()
        why = {"cause": ChangeCause.EXTENSION, "reason": asked.reason, "extension": asked}
        if part.resolve_by:
            due = deadline(part.resolve_by, given, calendar)
            move_deadline(part, "resolve", due, actor=actor, **why)
        if citizen and case.resolve_by:
            due = deadline(case.resolve_by, given, calendar)
            move_deadline(case, "citizen", due, actor=actor, **why)
        case = restamp(case)
        emit(kind="extension_decided", subject=case)
    return case


def refuse_extension(
    case: Case,
    *,
    actor: User,
    reason: str,
    organization: Organization | None = None,
    base_version: int | None = None,
) -> Case:
    """The desk gives no more time, with the reason; the clock has run on."""
    with transaction.atomic():
        case = hold(case, base_version)
        perform(
            _of(case, organization),
            "refuse_extension",
            actor=actor,
            reason=reason,
            changes={"decided_at": timezone.now(), "decided_by": actor, "decision": reason},
            details={"case": case.number},
        )
        emit(kind="extension_decided", subject=case)
    return case


def _must_be_extendable(case: Case, part: Assignment) -> None:
    if case.parked_at is not None:
        raise WhileParked
    if part.resolve_by is None:
        raise NoClockToExtend
    if timezone.now() >= part.resolve_by:
        raise ExtensionTooLate(until=city_time(part.resolve_by))
    states = list(part.extensions.values_list("state", flat=True))
    if ExtensionState.ASKED in states:
        raise ExtensionPending
    if states.count(ExtensionState.APPROVED) >= settings.EXTENSIONS_AT_MOST:
        raise ExtensionsUsedUp(most=settings.EXTENSIONS_AT_MOST)


def _must_be_short(part: Assignment, limit: str) -> None:
    """Raises BadLimit, ExtensionTooLong: what is asked is no longer than the longest, by this calendar."""
    asked, most = parse_limit(limit), parse_limit(settings.EXTENSION_AT_MOST)
    calendar, start = work_calendar(), part.resolve_by or timezone.now()
    if asked.amount == 0 or (
        deadline(start, asked, calendar).at > deadline(start, most, calendar).at
    ):
        raise ExtensionTooLong(most=str(most), asked=str(asked))


def _of(case: Case, organization: Organization | None) -> Extension:
    """The one that waits, or that of the named body."""
    waiting = open_extensions(case)
    if organization is not None:
        waiting = [asked for asked in waiting if asked.organization_id == organization.pk]
    if not waiting:
        raise NoExtensionAsked
    if len(waiting) > 1:
        raise SeveralExtensions(bodies=[asked.organization.code for asked in waiting])
    return waiting[0]
