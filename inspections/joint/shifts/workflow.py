"""The way of a shift: begun, handed over with its list, taken by another person."""

from core.workflow import Transition, Workflow, register
from inspections.joint.shifts import permissions as who
from inspections.joint.shifts.models import Shift, ShiftState

S = ShiftState

SHIFTS = register(
    Workflow(
        model=Shift,
        states={state.value: str(state.label) for state in ShiftState},
        transitions=(
            Transition(act="begin", zh="上班", target=S.ON, permission=who.may_serve),
            Transition(
                act="hand_over",
                zh="交班",
                sources=(S.ON,),
                target=S.HANDED,
                permission=who.may_serve,
            ),
            Transition(
                act="take", zh="接班", sources=(S.HANDED,), target=S.TAKEN, permission=who.may_take
            ),
        ),
    )
)
