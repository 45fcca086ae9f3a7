"""Acts about hard cases as programs ask for them: reached as those of the case are."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from core.errors import Invalid
from core.models import User
from core.workflow import Transition
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.act_requests import ActRequest
from inspections.cases.commands import Act, Command, add_acts
from inspections.cases.models import Case
from inspections.cases.permissions import serves
from inspections.joint.marks.models import CaseCopy, CaseMark, MarkKind
from inspections.joint.marks.use_cases import list_hard, refer_case, take_lead, unlist_hard


class UnknownLeader(Invalid):
    """There is no account of a leader named '{name}'."""

    zh = "没有名为“{name}”的领导账号。"


class ReasonedRequest(ActRequest):
    """What listing takes: the reason."""

    reason = serializers.CharField(max_length=2000)


class ReferRequest(ReasonedRequest):
    """What referring takes: the reason; and the leader, where not those in charge."""

    leader = serializers.CharField(required=False, max_length=150, help_text="name of the account")


def _plain(act: Command) -> Command:
    def do(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        return act(case, **rest)

    return do


def _refer(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    leader = None
    if asked.get("leader"):
        leader = User.objects.filter(username=asked["leader"], is_active=True).first()
        if leader is None:
            raise UnknownLeader(name=asked["leader"])
    return refer_case(case, leader=leader, **rest)


def may_oversee(actor: User, case: Case) -> bool:
    """A dispatcher of the area, or a leader."""
    return serves(actor, case, Role.DISPATCHER, Role.LEADER)


def may_lead(actor: User, case: Case) -> bool:
    """A leader."""
    return has_role(actor, Role.LEADER)


LINES = {
    line.act: line
    for line in (
        Transition(act="list_hard", zh="列为疑难", permission=may_oversee, needs_reason=True),
        Transition(act="unlist_hard", zh="移出疑难", permission=may_oversee, needs_reason=True),
        Transition(act="refer", zh="呈请领办", permission=may_oversee, needs_reason=True),
        Transition(act="take_lead", zh="领办", permission=may_lead),
    )
}


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """Which of these acts are open to this person now."""
    if case.is_ended:
        return
    if may_oversee(actor, case):
        marks = CaseMark.objects.filter(case=case, kind=MarkKind.LISTED, ended_at=None)
        yield LINES["unlist_hard" if marks.exists() else "list_hard"]
        yield LINES["refer"]
    taken = CaseCopy.objects.filter(case=case, taken_at__isnull=False)
    if may_lead(actor, case) and not taken.exists():
        yield LINES["take_lead"]


add_acts(
    {
        "list_hard": Act(_plain(list_hard), ReasonedRequest),
        "unlist_hard": Act(_plain(unlist_hard), ReasonedRequest),
        "refer": Act(_refer, ReferRequest),
        "take_lead": Act(_plain(take_lead)),
    },
    offered,
)
