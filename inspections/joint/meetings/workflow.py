"""The way of a meeting: planned, held with minutes, reported on; or cancelled."""

from core.workflow import Transition, Workflow, register
from inspections.joint.meetings.models import Meeting, MeetingState
from inspections.joint.meetings.permissions import may_call

S = MeetingState

MEETINGS = register(
    Workflow(
        model=Meeting,
        states={state.value: str(state.label) for state in MeetingState},
        transitions=(
            Transition(act="plan", zh="召集", target=S.PLANNED, permission=may_call),
            Transition(act="set_agenda", zh="重排议程", sources=(S.PLANNED,), permission=may_call),
            Transition(
                act="hold", zh="记录会议", sources=(S.PLANNED,), target=S.HELD, permission=may_call
            ),
            Transition(
                act="report_back",
                zh="报告落实情况",
                sources=(S.HELD,),
                target=S.REPORTED,
                permission=may_call,
                needs_reason=True,
            ),
            Transition(
                act="cancel",
                zh="取消",
                sources=(S.PLANNED,),
                target=S.CANCELLED,
                permission=may_call,
                needs_reason=True,
            ),
        ),
    )
)
