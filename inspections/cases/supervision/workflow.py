"""The way of a supervision, as data."""

from core.workflow import Transition, Workflow, register
from inspections.cases.supervision import permissions as who
from inspections.cases.supervision.models import Supervision, SupervisionState

S = SupervisionState

SUPERVISIONS = register(
    Workflow(
        model=Supervision,
        states={state.value: str(state.label) for state in S},
        transitions=(
            Transition(
                act="supervise",
                zh="督办",
                target=S.OPEN,
                permission=who.may_supervise,
                needs_reason=True,
            ),
            Transition(
                act="answer_supervision",
                zh="答复督办",
                sources=(S.OPEN,),
                target=S.ANSWERED,
                permission=who.may_answer,
                needs_reason=True,
            ),
            Transition(
                act="escalate_supervision",
                zh="提级督办",
                sources=(S.OPEN, S.ANSWERED),
                target=S.ESCALATED,
                permission=who.may_supervise,
                needs_reason=True,
            ),
            Transition(
                act="end_supervision",
                zh="结束督办",
                sources=(S.OPEN, S.ANSWERED),
                target=S.ENDED,
                permission=who.may_supervise,
                needs_reason=True,
            ),
            Transition(
                act="lapse_supervision",
                zh="督办随案卷结束",
                sources=(S.OPEN, S.ANSWERED),
                target=S.LAPSED,
                permission=who.may_let_lapse,
            ),
        ),
    )
)
