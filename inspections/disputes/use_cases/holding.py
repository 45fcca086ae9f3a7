"""What these acts have in common: a case that somebody works on; and what lapses."""

from core.errors import WrongState
from core.models import User
from core.workflow import perform
from inspections.cases.models import Case
from inspections.cases.use_cases import follow_acts
from inspections.disputes.models import ReturnRequest, ReturnState, Transfer, TransferState
from inspections.disputes.queries import SENT


class WrongMoment(WrongState):
    """'{act}' needs a case that is dispatched or accepted; this one is '{state}'."""

    zh = "只有已派遣或已受理的案卷可以“{act}”，本案现为“{state}”。"


def must_be_sent(case: Case, act: str) -> None:
    """Raises WrongMoment unless somebody has the case and has not finished with it."""
    if case.state not in SENT:
        raise WrongMoment(act=act, state=case.get_state_display())


def let_lapse(case: Case, act: str, actor: User) -> None:
    """What was asked about a part that has ended, or about work that is done, needs no answer any more."""
    if act == "open":
        return  # nothing can have been asked yet
    moot = case.state not in SENT
    for asked in ReturnRequest.objects.filter(case=case, state=ReturnState.ASKED).select_related(
        "assignment"
    ):
        if moot or asked.assignment.ended_at is not None:
            perform(asked, "lapse_return", actor=actor, details={"by": act})
    for transfer in Transfer.objects.filter(case=case, state=TransferState.PROPOSED).select_related(
        "assignment"
    ):
        if moot or transfer.assignment.ended_at is not None:
            perform(transfer, "lapse_transfer", actor=actor, details={"by": act})


follow_acts(let_lapse)
