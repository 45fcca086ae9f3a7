"""The ways of an extension and of a parking, as data."""

from core.workflow import Transition, Workflow, register
from inspections.cases.timing import permissions as who
from inspections.cases.timing.models import Extension, ExtensionState, Parking, ParkingState

E, P = ExtensionState, ParkingState

EXTENSIONS = register(
    Workflow(
        model=Extension,
        states={state.value: str(state.label) for state in E},
        transitions=(
            Transition(
                act="request_extension",
                zh="申请延期",
                target=E.ASKED,
                permission=who.may_ask,
                needs_reason=True,
            ),
            Transition(
                act="approve_extension",
                zh="批准延期",
                sources=(E.ASKED,),
                target=E.APPROVED,
                permission=who.may_decide,
            ),
            Transition(
                act="refuse_extension",
                zh="不批准延期",
                sources=(E.ASKED,),
                target=E.REFUSED,
                permission=who.may_decide,
                needs_reason=True,
            ),
            Transition(
                act="lapse_extension",
                zh="失效",
                sources=(E.ASKED,),
                target=E.LAPSED,
                permission=who.may_let_lapse,
            ),
            Transition(
                act="revive_extension",
                zh="恢复延期申请",
                sources=(E.LAPSED,),
                target=E.ASKED,
                permission=who.may_revive,
            ),
        ),
    )
)
PARKINGS = register(
    Workflow(
        model=Parking,
        states={state.value: str(state.label) for state in P},
        transitions=(
            Transition(
                act="request_parking",
                zh="申请挂账",
                target=P.ASKED,
                permission=who.may_ask,
                needs_reason=True,
            ),
            Transition(
                act="approve_parking",
                zh="批准挂账",
                sources=(P.ASKED,),
                target=P.APPROVED,
                permission=who.may_decide,
            ),
            Transition(
                act="refuse_parking",
                zh="不批准挂账",
                sources=(P.ASKED,),
                target=P.REFUSED,
                permission=who.may_decide,
                needs_reason=True,
            ),
            Transition(
                act="unpark",
                zh="解除挂账",
                sources=(P.APPROVED,),
                target=P.ENDED,
                permission=who.may_end,
                needs_reason=True,
            ),
            Transition(
                act="end_parking",
                zh="挂账随案卷解除",
                sources=(P.APPROVED,),
                target=P.ENDED,
                permission=who.may_let_lapse,
            ),
            Transition(
                act="lapse_parking",
                zh="失效",
                sources=(P.ASKED,),
                target=P.LAPSED,
                permission=who.may_let_lapse,
            ),
            Transition(
                act="revive_parking",
                zh="恢复挂账申请",
                sources=(P.LAPSED,),
                target=P.ASKED,
                permission=who.may_revive,
            ),
            Transition(
                act="park_again", zh="恢复挂账", target=P.APPROVED, permission=who.may_revive
            ),
        ),
    )
)
