"""Acts upon faults as programs ask for them; and `check_ground --work-list`, which keeps the list."""

from collections.abc import Callable, Mapping
from typing import Any

from core.models import User
from core.workflow import UnknownAct
from grid.ground.models import City
from grid.jurisdiction.findings import Report
from grid.jurisdiction.work_list import keep_findings
from grid.organizations.queries import organization_named
from inspections.changes.faults.models import GroundFault
from inspections.changes.faults.serializers import CloseRequest, FaultActRequest, GiveRequest
from inspections.changes.faults.use_cases import (
    close_fault,
    give_fault,
    keep_work_list,
    reopen_fault,
)


def _give(fault: GroundFault, *, asked: Mapping[str, Any], **rest: Any) -> GroundFault:
    return give_fault(fault, to=organization_named(asked["to"]), due_on=asked["due_on"], **rest)


def _close(fault: GroundFault, *, asked: Mapping[str, Any], **rest: Any) -> GroundFault:
    return close_fault(fault, **rest)


def _reopen(fault: GroundFault, *, asked: Mapping[str, Any], **rest: Any) -> GroundFault:
    return reopen_fault(fault, **rest)


ACTS: dict[str, tuple[Callable[..., GroundFault], type[FaultActRequest]]] = {
    "give": (_give, GiveRequest),
    "close": (_close, CloseRequest),
    "reopen": (_reopen, CloseRequest),
}


def carry_out(
    act: str, fault: GroundFault, *, actor: User, given: Mapping[str, Any]
) -> GroundFault:
    """Do the act with what was given; raises UnknownAct, or what the act raises."""
    if act not in ACTS:
        raise UnknownAct(act=act, acts=list(ACTS))
    do, takes = ACTS[act]
    form = takes(data=given)
    form.is_valid(raise_exception=True)
    asked = form.validated_data
    return do(
        fault,
        actor=actor,
        asked=asked,
        reason=asked.get("reason", ""),
        base_version=asked.get("base_version"),
    )


def _keep(report: Report, city: City) -> Mapping[str, int]:
    return keep_work_list(report, city).as_json()


keep_findings(_keep)
