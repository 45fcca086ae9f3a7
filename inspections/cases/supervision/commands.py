"""Supervision as programs ask for it: acts upon the case, offered to whom they are open."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import User
from core.workflow import Transition, available_acts
from grid.organizations.models import Role
from inspections.cases.commands import Act, Command, add_acts
from inspections.cases.models import Case
from inspections.cases.permissions import serves
from inspections.cases.queries import lead_of
from inspections.cases.supervision.models import LADDER, SupervisionLevel
from inspections.cases.supervision.queries import running_supervision
from inspections.cases.supervision.serializers import SuperviseRequest
from inspections.cases.supervision.use_cases import (
    answer_supervision,
    end_supervision,
    escalate_supervision,
    supervise_case,
)
from inspections.cases.supervision.workflow import SUPERVISIONS
from inspections.cases.timing.permissions import handles_for


def _supervise(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    level = asked.get("level", SupervisionLevel.DISTRICT)
    return supervise_case(case, level=level, within=asked.get("within", ""), **rest)


def _plain(act: Command) -> Command:
    def do(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        return act(case, **rest)

    return do


SUPERVISION_ACTS = {
    "supervise": Act(_supervise, SuperviseRequest),
    "answer_supervision": Act(_plain(answer_supervision)),
    "escalate_supervision": Act(_plain(escalate_supervision)),
    "end_supervision": Act(_plain(end_supervision)),
}


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """Which of these acts are open to this person now."""
    if case.is_ended:
        return []
    running = running_supervision(case)
    if running is None:
        lead = lead_of(case)
        above = serves(actor, case, Role.DISPATCHER, Role.LEADER)
        own = lead is not None and handles_for(actor, lead.organization_id)
        return [SUPERVISIONS.transition("supervise")] if lead and above and not own else []
    top = running.level == LADDER[-1]
    return [
        line
        for line in available_acts(running, actor)
        if line.act in SUPERVISION_ACTS and not (top and line.act == "escalate_supervision")
    ]


add_acts(SUPERVISION_ACTS, offered)
