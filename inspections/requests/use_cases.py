"""Recording what was said: one request from the desk or the public, or a file of them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction

from core.audit import emit, record_act, record_bulk_act
from core.errors import Invalid
from core.models import User
from grid.catalogue.models import Category
from grid.ground.datums import Datum, parse_datum, to_wgs84
from inspections.requests.models import Channel, Nature, ServiceRequest, tracking_code
from inspections.requests.queries import place_in_cells

BATCH = 5_000
# What a source may state anew; its code says which record it speaks of.
STATED = (
    "channel",
    "channel_name",
    "category_id",
    "category_name",
    "nature",
    "nature_name",
    "text",
    "reported_at",
    "closed_at",
    "status",
    "place",
    "accuracy_m",
    "place_stated",
    "facility_code",
)


class BadPlace(Invalid):
    """The place of a request is a position on earth: lon and lat in degrees, accuracy in metres."""

    zh = "诉求的位置须为经纬度（度），精度以米计。"


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """One request as a source states it; words of channel and nature may be any.

    `place` is WGS84 (a point or a line); where a source has lon and lat alone, `point_place` makes
    it. `code` blank: one is given.
    """

    code: str = ""
    channel: str = ""
    category: Category | None = None
    category_name: str = ""
    nature: str = ""
    text: str = ""
    reported_at: datetime
    closed_at: datetime | None = None
    status: str = ""
    place: GEOSGeometry | None = None
    accuracy_m: float | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    facility_code: str = ""


@dataclass(frozen=True)
class Registered:
    """How many requests a file made, changed, and found as they were."""

    created: int
    updated: int
    unchanged: int


def point_place(lon: float, lat: float, datum: Datum) -> Point:
    """A position in any datum as a WGS84 point; raises BadPlace."""
    if not (math.isfinite(lon) and math.isfinite(lat)) or (lon == 0 and lat == 0):
        raise BadPlace(lon=str(lon), lat=str(lat))
    east, north = (float(value[0]) for value in to_wgs84([lon], [lat], datum))
    if not (abs(east) <= 180 and abs(north) <= 90):  # NaN compares false, too
        raise BadPlace(lon=str(lon), lat=str(lat))
    return Point(east, north, srid=4326)


def record_request(row: RequestRow, *, actor: User) -> ServiceRequest:
    """Record one request, in its cell; no case is opened here. Raises BadPlace."""
    request = _request_of(row, actor)
    with transaction.atomic():
        request.save(force_insert=True)
        if request.place is not None:
            place_in_cells([request.pk])
            request.refresh_from_db(fields=["cell_code", "area_code"])
        record_act(
            actor=actor, act="record_request", subject=request, details={"channel": request.channel}
        )
        emit(kind="request_recorded", subject=request)
    return request


def register_requests(
    rows: Iterable[RequestRow], *, actor: User, source_name: str = "", source_sha256: str = ""
) -> Registered:
    """Record the requests of a file, set by set: one transaction, one audit entry with a manifest.

    A code already known with other contents is the source's new statement and replaces the old;
    with the same contents it is left alone, so that loading twice changes nothing. Opens no case
    and emits no event per row: these are records of the past.
    """
    created: list[ServiceRequest] = []
    updated: list[ServiceRequest] = []
    unchanged = 0
    batch: list[RequestRow] = []
    with transaction.atomic():
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                unchanged += _register(batch, actor, created, updated)
                batch = []
        unchanged += _register(batch, actor, created, updated)
        touched = [*created, *updated]
        if touched:
            place_in_cells([request.pk for request in touched])
            record_bulk_act(
                actor=actor,
                act="register_requests",
                subjects=touched,
                details={
                    "source": source_name,
                    "sha256": source_sha256,
                    "created": len(created),
                    "updated": len(updated),
                    "unchanged": unchanged,
                },
            )
    return Registered(len(created), len(updated), unchanged)


def _register(
    rows: Sequence[RequestRow],
    actor: User,
    created: list[ServiceRequest],
    updated: list[ServiceRequest],
) -> int:
    """Write one batch; adds to the lists and returns how many rows were as they are."""
    codes = [row.code for row in rows if row.code]
    known = {r.code: r for r in ServiceRequest.objects.filter(code__in=codes)}
    new, changed, unchanged = [], [], 0
    for row in rows:
        stated = _request_of(row, actor)
        old = known.get(stated.code)
        if old is None:
            known[stated.code] = stated
            new.append(stated)
        elif old._state.adding or not _differs(old, stated):
            unchanged += 1
        else:
            for name in STATED:
                setattr(old, name, getattr(stated, name))
            changed.append(old)
    ServiceRequest.objects.bulk_create(new, batch_size=BATCH)
    fields = [name.removesuffix("_id") for name in STATED]
    ServiceRequest.objects.bulk_update(changed, fields, batch_size=500)
    created += new
    updated += changed
    return unchanged


def _differs(old: ServiceRequest, new: ServiceRequest) -> bool:
    return any(
        (old.place != new.place) if name == "place" else getattr(old, name) != getattr(new, name)
        for name in STATED
    )


def _request_of(row: RequestRow, actor: User) -> ServiceRequest:
    channel, channel_name = _word(row.channel, Channel.values)
    nature, nature_name = _word(row.nature, Nature.values)
    place, stated = row.place, {}
    if row.lon is not None and row.lat is not None:
        stated = {"lon": row.lon, "lat": row.lat, "datum": row.datum}
        place = place or point_place(row.lon, row.lat, parse_datum(row.datum))
    if row.accuracy_m is not None and not 0 <= row.accuracy_m < math.inf:
        raise BadPlace(accuracy_m=str(row.accuracy_m))
    tracking = tracking_code()
    return ServiceRequest(
        code=row.code or tracking,
        tracking_code=tracking,
        channel=channel or Channel.OTHER,
        channel_name=channel_name,
        category=row.category,
        category_name=row.category_name,
        nature=nature,
        nature_name=nature_name,
        text=row.text,
        reported_at=row.reported_at,
        closed_at=row.closed_at,
        status=row.status,
        place=place,
        accuracy_m=row.accuracy_m,
        place_stated=stated,
        facility_code=row.facility_code,
        recorded_by=actor,
    )


def _word(word: str, known: Sequence[str]) -> tuple[str, str]:
    """A word of the list, else `other` with the word as it came; nothing stays nothing."""
    word = word.strip()
    if word.lower() in known:
        return word.lower(), ""
    return ("other", word[:100]) if word else ("", "")
