"""From the repair to the file: checked (核查), called back (回访), sent back (返工), closed (结案), archived (归档)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError, Invalid
from core.models import User
from inspections.cases.closing.conditions import ticked
from inspections.cases.closing.models import Cause, HandlerReply, ReplyWay, Rework
from inspections.cases.models import (
    CLOSED_WITH_IT,
    Assignment,
    AssignmentKind,
    Callback,
    Case,
    ClosingOutcome,
    Rating,
)
from inspections.cases.queries import closing_basis, last_word, lead_of, lead_when_closed
from inspections.cases.use_cases.moving import latest, move
from inspections.cases.use_cases.sending import assignment_clocks
from inspections.requests.privacy import without_numbers


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the requester said when called back: the rating (N12) and four questions (B16)."""

    rating: Rating
    contacted: bool | None = None
    solved: bool | None = None
    effect_ok: bool | None = None
    attitude_ok: bool | None = None


def check_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """A person of another body finds it done (核查)."""
    changes = {"checked_at": timezone.now()}
    return move(
        case, "check", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


class CauseNeeded(Invalid):
    """The requester is dissatisfied: say in 'cause' of which class the cause is ({causes})."""

    zh = "诉求人不满意：请在 cause 中选择原因类别（{causes}）。"


class OutcomeContradicts(Invalid):
    """The outcome '{outcome}' and 'solved' contradict each other; correct one of them."""

    zh = "结案结果“{outcome}”与 solved 相矛盾：请更正其一。"


class ConditionsUnmet(DomainError):
    """These closing conditions are not met: {unmet}. Have them met, or say in 'reason' why it is closed all the same."""

    status = 409
    zh = "以下结案条件未满足：{unmet}。请先满足，或在 reason 中说明仍予结案的理由。"


def rework_case(
    case: Case,
    *,
    actor: User,
    reason: str,
    cause: Cause | None = None,
    base_version: int | None = None,
) -> Case:
    """It is not done: back to the body that leads (返工), with the class of the cause (N13).

    Where none is given it is what the requester answered to the four questions. Raises CauseNeeded.
    """
    changes = {"handled_at": None, "checked_at": None, "called_back_at": None, "solved": None}
    with transaction.atomic():
        case = latest(case)
        word = last_word(case) if case.called_back_at else None
        named = cause or cause_told(word)

        def keep(case: Case) -> None:
            lead = lead_of(case)
            Rework.objects.create(
                case=case,
                organization=lead.organization if lead else None,
                callback=word,
                made_at=timezone.now(),
                made_by=actor,
                cause=named or Cause.OTHER,
                reason=without_numbers(reason),
            )

        def stated(case: Case) -> None:
            if named is None and word is not None and word.rating == Rating.DISSATISFIED:
                raise CauseNeeded(causes=", ".join(Cause.values))
            keep(case)

        return move(
            case,
            "rework",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes=changes,
            details={"cause": named} if named else {},
            writes=stated,
        )


def cause_told(word: Callback | None) -> Cause | None:
    """The class of the cause as the requester's answers give it; None if they do not."""
    if word is None:
        return None
    answers = [
        (word.solved, Cause.NOT_SOLVED),
        (word.effect_ok, Cause.POOR_RESULT),
        (word.contacted, Cause.NO_CONTACT),
        (word.attitude_ok, Cause.ATTITUDE),
    ]
    return next((cause for good, cause in answers if good is False), None)


def reply_to_requester(
    case: Case,
    *,
    actor: User,
    reason: str,
    way: ReplyWay = ReplyWay.PHONE,
    reached: bool = True,
    base_version: int | None = None,
) -> Case:
    """The body that handles it tells the requester itself, by a named person (B12, B17)."""
    told = without_numbers(reason)

    def keep(case: Case) -> None:
        lead = lead_of(case)
        assert lead is not None  # noqa: S101 (only its handlers may)
        HandlerReply.objects.create(
            case=case,
            organization=lead.organization,
            made_at=timezone.now(),
            made_by=actor,
            way=way,
            reached=reached,
            text=told,
        )

    return move(case, "reply", actor=actor, reason=told, base_version=base_version, writes=keep)


def look_back(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """Somebody is to see, after the close, whether it holds (回头看, N17)."""
    return move(case, "look_back", actor=actor, reason=reason, base_version=base_version)


def reopen_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """It did not hold: back to the body that led when it was closed, with clocks of its own from now on.

    The citizen's clock has never stopped counting from the report. Raises NobodyWorkedOnIt.
    """
    now = timezone.now()
    changes: dict[str, Any] = {
        "dispatched_at": now,
        "handled_at": None,
        "checked_at": None,
        "called_back_at": None,
        "closed_at": None,
        "archived_at": None,
        "solved": None,
        "closing_basis": "",
        "closing_outcome": "",
        "closing_conditions": [],
        "reopened_at": now,
    }

    def give(case: Case) -> None:
        led = lead_when_closed(case)
        assert led is not None  # noqa: S101 (the guard made sure)
        Assignment.objects.create(
            case=case,
            organization=led.organization,
            kind=AssignmentKind.LEAD,
            reason=reason,
            dispatched_at=now,
            dispatched_by=actor,
            **assignment_clocks(case, now),
        )

    return move(
        case,
        "reopen",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes=changes,
        writes=give,
    )


def call_back(
    case: Case, *, actor: User, said: Said, reason: str = "", base_version: int | None = None
) -> Case:
    """The requester was reached and rated it (回访); `reason` is what else was said."""
    now = timezone.now()

    def keep(case: Case) -> None:
        Callback.objects.create(
            case=case,
            made_at=now,
            made_by=actor,
            reached=True,
            rating=said.rating,
            contacted=said.contacted,
            solved=said.solved,
            effect_ok=said.effect_ok,
            attitude_ok=said.attitude_ok,
            note=without_numbers(reason),
        )

    return move(
        case,
        "callback",
        actor=actor,
        base_version=base_version,
        changes={"called_back_at": now, "solved": said.solved},
        details={"rating": said.rating},
        writes=keep,
    )


def call_back_missed(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """Nobody was reached (回访未通): kept, so that three such attempts let the case be closed."""
    now, reason = timezone.now(), without_numbers(reason)  # people type the number they called

    def keep(case: Case) -> None:
        Callback.objects.create(case=case, made_at=now, made_by=actor, reached=False, note=reason)

    return move(
        case, "callback_missed", actor=actor, reason=reason, base_version=base_version, writes=keep
    )


def close_case(
    case: Case,
    *,
    actor: User,
    reason: str = "",
    solved: bool | None = None,
    outcome: ClosingOutcome | None = None,
    conditions: Collection[int] | None = None,
    base_version: int | None = None,
) -> Case:
    """Close it (结案) on proof from the spot. Raises ProofMissing, CallbackOwed, DissatisfiedNeedsReason,
    FeedbackOwed, OutcomeContradicts, ConditionsUnmet.

    `outcome` says how the matter itself ended, `solved` whether it is: where not given, as the requester
    said, else by the outcome, else yes. `conditions`: the closing conditions ticked, by their places.
    """
    now = timezone.now()

    def end(case: Case) -> None:
        case.assignments.filter(ended_at__isnull=True).update(
            ended_at=now, end_reason=CLOSED_WITH_IT
        )

    with transaction.atomic():
        case = latest(case)
        if solved is None:
            by_outcome = outcome in {None, ClosingOutcome.SOLVED}
            solved = by_outcome if case.solved is None else case.solved
        if outcome == ClosingOutcome.SOLVED and not solved:
            raise OutcomeContradicts(outcome=outcome)
        outcome = outcome or (ClosingOutcome.SOLVED if solved else ClosingOutcome.UNSOLVED)
        return move(
            case,
            "close",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={
                "closed_at": now,
                "solved": solved,
                "closing_basis": closing_basis(case),
                "closing_outcome": outcome,
                "closing_conditions": _ticked(case, conditions, reason),
            },
            details={"outcome": outcome},
            writes=end,
        )


def _ticked(case: Case, conditions: Collection[int] | None, reason: str) -> list[dict[str, object]]:
    """The closing conditions as they were ticked; nothing where nobody ticked any."""
    if conditions is None or case.duty is None:
        return []
    told = ticked(case.duty.closing_condition, conditions)
    unmet = [str(one["text"]) for one in told if not one["met"]]
    if unmet and not reason.strip():
        raise ConditionsUnmet(unmet="; ".join(unmet))
    return told


def archive_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """Put it to the files (归档)."""
    changes = {"archived_at": timezone.now()}
    return move(
        case, "archive", actor=actor, reason=reason, base_version=base_version, changes=changes
    )
