"""The way of a fault of the ground: found, given, closed; gone by itself when the ground is mended."""

from core.workflow import Transition, Workflow, register
from inspections.changes.faults import permissions as who
from inspections.changes.faults.models import FaultState, GroundFault

S = FaultState

FAULTS = register(
    Workflow(
        model=GroundFault,
        states={state.value: str(state.label) for state in FaultState},
        transitions=(
            Transition(act="find", zh="发现", target=S.OPEN, permission=who.may_check),
            Transition(
                act="give",
                zh="交办",
                sources=(S.OPEN, S.GIVEN),
                target=S.GIVEN,
                permission=who.may_give,
            ),
            Transition(
                act="close",
                zh="了结",
                sources=(S.OPEN, S.GIVEN),
                target=S.CLOSED,
                permission=who.may_close,
                needs_reason=True,
            ),
            Transition(
                act="reopen",
                zh="重新打开",
                sources=(S.CLOSED,),
                target=S.OPEN,
                permission=who.may_give,
                needs_reason=True,
            ),
            Transition(
                act="vanish",
                zh="消除",
                sources=(S.OPEN, S.GIVEN, S.CLOSED),
                target=S.GONE,
                permission=who.may_check,
            ),
            Transition(
                act="return",
                zh="再次发现",
                sources=(S.GONE,),
                target=S.OPEN,
                permission=who.may_check,
            ),
        ),
    )
)
