"""A request that came without a place is given one: by who made it, or by the desk that asked."""

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from core.audit import emit, record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from grid.catalogue.models import Category, Urgency
from inspections.intake.inbox.models import SettledAs
from inspections.intake.inbox.use_cases import settle
from inspections.intake.use_cases.receiving import Received, pursue
from inspections.requests.models import ServiceRequest
from inspections.requests.permissions import is_desk_of
from inspections.requests.queries import place_in_cell


class PlaceKnown(DomainError):
    """The request has a place already: what was said is not changed; move the pin of its case instead."""

    status = 409
    zh = "该诉求已有位置：诉求内容不作更改，如需更正请在案件中移动点位。"


class PlaceNeeded(Invalid):
    """Say where: lon and lat, a line as 'geometry', or the code of a 'facility'."""

    zh = "请说明位置：填写 lon 和 lat、线段 geometry，或部件编码 facility。"


def locate_request(
    request: ServiceRequest,
    *,
    actor: User,
    place: GEOSGeometry | None,
    accuracy_m: float | None = None,
    facility_code: str = "",
    category: Category | None = None,
    urgency: str = Urgency.NORMAL,
) -> Received:
    """Add the place (and, where none was named, the category); its case opens as if said at once.

    The clock of who reported runs from the report all the same. Raises NotPermitted, PlaceKnown,
    PlaceNeeded.
    """
    if not (actor.is_service or is_desk_of(actor, request)):
        raise NotPermitted
    if place is None:
        raise PlaceNeeded
    with transaction.atomic():
        held = ServiceRequest.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=request.pk
        )
        if held.place is not None:
            raise PlaceKnown
        put_place(
            held,
            place=place,
            accuracy_m=accuracy_m,
            facility_code=facility_code,
            category=category,
        )
        record_act(actor=actor, act="locate_request", subject=held)
        emit(kind="request_located", subject=held)
        feeding = held.links.filter(left_at__isnull=True).select_related("case").first()
        if feeding is not None:  # it joined a case before anybody knew where
            return Received(held, feeding.case, joined=True)
        received = pursue(held, actor=actor, urgency=urgency)
        if received.case is not None:
            settle(held, SettledAs.JOINED if received.joined else SettledAs.OPENED)
        return received


def put_place(
    request: ServiceRequest,
    *,
    place: GEOSGeometry,
    accuracy_m: float | None,
    facility_code: str,
    category: Category | None,
) -> None:
    """Add what was not said: the place, the facility, the category. The row is locked by the caller."""
    request.place, request.accuracy_m = place, accuracy_m
    request.facility_code = request.facility_code or facility_code
    request.category = request.category or category
    request.save(update_fields=["place", "accuracy_m", "facility_code", "category"])
    place_in_cell(request)
