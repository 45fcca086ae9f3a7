"""Exclusions as acts of the case, and what its page shows of how it ends."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import User
from core.workflow import Transition, available_acts
from inspections.cases.closing.conditions import conditions_of
from inspections.cases.closing.models import Cause, Exclusion
from inspections.cases.closing.permissions import may_ask_exclusion
from inspections.cases.closing.serializers import (
    ExclusionRequest,
    ExclusionSerializer,
    ReplySerializer,
    ReworkSerializer,
)
from inspections.cases.closing.use_cases import (
    approve_exclusion,
    ask_exclusion,
    refuse_exclusion,
    waiting_exclusion,
)
from inspections.cases.closing.workflow import EXCLUSIONS
from inspections.cases.commands import Act, Command, add_acts
from inspections.cases.models import Case, CaseState, Rating
from inspections.cases.parts import add_part
from inspections.cases.queries import last_word, tell_in_trail

RATED = (CaseState.CALLED_BACK, CaseState.CLOSED, CaseState.ARCHIVED)


def _ask(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return ask_exclusion(case, cause=Cause(asked["cause"]), **rest)


def _plain(act: Command) -> Command:
    def do(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        return act(case, **rest)

    return do


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """What may be done about the rating of a case that has one."""
    if case.state not in RATED:
        return
    waiting = waiting_exclusion(case)
    if waiting is not None:
        yield from available_acts(waiting, actor)
        return
    word = last_word(case)
    if word is None or word.rating != Rating.DISSATISFIED:
        return
    if not Exclusion.objects.filter(callback=word).exists() and may_ask_exclusion(
        actor, Exclusion(case=case)
    ):
        yield EXCLUSIONS.transition("ask_exclusion")


def _conditions(case: Case, reader: User) -> list[dict[str, Any]]:
    if case.closing_conditions:
        return list(case.closing_conditions)
    text = case.duty.closing_condition if case.duty else ""
    return [{"text": one, "met": None} for one in conditions_of(text)]


def _replies(case: Case, reader: User) -> Any:
    made = case.replies.select_related("organization", "made_by").order_by("id")
    return ReplySerializer(made, many=True).data


def _reworks(case: Case, reader: User) -> Any:
    made = case.reworks.select_related("organization", "made_by").order_by("id")
    return ReworkSerializer(made, many=True).data


def _exclusions(case: Case, reader: User) -> Any:
    made = case.exclusions.select_related("case__category", "asked_by", "decided_by").order_by("id")
    return ExclusionSerializer(made, many=True).data


add_acts(
    {
        "ask_exclusion": Act(_ask, ExclusionRequest),
        "approve_exclusion": Act(_plain(approve_exclusion)),
        "refuse_exclusion": Act(_plain(refuse_exclusion)),
    },
    offered,
)
add_part("closing_conditions", _conditions)
add_part("replies", _replies)
add_part("reworks", _reworks)
add_part("exclusions", _exclusions)
tell_in_trail(lambda case: case.exclusions.all())
