"""Acts of returns, transfers and disputes: each one function, one transaction."""

from inspections.disputes.use_cases.disputing import open_dispute
from inspections.disputes.use_cases.holding import WrongMoment, let_lapse
from inspections.disputes.use_cases.returning import (
    AskedBefore,
    NoReturnAsked,
    ReceiverNeeded,
    ReturnTooLate,
    TakenByConsent,
    appeal_return,
    askable,
    grant_return,
    refuse_return,
    refused_return,
    request_return,
    withdraw_return,
)
from inspections.disputes.use_cases.reviving import revive_answers, waiting_answers
from inspections.disputes.use_cases.transferring import (
    NobodyThere,
    NoTransferProposed,
    NotToCommunity,
    NotToItself,
    agree_transfer,
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)

__all__ = [
    "AskedBefore",
    "NoReturnAsked",
    "NoTransferProposed",
    "NobodyThere",
    "NotToCommunity",
    "NotToItself",
    "ReceiverNeeded",
    "ReturnTooLate",
    "TakenByConsent",
    "WrongMoment",
    "agree_transfer",
    "appeal_return",
    "askable",
    "grant_return",
    "let_lapse",
    "open_dispute",
    "propose_transfer",
    "refuse_return",
    "refuse_transfer",
    "refused_return",
    "request_return",
    "revive_answers",
    "waiting_answers",
    "withdraw_return",
    "withdraw_transfer",
]
