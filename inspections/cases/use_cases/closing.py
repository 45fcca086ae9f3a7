"""From the repair to the file: checked (核查), called back (回访), sent back (返工), closed (结案), archived (归档)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from core.models import User
from inspections.cases.models import CLOSED_WITH_IT, Callback, Case, Rating
from inspections.cases.queries import closing_basis
from inspections.cases.use_cases.moving import latest, move
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


def rework_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """It is not done: back to the body that leads (返工)."""
    changes = {"handled_at": None, "checked_at": None, "called_back_at": None, "solved": None}
    return move(
        case, "rework", actor=actor, reason=reason, base_version=base_version, changes=changes
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
    base_version: int | None = None,
) -> Case:
    """Close it (结案) on proof from the spot. Raises ProofMissing, CallbackOwed, DissatisfiedNeedsReason.

    `solved` says whether the matter itself is: where not given, as the requester said, else yes.
    """
    now = timezone.now()

    def end(case: Case) -> None:
        case.assignments.filter(ended_at__isnull=True).update(
            ended_at=now, end_reason=CLOSED_WITH_IT
        )

    with transaction.atomic():
        case = latest(case)
        if solved is None:
            solved = True if case.solved is None else case.solved
        return move(
            case,
            "close",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"closed_at": now, "solved": solved, "closing_basis": closing_basis(case)},
            writes=end,
        )


def archive_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """Put it to the files (归档)."""
    changes = {"archived_at": timezone.now()}
    return move(
        case, "archive", actor=actor, reason=reason, base_version=base_version, changes=changes
    )
