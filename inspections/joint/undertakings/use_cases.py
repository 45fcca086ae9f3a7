"""Acts upon undertakings: given, answered, sent back, settled, withdrawn; and what a case owes before it closes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.audit import emit
from core.errors import DomainError, Invalid
from core.models import User
from core.workflow import perform
from grid.organizations.models import Organization
from inspections.cases.holds import hold_closing
from inspections.cases.models import Case
from inspections.cases.use_cases import add_assist
from inspections.cases.workflow import SENT
from inspections.joint.meetings.models import Meeting
from inspections.joint.undertakings.models import OWED, Undertaking, UndertakingKind
from inspections.requests.privacy import without_numbers


class PartsOwed(DomainError):
    """The case cannot be closed: {count} of its parts are not done yet ({bodies})."""

    status = 409
    zh = "不能结案：尚有 {count} 项分工未完成（{bodies}）。"


class WorkStopped(DomainError):
    """The case cannot be closed: an order to stop work is not lifted ({bodies})."""

    status = 409
    zh = "不能结案：停工令尚未解除（{bodies}）。"


class CaseNeeded(Invalid):
    """A part or a stop-work order belongs to a case: name it in 'case'."""

    zh = "分工和停工令必须属于某一案卷：请填写 case。"


class CaseEnded(DomainError):
    """The case {number} is ended: nothing more can be given in it."""

    status = 409
    zh = "案卷 {number} 已办结，不能再交办事项。"


class SignatureNeeded(Invalid):
    """Say who instructed and of which level ('signed_by', 'level'), or who promised and when ('signed_by', 'signed_on')."""

    zh = "批示须写明批示领导和级别（signed_by、level）；表态须写明表态人和日期（signed_by、signed_on）。"


class DueInThePast(Invalid):
    """It cannot be due at a time that is over ({due_at})."""

    zh = "办理期限已过（{due_at}），请填写将来的时间。"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is to be done, until when, and by whose word."""

    kind: UndertakingKind
    text: str
    due_at: datetime | None = None
    level: str = ""
    signed_by: str = ""
    signed_on: date | None = None
    meeting: Meeting | None = None


def give_undertaking(
    *, actor: User, organization: Organization, given: Given, case: Case | None = None
) -> Undertaking:
    """Give a body something to do. Of a part (分工) in a case that is being worked on, the body assists from now on.

    Raises CaseNeeded, CaseEnded, SignatureNeeded, DueInThePast.
    """
    now = timezone.now()
    _must_hold_together(given, case, now)
    with transaction.atomic():
        if case is not None:
            case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
            if case.is_ended:
                raise CaseEnded(number=case.number)
        undertaking = perform(
            Undertaking(
                kind=given.kind,
                case=case,
                organization=organization,
                text=given.text,
                level=given.level,
                signed_by=given.signed_by,
                signed_on=given.signed_on,
                meeting=given.meeting,
                due_at=given.due_at,
                given_at=now,
                given_by=actor,
            ),
            "undertake",
            actor=actor,
            details={
                "kind": given.kind,
                "organization": organization.code,
                "case": case.number if case else None,
            },
        )
        if case is not None:
            if (
                given.kind == UndertakingKind.PART
                and case.state in SENT
                and _is_new(case, organization)
            ):
                add_assist(case, actor=actor, to=organization, reason=given.text)
            emit(kind="case_undertaking", subject=case)
    return undertaking


def _must_hold_together(given: Given, case: Case | None, now: datetime) -> None:
    kinds = UndertakingKind
    if case is None and given.kind in {kinds.PART, kinds.STOP_WORK}:
        raise CaseNeeded
    if given.kind == kinds.INSTRUCTION and not (given.level and given.signed_by.strip()):
        raise SignatureNeeded
    if given.kind == kinds.COMMITMENT and not (given.signed_on and given.signed_by.strip()):
        raise SignatureNeeded
    if given.due_at is not None and given.due_at <= now:
        raise DueInThePast(due_at=given.due_at.isoformat())


def _is_new(case: Case, body: Organization) -> bool:
    return not case.assignments.filter(organization=body, ended_at__isnull=True).exists()


def answer_undertaking(
    undertaking: Undertaking, *, actor: User, reason: str, base_version: int | None = None
) -> Undertaking:
    """The body says what it did (反馈)."""
    said = without_numbers(reason)
    changes = {"answer": said, "answered_at": timezone.now(), "answered_by": actor}
    return _move(undertaking, "reply", actor, said, base_version, changes)


def send_back(
    undertaking: Undertaking, *, actor: User, reason: str, base_version: int | None = None
) -> Undertaking:
    """It is not done (退回重办): the answer stays in the trail, the time runs on."""
    changes = {"answered_at": None, "answered_by": None}
    return _move(undertaking, "send_back", actor, reason, base_version, changes)


def settle_undertaking(
    undertaking: Undertaking, *, actor: User, reason: str = "", base_version: int | None = None
) -> Undertaking:
    """Somebody other than the body finds it done (销号, N14)."""
    return _move(undertaking, "settle", actor, reason, base_version, _ended(actor))


def withdraw_undertaking(
    undertaking: Undertaking, *, actor: User, reason: str, base_version: int | None = None
) -> Undertaking:
    """It need not be done any more, with the reason."""
    return _move(undertaking, "call_off", actor, reason, base_version, _ended(actor))


def _ended(actor: User) -> dict[str, object]:
    return {"ended_at": timezone.now(), "ended_by": actor}


def _move(
    undertaking: Undertaking,
    act: str,
    actor: User,
    reason: str,
    base_version: int | None,
    changes: Mapping[str, object],
) -> Undertaking:
    with transaction.atomic():
        if undertaking.case_id is not None:  # the case first, as every act upon it does
            Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=undertaking.case_id)
        done = perform(
            undertaking,
            act,
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes=changes,
        )
        if done.case is not None:
            emit(kind="case_undertaking", subject=done.case)
    return done


def hold_while_owed(case: Case) -> None:
    """A case closes after all its parts are done (C14), and not while work is stopped (C3).

    Done is a part that its body has answered: the check of the case proves the whole.
    """
    owed = Undertaking.objects.filter(case=case, state__in=OWED).select_related("organization")
    parts = [one for one in owed if one.kind == UndertakingKind.PART and one.answered_at is None]
    if parts:
        raise PartsOwed(count=len(parts), bodies=_names(parts))
    stopped = [one for one in owed if one.kind == UndertakingKind.STOP_WORK]
    if stopped:
        raise WorkStopped(bodies=_names(stopped))


def _names(undertakings: list[Undertaking]) -> list[str]:
    return list(dict.fromkeys(one.organization.name for one in undertakings))


hold_closing(hold_while_owed)
