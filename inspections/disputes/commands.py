"""These acts as programs ask for them: reached as those of the case are, and offered to whom they are open."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import User
from core.workflow import Transition, available_acts
from grid.organizations.models import Organization
from grid.organizations.queries import organization_named
from inspections.cases.commands import Act, Command, add_acts
from inspections.cases.models import Case
from inspections.cases.queries import lead_of
from inspections.disputes.models import Grounds
from inspections.disputes.queries import (
    SENT,
    appealable,
    handles_for,
    open_returns,
    open_transfer,
    receivers_part,
)
from inspections.disputes.serializers import (
    AskReturnRequest,
    DecideReturnRequest,
    ProposeTransferRequest,
)
from inspections.disputes.use_cases import (
    agree_transfer,
    appeal_return,
    askable,
    grant_return,
    propose_transfer,
    refuse_return,
    refuse_transfer,
    refused_return,
    request_return,
    withdraw_return,
    withdraw_transfer,
)
from inspections.disputes.workflow import RETURNS, TRANSFERS


def _body(asked: Mapping[str, Any], name: str) -> Organization | None:
    return organization_named(asked[name]) if asked.get(name) else None


def _request(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return request_return(
        case,
        grounds=Grounds(asked["grounds"]),
        to=_body(asked, "to"),
        evidence=asked.get("evidence", ()),
        **rest,
    )


def _grant(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    to, organization = _body(asked, "to"), _body(asked, "organization")
    return grant_return(case, to=to, organization=organization, **rest)


def _refuse(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return refuse_return(case, organization=_body(asked, "organization"), **rest)


def _propose(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return propose_transfer(case, to=organization_named(asked["to"]), **rest)


def _plain(act: Command) -> Command:
    def do(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        return act(case, **rest)

    return do


DISPUTE_ACTS = {
    "propose_transfer": Act(_propose, ProposeTransferRequest),
    "agree_transfer": Act(_plain(agree_transfer)),
    "refuse_transfer": Act(_plain(refuse_transfer)),
    "withdraw_transfer": Act(_plain(withdraw_transfer)),
    "request_return": Act(_request, AskReturnRequest),
    "withdraw_return": Act(_plain(withdraw_return)),
    "grant_return": Act(_grant, DecideReturnRequest),
    "refuse_return": Act(_refuse, DecideReturnRequest),
    "appeal_return": Act(_plain(appeal_return)),
}


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """Which of these acts are open to this person now, each once."""
    if case.state not in SENT:
        return []
    lines = [*_asking(case, actor), *_answering(case, actor)]
    return list({line.act: line for line in lines if line.act in DISPUTE_ACTS}.values())


def _asking(case: Case, actor: User) -> Iterable[Transition]:
    lead = lead_of(case)
    if lead is not None and handles_for(actor, lead.organization_id) and not open_transfer(case):
        yield TRANSFERS.transition("propose_transfer")
    part = receivers_part(case, actor)
    if part is not None and askable(part):
        yield RETURNS.transition("request_return")


def _answering(case: Case, actor: User) -> Iterable[Transition]:
    transfer = open_transfer(case)
    if transfer is not None:
        yield from available_acts(transfer, actor)
    for asked in open_returns(case):
        yield from available_acts(asked, actor)
    refused = refused_return(case, actor)
    if refused is not None and appealable(refused):
        yield RETURNS.transition("appeal_return")


add_acts(DISPUTE_ACTS, offered)
