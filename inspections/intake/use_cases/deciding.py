"""A request that waits at the desk becomes a case of its own, or joins one, because the desk says so."""

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from core.audit import emit, record_act
from core.errors import DomainError, NotPermitted
from core.models import User
from grid.catalogue.models import Category, Urgency
from inspections.cases.models import Case
from inspections.cases.use_cases import open_case
from inspections.intake.duplicates.use_cases import join_request
from inspections.intake.inbox.models import SettledAs
from inspections.intake.inbox.use_cases import settle
from inspections.intake.use_cases.placing import PlaceNeeded, put_place
from inspections.intake.use_cases.receiving import Received
from inspections.requests.models import ServiceRequest
from inspections.requests.permissions import is_desk_of


class FeedsACase(DomainError):
    """The request feeds case {case} already: split it off there first."""

    status = 409
    zh = "该诉求已归入案件 {case}：如需另立，请先在该案件中拆分。"


def join_waiting(request: ServiceRequest, case: Case, *, actor: User) -> Received:
    """It is about this open case, too. Raises NotPermitted, FeedsACase, CaseNotOpen."""
    with transaction.atomic():
        held = _held(request, actor)
        joined = join_request(held, case, actor=actor)
        settle(held, SettledAs.JOINED)
        return Received(held, joined, joined=True)


def open_waiting(
    request: ServiceRequest,
    *,
    actor: User,
    place: GEOSGeometry | None = None,
    accuracy_m: float | None = None,
    facility_code: str = "",
    category: Category | None = None,
    urgency: str = Urgency.NORMAL,
    reason: str = "",
) -> Received:
    """A case of its own: of an enquiry with something to do, or of a report placed outside the city.

    `place` is the request's where it states none, else the case's alone: what was said stays.
    Raises NotPermitted, FeedsACase, PlaceNeeded, OutsideCity; a refusal leaves it waiting as it was.
    """
    with transaction.atomic():
        held = _held(request, actor)
        where = held.place or place
        if where is None:
            raise PlaceNeeded
        elsewhere = place if held.place is not None else None
        put_place(
            held,
            place=where,
            accuracy_m=accuracy_m if held.place is None else held.accuracy_m,
            facility_code=facility_code,
            category=category,
        )
        record_act(actor=actor, act="open_request", subject=held, reason=reason.strip())
        emit(kind="request_opened", subject=held)
        case = open_case(held, actor=actor, urgency=urgency, place=elsewhere, accuracy_m=accuracy_m)
        settle(held, SettledAs.OPENED)
        return Received(held, case)


def _held(request: ServiceRequest, actor: User) -> ServiceRequest:
    """The request, its row locked, if this person is its desk and no case has it."""
    if not is_desk_of(actor, request):
        raise NotPermitted
    held: ServiceRequest = ServiceRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    feeding = held.links.filter(left_at__isnull=True).select_related("case").first()
    if feeding is not None:
        raise FeedsACase(case=feeding.case.number)
    return held
