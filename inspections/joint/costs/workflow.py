"""The way of an advanced cost: entered as owed, recovered in whole or in part, or waived."""

from core.models import User
from core.workflow import Transition, Workflow, register
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.permissions import serves
from inspections.joint.costs.models import AdvanceCost, CostState


def may_keep(actor: User, cost: AdvanceCost) -> bool:
    """A dispatcher of the area or a leader; and a handler of the body that paid."""
    overseen = serves(actor, cost.case, Role.DISPATCHER, Role.LEADER)
    return overseen or has_role(actor, Role.HANDLER, organization=cost.payer)


S = CostState
COSTS = register(
    Workflow(
        model=AdvanceCost,
        states={state.value: str(state.label) for state in CostState},
        transitions=(
            Transition(act="advance", zh="垫付登记", target=S.OWED, permission=may_keep),
            Transition(
                act="owe",
                zh="确定承担单位",
                sources=(S.OWED,),
                permission=may_keep,
                needs_reason=True,
            ),
            Transition(
                act="recover", zh="追回", sources=(S.OWED,), target=S.RECOVERED, permission=may_keep
            ),
            Transition(
                act="waive",
                zh="不再追偿",
                sources=(S.OWED,),
                target=S.WAIVED,
                permission=may_keep,
                needs_reason=True,
            ),
        ),
    )
)
