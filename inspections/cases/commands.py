"""Acts as programs ask for them: a name and JSON in, one use case called; for HTTP and for sync."""

from collections.abc import Callable, Mapping
from typing import Any

from core.models import User
from core.workflow import UnknownAct
from grid.ground.datums import parse_datum
from grid.jurisdiction.asking import category_of, facility_of
from grid.organizations.queries import organization_named
from inspections.cases.models import Case
from inspections.cases.serializers import ActRequest
from inspections.cases.use_cases import (
    accept_case,
    check_case,
    close_case,
    decline_case,
    dispatch_case,
    file_case,
    handle_case,
    reassign_case,
    rework_case,
)
from inspections.requests.use_cases import point_place

Command = Callable[..., Case]


def _file(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    moved: dict[str, Any] = {}
    if "lon" in asked and "lat" in asked:
        datum = parse_datum(asked.get("datum", "wgs84"))
        moved = {
            "place": point_place(asked["lon"], asked["lat"], datum),
            "accuracy_m": asked.get("accuracy_m"),
        }
    return file_case(
        case,
        category=category_of(asked["category"]) if "category" in asked else None,
        facility=facility_of(asked["facility"]) if "facility" in asked else None,
        scenario=asked.get("scenario", ""),
        urgency=asked.get("urgency", ""),
        **moved,
        **rest,
    )


def _sent(act: Command) -> Command:
    def send(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        to = organization_named(asked["to"]) if "to" in asked else None
        assists = [organization_named(name) for name in asked.get("assists", [])]
        return act(case, to=to, assists=assists, **rest)

    return send


def _plain(act: Command) -> Command:
    def do(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
        return act(case, **rest)

    return do


def _close(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return close_case(case, solved=asked.get("solved", True), **rest)


ACTS: dict[str, Command] = {
    "file": _file,
    "decline": _plain(decline_case),
    "dispatch": _sent(dispatch_case),
    "reassign": _sent(reassign_case),
    "accept": _plain(accept_case),
    "handle": _plain(handle_case),
    "check": _plain(check_case),
    "rework": _plain(rework_case),
    "close": _close,
}


def carry_out(act: str, case: Case, *, actor: User, given: Mapping[str, Any]) -> Case:
    """Do one act upon a case as JSON asks for it. Raises UnknownAct, ValidationError, or its refusal."""
    if act not in ACTS:
        raise UnknownAct(act=act, acts=[*ACTS, "add_evidence"])
    request = ActRequest(data=given)
    request.is_valid(raise_exception=True)
    asked = request.validated_data
    return ACTS[act](
        case,
        asked=asked,
        actor=actor,
        reason=asked.get("reason", ""),
        base_version=asked.get("base_version"),
    )
