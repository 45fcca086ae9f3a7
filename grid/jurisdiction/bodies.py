"""The bodies around an answer: supervisor, custodian, where a case is sent."""

from dataclasses import replace
from datetime import datetime

from grid.jurisdiction.claims import living
from grid.jurisdiction.ground import GroundSlice
from grid.jurisdiction.question import Decision


def with_bodies(slice_: GroundSlice, decision: Decision, at: datetime) -> Decision:
    """Name the supervisor, the custodian and the body on the platform to send the case to."""
    duty = decision.duty
    custodian = _custodian(slice_, decision, at)
    sent_to = decision.responsible or custodian
    reachable = _reachable(slice_, sent_to, at)
    if reachable is None and decision.responsible:
        reachable = _reachable(slice_, custodian, at)
    return replace(
        decision,
        supervisor=living(slice_, duty.supervisor, at) if duty and duty.supervisor else None,
        custodian=custodian,
        dispatch_to=reachable,
    )


def _custodian(slice_: GroundSlice, decision: Decision, at: datetime) -> str | None:
    """The duty's custodian; else the subdistrict, which only makes safe; never the community."""
    if decision.duty and decision.duty.custodian:
        code = living(slice_, decision.duty.custodian, at)
        body = slice_.bodies.get(code)
        if body is not None and body.kind != "community":
            return code
    local = [
        (living(slice_, body.code, at) != body.code, body.code)
        for body in slice_.bodies.values()
        if body.kind == "subdistrict" and body.area_code and body.area_code in decision.areas
    ]  # a dissolved one only where no other is there
    return living(slice_, min(local)[1], at) if local else None


def _reachable(slice_: GroundSlice, code: str | None, at: datetime) -> str | None:
    """The body itself if it has a duty contact, else the nearest above it, and alive, that has one."""
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        body = slice_.bodies.get(code)
        if body is None:
            return None
        if body.contact:
            return body.code
        code = living(slice_, body.parent, at) if body.parent else None
    return None
