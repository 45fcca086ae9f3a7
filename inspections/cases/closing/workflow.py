"""The way of an exclusion: asked by one, decided by another."""

from core.workflow import Transition, Workflow, register
from inspections.cases.closing import permissions as who
from inspections.cases.closing.models import Exclusion, ExclusionState

S = ExclusionState

EXCLUSIONS = register(
    Workflow(
        model=Exclusion,
        states={state.value: str(state.label) for state in ExclusionState},
        transitions=(
            Transition(
                act="ask_exclusion",
                zh="申请剔除",
                target=S.ASKED,
                permission=who.may_ask_exclusion,
                needs_reason=True,
            ),
            Transition(
                act="approve_exclusion",
                zh="批准剔除",
                sources=(S.ASKED,),
                target=S.APPROVED,
                permission=who.may_decide_exclusion,
            ),
            Transition(
                act="refuse_exclusion",
                zh="不批准剔除",
                sources=(S.ASKED,),
                target=S.REFUSED,
                permission=who.may_decide_exclusion,
                needs_reason=True,
            ),
        ),
    )
)
