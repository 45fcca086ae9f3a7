"""Who may ask, propose, agree and decide."""

from core.models import User
from inspections.cases import permissions as cases
from inspections.disputes.models import Dispute, ReturnRequest, Transfer
from inspections.disputes.queries import handles_for

Record = ReturnRequest | Transfer


def may_ask(actor: User, asked: ReturnRequest) -> bool:
    """A handler of the body that received it: the one that leads, or a co-receiver."""
    return handles_for(actor, asked.organization_id)


def may_decide(actor: User, asked: ReturnRequest) -> bool:
    """A dispatcher of the area (派遣员), who does not handle for the body that asks."""
    own = handles_for(actor, asked.organization_id)
    return cases.may_dispatch(actor, asked.case) and not own


def may_propose(actor: User, transfer: Transfer) -> bool:
    """A handler of the body that leads (主办单位承办人)."""
    return handles_for(actor, transfer.organization_id)


def may_answer(actor: User, transfer: Transfer) -> bool:
    """A handler of the body that is asked to take it over (接收单位承办人)."""
    return handles_for(actor, transfer.proposed_to_id)


def may_let_lapse(actor: User, record: Record) -> bool:
    """Whoever moved the case otherwise: it lapses by that act."""
    return actor.is_active


def may_revive(actor: User, record: Record) -> bool:
    """Whoever undoes the merge by which it lapsed."""
    return cases.may_dispatch(actor, record.case)


def may_open_dispute(actor: User, dispute: Dispute) -> bool:
    """Nobody by hand: the second denial, or an appeal, opens it."""
    return actor.is_active
