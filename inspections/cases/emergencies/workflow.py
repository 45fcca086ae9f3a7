"""The way of an emergency, as data, and who may."""

from core.models import User
from core.workflow import Transition, Workflow, register
from grid.organizations.models import Role
from inspections.cases.emergencies.models import Emergency, EmergencyState


def may_switch(actor: User, emergency: Emergency) -> bool:
    """A leader or dispatcher of the city, or of every area that it names."""
    held = actor.memberships.filter(role__in=[Role.LEADER, Role.DISPATCHER])
    areas = set(held.values_list("area_code", flat=True)) if actor.is_active else set()
    return "" in areas or bool(emergency.areas and set(emergency.areas) <= areas)


EMERGENCIES = register(
    Workflow(
        model=Emergency,
        states={state.value: str(state.label) for state in EmergencyState},
        transitions=(
            Transition(
                act="declare_emergency",
                zh="进入应急状态",
                target=EmergencyState.DECLARED,
                permission=may_switch,
                needs_reason=True,
            ),
            Transition(
                act="lift_emergency",
                zh="解除应急状态",
                sources=(EmergencyState.DECLARED,),
                target=EmergencyState.LIFTED,
                permission=may_switch,
                needs_reason=True,
            ),
        ),
    )
)
