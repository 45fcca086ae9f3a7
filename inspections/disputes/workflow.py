"""The ways of a return, a transfer and a dispute, as data."""

from collections.abc import Callable
from typing import Any

from core.models import User
from core.workflow import Transition, Workflow, register
from inspections.disputes import permissions as who
from inspections.disputes.models import (
    Dispute,
    DisputeState,
    ReturnRequest,
    ReturnState,
    Transfer,
    TransferState,
)


def _line(
    act: str,
    zh: str,
    source: str | None,
    target: str,
    permission: Callable[[User, Any], bool],
    needs_reason: bool = False,
) -> Transition:
    return Transition(
        act=act,
        zh=zh,
        sources=(source,) if source else (),
        target=target,
        permission=permission,
        needs_reason=needs_reason,
    )


R, T = ReturnState, TransferState

RETURNS = register(
    Workflow(
        model=ReturnRequest,
        states={state.value: str(state.label) for state in ReturnState},
        transitions=(
            _line("request_return", "申请退单", None, R.ASKED, who.may_ask, needs_reason=True),
            _line("withdraw_return", "撤回退单申请", R.ASKED, R.WITHDRAWN, who.may_ask),
            _line("grant_return", "同意退单", R.ASKED, R.GRANTED, who.may_decide, True),
            _line("refuse_return", "不同意退单", R.ASKED, R.REFUSED, who.may_decide, True),
            _line("appeal_return", "申诉", R.REFUSED, R.APPEALED, who.may_ask, True),
            _line("lapse_return", "失效", R.ASKED, R.LAPSED, who.may_let_lapse),
            _line("revive_return", "恢复申请", R.LAPSED, R.ASKED, who.may_revive),
        ),
    )
)
TRANSFERS = register(
    Workflow(
        model=Transfer,
        states={state.value: str(state.label) for state in TransferState},
        transitions=(
            _line("propose_transfer", "提议移交", None, T.PROPOSED, who.may_propose, True),
            _line("agree_transfer", "同意移交", T.PROPOSED, T.AGREED, who.may_answer),
            _line("refuse_transfer", "不同意移交", T.PROPOSED, T.REFUSED, who.may_answer, True),
            _line("withdraw_transfer", "撤回移交提议", T.PROPOSED, T.WITHDRAWN, who.may_propose),
            _line("lapse_transfer", "失效", T.PROPOSED, T.LAPSED, who.may_let_lapse),
            _line("revive_transfer", "恢复提议", T.LAPSED, T.PROPOSED, who.may_revive),
        ),
    )
)
DISPUTES = register(
    Workflow(
        model=Dispute,
        states={state.value: str(state.label) for state in DisputeState},
        transitions=(_line("open", "列为争议", None, DisputeState.OPEN, who.may_open_dispute),),
    )
)
