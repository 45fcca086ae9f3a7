"""The way of an undertaking: given, answered by the body, settled by another; or withdrawn."""

from core.workflow import Transition, Workflow, register
from inspections.joint.undertakings import permissions as who
from inspections.joint.undertakings.models import OWED, Undertaking, UndertakingState

S = UndertakingState

UNDERTAKINGS = register(
    Workflow(
        model=Undertaking,
        states={state.value: str(state.label) for state in UndertakingState},
        transitions=(
            Transition(act="undertake", zh="交办", target=S.GIVEN, permission=who.may_give),
            Transition(
                act="reply",
                zh="反馈",
                sources=(S.GIVEN,),
                target=S.ANSWERED,
                permission=who.may_answer,
                needs_reason=True,
            ),
            Transition(
                act="send_back",
                zh="退回重办",
                sources=(S.ANSWERED,),
                target=S.GIVEN,
                permission=who.may_settle,
                needs_reason=True,
            ),
            Transition(
                act="settle",
                zh="销号",
                sources=(S.ANSWERED,),
                target=S.SETTLED,
                permission=who.may_settle,
            ),
            Transition(
                act="call_off",
                zh="撤销",
                sources=tuple(OWED),
                target=S.WITHDRAWN,
                permission=who.may_settle,
                needs_reason=True,
            ),
        ),
    )
)
