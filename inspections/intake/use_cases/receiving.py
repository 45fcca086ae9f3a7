"""A report comes in: it is recorded, and becomes a case where there is something to do and a place to go."""

from dataclasses import dataclass

from django.db import transaction

from core.errors import DomainError, NotPermitted
from core.models import User
from grid.catalogue.models import Urgency
from grid.organizations.permissions import is_member
from inspections.cases.models import Case
from inspections.cases.use_cases import OutsideCity, open_case
from inspections.intake.duplicates.storm import join_by_itself
from inspections.intake.duplicates.use_cases import join_request
from inspections.intake.inbox.models import WaitsFor
from inspections.intake.inbox.use_cases import wait_for
from inspections.requests.models import Nature, ServiceRequest
from inspections.requests.use_cases import RequestRow, record_request

ANSWERED_AT_THE_DESK = {Nature.ENQUIRY, Nature.PRAISE}


class NoPlaceStated(DomainError):
    """The request has no place, so no case was opened; ask where it is."""

    zh = "诉求没有位置，未生成案件；请询问地点。"


class ForTheDesk(DomainError):
    """An enquiry or praise is answered at the desk; no case was opened."""

    zh = "咨询或表扬在线办结，未生成案件。"


@dataclass(frozen=True)
class Received:
    """The request as recorded, and its case; where there is none, why."""

    request: ServiceRequest
    case: Case | None
    why_no_case: DomainError | None = None
    joined: bool = False


def receive(
    row: RequestRow,
    *,
    actor: User,
    urgency: str = Urgency.NORMAL,
    joins: Case | None = None,
    own_case: bool = False,
) -> Received:
    """Record what was said; open a case unless it is for the desk, has no place, or lies outside.

    It joins the open case named in `joins`; or, unless it is to have its `own_case`, by itself the one
    that it is about beyond doubt (`duplicates`).
    """
    if not (is_member(actor) or actor.is_service):
        raise NotPermitted
    with transaction.atomic():
        request = record_request(row, actor=actor)
        if joins is not None:
            return Received(request, join_request(request, joins, actor=actor), joined=True)
        return pursue(request, actor=actor, urgency=urgency, own_case=own_case)


def pursue(
    request: ServiceRequest,
    *,
    actor: User,
    urgency: str = Urgency.NORMAL,
    own_case: bool = False,
) -> Received:
    """Open the case of a request that feeds none: just taken down, or given its place; or join one as `receive` says.

    Where there is none, the request waits in the desk's inbox.
    """
    if request.nature in ANSWERED_AT_THE_DESK:
        wait_for(request, WaitsFor.ANSWER)
        return Received(request, None, ForTheDesk())
    if request.place is None:
        wait_for(request, WaitsFor.PLACE)
        return Received(request, None, NoPlaceStated())
    held = None if own_case else join_by_itself(request, actor=actor, urgency=urgency)
    if held is not None:
        return Received(request, held, joined=True)
    try:
        return Received(request, open_case(request, actor=actor, urgency=urgency))
    except OutsideCity as outside:
        wait_for(request, WaitsFor.OUTSIDE)
        return Received(request, None, outside)
