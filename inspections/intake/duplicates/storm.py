"""A storm: hundreds report one trouble within the hour, and the desk sees one case.

What is alike beyond doubt joins by itself. Reports that could be alike wait for each other, place by
place, so that of two at the same moment the second finds the first's case.
"""

import math
from collections.abc import Iterable
from hashlib import blake2b

from django.conf import settings
from django.db import connection
from shapely import from_wkb

from core.models import User
from grid.catalogue.models import Urgency
from grid.facilities.queries import facility_called
from grid.ground.metric import as_shapes, to_metres
from grid.ground.queries import the_city
from inspections.cases.models import Case
from inspections.cases.workflow import MERGED_FROM
from inspections.intake.duplicates.queries import (
    MOST_DOUBT_M,
    Asked,
    Candidate,
    candidates,
    hangs_together,
)
from inspections.intake.duplicates.use_cases import join_request
from inspections.requests.models import Channel, ServiceRequest

BUCKET_M = 100.0  # reports are made to wait by squares of this width
HALF_REACH_M = 30.0  # two that could join are no further apart than twice this, but for doubt
MOST_BUCKETS = 40  # a long line stands in the squares of its ends and its middle


def join_by_itself(request: ServiceRequest, *, actor: User, urgency: str) -> Case | None:
    """The open case that this request is about beyond doubt, joined; None where there is none.

    What an inspector finds on patrol is seen with one's own eyes, and has its own case. An urgent report
    never disappears in a case that is not urgent. What lies in no cell is not compared.
    """
    place, alone = request.place, request.channel == Channel.PATROL or not request.cell_code
    if place is None or alone or settings.AUTO_JOIN_ABOVE > 1:
        return None
    asked = Asked(
        place=place,
        reported_at=request.reported_at,
        accuracy_m=request.accuracy_m,
        category=request.category,
        facility=facility_called(request.facility_code),
        text=request.text,
    )
    _wait_for_each_other([*_squares(asked), *hangs_together(asked)])
    for likely in candidates(asked, least=settings.AUTO_JOIN_ABOVE):
        case = Case.objects.get(pk=likely.case_id)
        if case.state not in MERGED_FROM or (
            urgency == Urgency.URGENT and case.urgency != Urgency.URGENT
        ):
            continue
        return join_request(
            request,
            case,
            actor=actor,
            automatic=True,
            score=likely.score.score,
            reasons=_codes(likely),
        )
    return None


def _codes(likely: Candidate) -> list[str]:
    return [reason.code for reason in likely.score.reasons]


def _squares(asked: Asked) -> Iterable[str]:
    """The squares within half the reach of where it is: two within the reach share one."""
    reach = HALF_REACH_M + min(asked.accuracy_m or 0.0, MOST_DOUBT_M) / 2
    # Not by GDAL, which reads the whole definition of the CRS anew for each place: 36 ms of processor.
    (flat,) = to_metres(as_shapes([from_wkb(bytes(asked.place.wkb))]), the_city().metric_srid)
    least_x, least_y, most_x, most_y = flat.bounds
    west, south = math.floor((least_x - reach) / BUCKET_M), math.floor((least_y - reach) / BUCKET_M)
    east, north = math.floor((most_x + reach) / BUCKET_M), math.floor((most_y + reach) / BUCKET_M)
    found = [f"{x}/{y}" for x in range(west, east + 1) for y in range(south, north + 1)]
    if len(found) <= MOST_BUCKETS:
        return found
    return [f"{west}/{south}", f"{east}/{north}", f"{(west + east) // 2}/{(south + north) // 2}"]


def _wait_for_each_other(things: Iterable[str]) -> None:
    """Locks until the end of the transaction, in one order, so that nobody waits in a circle."""
    keys = sorted(
        int.from_bytes(
            blake2b(f"lamplighter.report|{thing}".encode(), digest_size=8).digest(), signed=True
        )
        for thing in set(things)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%s::bigint[]) AS key", [keys]
        )
