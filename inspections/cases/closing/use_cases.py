"""A rating is left out of the figures: one asks, another decides (N13)."""

from django.db import transaction
from django.utils import timezone

from core.audit import emit
from core.errors import DomainError, LostRace, WrongState
from core.models import User
from core.workflow import perform
from inspections.cases.closing.models import Cause, Exclusion, ExclusionAsked, ExclusionState
from inspections.cases.models import Case, Rating
from inspections.cases.queries import last_word
from inspections.cases.use_cases.moving import latest


class NothingToExclude(DomainError):
    """Only the rating of a requester who is dissatisfied can be left out; there is none here."""

    status = 409
    zh = "只有“不满意”的评价可以申请剔除；本案没有。"


class NoExclusionAsked(WrongState):
    """Nobody asked that a rating of this case be left out, or it is decided."""

    zh = "本案没有待批准的剔除申请。"


def ask_exclusion(
    case: Case, *, actor: User, cause: Cause, reason: str, base_version: int | None = None
) -> Case:
    """Ask that the last rating not be counted. Raises NothingToExclude, ExclusionAsked."""
    with transaction.atomic():
        case = _held(case, base_version)
        word = last_word(case)
        if word is None or word.rating != Rating.DISSATISFIED:
            raise NothingToExclude
        if Exclusion.objects.filter(callback=word).exists():
            raise ExclusionAsked
        perform(
            Exclusion(
                case=case,
                callback=word,
                cause=cause,
                reason=reason,
                asked_at=timezone.now(),
                asked_by=actor,
            ),
            "ask_exclusion",
            actor=actor,
            reason=reason,
            details={"case": case.number, "cause": cause},
        )
        emit(kind="exclusion_asked", subject=case)
    return case


def approve_exclusion(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """A second person approves: the rating is shown, and not counted."""
    return _decide(case, "approve_exclusion", actor, reason, base_version)


def refuse_exclusion(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """A second person does not approve: the rating counts."""
    return _decide(case, "refuse_exclusion", actor, reason, base_version)


def waiting_exclusion(case: Case) -> Exclusion | None:
    """The one that waits for a decision."""
    asked = Exclusion.objects.filter(case=case, state=ExclusionState.ASKED)
    found: Exclusion | None = asked.select_related("case", "callback").first()
    return found


def _decide(case: Case, act: str, actor: User, reason: str, base_version: int | None) -> Case:
    with transaction.atomic():
        case = _held(case, base_version)
        asked = waiting_exclusion(case)
        if asked is None:
            raise NoExclusionAsked
        perform(
            asked,
            act,
            actor=actor,
            reason=reason,
            changes={"decided_at": timezone.now(), "decided_by": actor, "decision": reason},
            details={"case": case.number},
        )
        emit(kind="exclusion_decided", subject=case)
    return case


def _held(case: Case, base_version: int | None) -> Case:
    case = latest(case)
    if base_version is not None and base_version != case.version:
        raise LostRace(base_version=base_version, version=case.version)
    return case
