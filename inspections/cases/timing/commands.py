"""Extensions and parking as programs ask for them: reached as acts of the case are, and offered to whom they are open."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.models import User
from core.workflow import Transition, available_acts
from grid.organizations.models import Organization
from grid.organizations.queries import organization_named
from inspections.cases.commands import Act, add_acts
from inspections.cases.models import Case
from inspections.cases.timing.queries import leads, open_extensions, open_parking, part_of
from inspections.cases.timing.serializers import (
    ApproveExtensionRequest,
    ApproveParkingRequest,
    AskExtensionRequest,
    AskParkingRequest,
    RefuseExtensionRequest,
)
from inspections.cases.timing.use_cases import (
    approve_extension,
    approve_parking,
    extendable,
    refuse_extension,
    refuse_parking,
    request_extension,
    request_parking,
    unpark,
)
from inspections.cases.timing.workflow import EXTENSIONS, PARKINGS
from inspections.cases.workflow import SENT


def _body(asked: Mapping[str, Any]) -> Organization | None:
    return organization_named(asked["organization"]) if asked.get("organization") else None


def _ask(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return request_extension(case, limit=asked["limit"], **rest)


def _approve(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return approve_extension(
        case,
        limit=asked.get("limit", ""),
        citizen=asked.get("citizen", False),
        organization=_body(asked),
        **rest,
    )


def _refuse(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return refuse_extension(case, organization=_body(asked), **rest)


def _ask_parking(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return request_parking(case, until=asked["until"], **rest)


def _approve_parking(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return approve_parking(case, until=asked.get("until"), **rest)


def _refuse_parking(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return refuse_parking(case, **rest)


def _unpark(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return unpark(case, **rest)


TIMING_ACTS = {
    "request_extension": Act(_ask, AskExtensionRequest),
    "approve_extension": Act(_approve, ApproveExtensionRequest),
    "refuse_extension": Act(_refuse, RefuseExtensionRequest),
    "request_parking": Act(_ask_parking, AskParkingRequest),
    "approve_parking": Act(_approve_parking, ApproveParkingRequest),
    "refuse_parking": Act(_refuse_parking),
    "unpark": Act(_unpark),
}


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """Which of these acts are open to this person now, each once."""
    if case.state not in SENT:
        return []
    lines = [*_asking(case, actor), *_deciding(case, actor)]
    return list({line.act: line for line in lines if line.act in TIMING_ACTS}.values())


def _asking(case: Case, actor: User) -> Iterable[Transition]:
    part = part_of(case, actor)
    if part is None:
        return
    if extendable(case, part):
        yield EXTENSIONS.transition("request_extension")
    if leads(part) and open_parking(case) is None:
        yield PARKINGS.transition("request_parking")


def _deciding(case: Case, actor: User) -> Iterable[Transition]:
    for asked in open_extensions(case):
        yield from available_acts(asked, actor)
    parking = open_parking(case)
    if parking is not None:
        yield from available_acts(parking, actor)


add_acts(TIMING_ACTS, offered)
