"""What a merge let lapse is asked again when the merge is undone: by the same body, of the same desk."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from core.models import User
from core.workflow import perform
from inspections.cases.models import Assignment, Case
from inspections.disputes.models import ReturnRequest, ReturnState, Transfer, TransferState
from inspections.disputes.queries import to_be_decided_by

Waiting = Mapping[str, Sequence[int]]


def waiting_answers(case: Case) -> Waiting:
    """What waits for an answer about a case, as keys: `returns`, `transfers`."""
    returns = ReturnRequest.objects.filter(case=case, state=ReturnState.ASKED)
    transfers = Transfer.objects.filter(case=case, state=TransferState.PROPOSED)
    return {
        "returns": list(returns.values_list("pk", flat=True)),
        "transfers": list(transfers.values_list("pk", flat=True)),
    }


def revive_answers(waited: Waiting, parts: Mapping[int, Assignment], *, actor: User) -> None:
    """They wait again, about the part (by the key of the former) that their body has now; inside an act.

    The desk has its time to decide anew.
    """
    returns = ReturnRequest.objects.filter(
        pk__in=waited.get("returns", ()), state=ReturnState.LAPSED, assignment__in=parts
    )
    for asked in returns.order_by("pk"):
        decide_by = to_be_decided_by(timezone.now())
        part = parts[asked.assignment_id]
        changes = {"assignment": part, "decide_by": decide_by}
        perform(asked, "revive_return", actor=actor, changes=changes)
    transfers = Transfer.objects.filter(
        pk__in=waited.get("transfers", ()), state=TransferState.LAPSED, assignment__in=parts
    )
    for transfer in transfers.order_by("pk"):
        part = parts[transfer.assignment_id]
        perform(transfer, "revive_transfer", actor=actor, changes={"assignment": part})
