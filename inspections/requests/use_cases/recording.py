"""Recording what was said: one request from the desk or the public, or a file of them."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from core.audit import emit, record_act, record_bulk_act
from core.errors import Invalid
from core.models import User
from grid.catalogue.models import Category
from grid.ground.datums import WGS84, Datum, parse_datum, to_wgs84
from inspections.requests.models import Channel, Nature, ServiceRequest, tracking_code
from inspections.requests.queries import place_in_cell, place_in_cells
from inspections.requests.use_cases.requesters import Person, keep_requester

BATCH = 5_000
CHANNELS, NATURES = frozenset(Channel.values), frozenset(Nature.values)
Stated = dict[str, Any]
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
    requester: Person | None = None


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
    east, north = lon, lat
    if datum != WGS84:
        east, north = (float(value[0]) for value in to_wgs84([lon], [lat], datum))
    if not (abs(east) <= 180 and abs(north) <= 90):  # NaN compares false, too
        raise BadPlace(lon=str(lon), lat=str(lat))
    return Point(east, north, srid=4326)


def record_request(row: RequestRow, *, actor: User) -> ServiceRequest:
    """Record one request, in its cell, and who made it; no case is opened here.

    Raises BadPlace, BadPhone, BadEmail.
    """
    tracking = tracking_code()
    request = ServiceRequest(
        code=row.code or tracking, tracking_code=tracking, recorded_by=actor, **_stated(row)
    )
    with transaction.atomic():
        request.save(force_insert=True)
        keep_requester(request, row.requester)
        if request.place is not None:
            place_in_cell(request)
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
    created: list[str] = []
    updated: list[str] = []
    unchanged = 0
    with transaction.atomic():
        for batch in _batched(rows, BATCH):
            unchanged += _register(batch, actor, created, updated)
        touched = list(
            ServiceRequest.objects.filter(code__in=[*created, *updated]).only("pk").order_by("pk")
        )
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
    rows: Sequence[RequestRow], actor: User, created: list[str], updated: list[str]
) -> int:
    """Write one batch; adds the codes written to the lists, returns how many rows were as they are."""
    known = {r.code: r for r in ServiceRequest.objects.filter(code__in=[row.code for row in rows])}
    new: dict[str, tuple[str, Stated]] = {}
    changed: list[ServiceRequest] = []
    unchanged = 0
    for row in rows:
        stated, tracking = _stated(row), tracking_code()
        code = row.code or tracking
        old = known.get(code)
        if code in new:
            unchanged += 1
        elif old is None:
            new[code] = (tracking, stated)
        elif all(getattr(old, name) == value for name, value in stated.items()):
            unchanged += 1
        else:
            for name, value in stated.items():
                setattr(old, name, value)
            changed.append(old)
    _copy(new, actor)
    fields = [name.removesuffix("_id") for name in STATED]
    ServiceRequest.objects.bulk_update(changed, fields, batch_size=500)
    created += new
    updated += (request.code for request in changed)
    return unchanged


def _copy(new: Mapping[str, tuple[str, Stated]], actor: User) -> None:
    """Insert rows by COPY: measured four times as fast as bulk_create."""
    columns = ("code", "tracking_code", "recorded_at", "recorded_by_id", "cell_code", "area_code")
    now = timezone.now()
    with connection.cursor() as cursor:
        statement = sql.SQL("COPY inspections_request ({}) FROM STDIN").format(
            sql.SQL(", ").join(map(sql.Identifier, (*columns, *STATED)))
        )
        with cursor.copy(statement) as copy:
            for code, (tracking, stated) in new.items():
                values = [code, tracking, now, actor.pk, "", ""]
                for name in STATED:
                    value = stated[name]
                    if name == "place" and value is not None:
                        value = value.hexewkb.decode()
                    values.append(Jsonb(value) if name == "place_stated" else value)
                copy.write_row(values)


def _stated(row: RequestRow) -> Stated:
    """What a row states, as columns; raises BadPlace, UnknownDatum."""
    channel, channel_name = _word(row.channel, CHANNELS)
    nature, nature_name = _word(row.nature, NATURES)
    place, given = row.place, {}
    if row.lon is not None and row.lat is not None:
        given = {"lon": row.lon, "lat": row.lat, "datum": row.datum}
        place = place or point_place(row.lon, row.lat, parse_datum(row.datum))
    if row.accuracy_m is not None and not 0 <= row.accuracy_m < math.inf:
        raise BadPlace(accuracy_m=str(row.accuracy_m))
    return {
        "channel": channel or Channel.OTHER.value,
        "channel_name": channel_name,
        "category_id": row.category.pk if row.category else None,
        "category_name": row.category_name,
        "nature": nature,
        "nature_name": nature_name,
        "text": row.text,
        "reported_at": row.reported_at,
        "closed_at": row.closed_at,
        "status": row.status,
        "place": place,
        "accuracy_m": row.accuracy_m,
        "place_stated": given,
        "facility_code": row.facility_code,
    }


def _batched(rows: Iterable[RequestRow], size: int) -> Iterator[list[RequestRow]]:
    """Lists of at most `size` rows, so that a file of any length takes bounded memory."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _word(word: str, known: frozenset[str]) -> tuple[str, str]:
    """A word of the list, else `other` with the word as it came; nothing stays nothing."""
    word = word.strip()
    if word.lower() in known:
        return word.lower(), ""
    return ("other", word[:100]) if word else ("", "")
