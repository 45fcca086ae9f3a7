"""A report comes in: it is recorded, and becomes a case where there is something to do and a place to go."""

from dataclasses import dataclass

from django.db import transaction

from core.errors import DomainError, NotPermitted
from core.models import User
from grid.catalogue.models import Urgency
from grid.organizations.permissions import is_member
from inspections.cases.models import Case
from inspections.cases.use_cases import OutsideCity, open_case
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


def receive(row: RequestRow, *, actor: User, urgency: str = Urgency.NORMAL) -> Received:
    """Record what was said; open a case unless it is for the desk, has no place, or lies outside."""
    if not (is_member(actor) or actor.is_service):
        raise NotPermitted
    with transaction.atomic():
        return pursue(record_request(row, actor=actor), actor=actor, urgency=urgency)


def pursue(request: ServiceRequest, *, actor: User, urgency: str = Urgency.NORMAL) -> Received:
    """Open the case of a request just taken down, or just given its place."""
    if request.nature in ANSWERED_AT_THE_DESK:
        return Received(request, None, ForTheDesk())
    if request.place is None:
        return Received(request, None, NoPlaceStated())
    try:
        return Received(request, open_case(request, actor=actor, urgency=urgency))
    except OutsideCity as outside:
        return Received(request, None, outside)
