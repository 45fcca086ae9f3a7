"""The ground changed under an open case: judged anew and marked; the desk decides, nothing moves by itself."""

from typing import Any

from django.utils import timezone

from core.models import User
from core.workflow import perform
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.use_cases import store_verdict
from grid.organizations.models import Organization
from inspections.cases.models import Case, CaseVerdict
from inspections.cases.queries import bodies_named, lead_of
from inspections.cases.use_cases.moving import followed, latest, move

UNMARKED: dict[str, Any] = {
    "ground_changed_at": None,
    "ground_changed_from": None,
    "ground_changed_to": None,
}


def redecide_case(case: Case, *, actor: User, answer: Answer, change_set: str = "") -> Case:
    """Keep a new verdict beside the former, and mark the case where it names another body.

    Called in the transaction that publishes the change set; without one, a row of the ground began
    or ended to hold. Its assignments stay as they are. There
    is no mark where the body that leads is the one now named.
    """
    now = timezone.now()
    case = latest(case)
    former, verdict = case.verdict, store_verdict(answer)
    old = _body_of(former.answer if former else {})
    new = _body_of(verdict.answer)
    lead = lead_of(case)
    holds = lead.organization if lead else None
    mark: dict[str, Any] = {}  # the same body is named still: what is to be decided stays so
    if new is not None and new == holds:
        mark = dict(UNMARKED)
    elif new != old:
        mark = {
            "ground_changed_at": now,
            "ground_changed_from": case.ground_changed_from or old,
            "ground_changed_to": new,
        }
    case = perform(
        case,
        "redecide",
        actor=actor,
        changes=mark | {"verdict": verdict},
        details={
            "change_set": change_set,
            "former_verdict": former.pk if former else None,
            "verdict": verdict.pk,
            "from": old.code if old else None,
            "to": new.code if new else None,
        },
    )
    CaseVerdict.objects.create(case=case, verdict=verdict, act="redecide", given_at=now)
    return followed(case, "redecide", actor)


def keep_body(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """The desk leaves it with the body that has it (留在原单位), with the reason."""
    return move(
        case, "keep_body", actor=actor, reason=reason, base_version=base_version, changes=UNMARKED
    )


def _body_of(told: dict[str, Any]) -> Organization | None:
    """The body an answer names: the one responsible, else where it is sent."""
    named = told.get("responsible") or told.get("dispatch_to")
    return bodies_named([named["code"]]).get(named["code"]) if named else None
