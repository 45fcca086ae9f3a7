"""What the public may find: places by words, the street at a position, the way of one's own report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import get_language

from core.audit import subject_of
from grid.evidence.models import Evidence
from inspections.cases.models import Assignment, AssignmentKind, Case, CaseRequest
from inspections.messages.delivery.models import Transport
from inspections.messages.delivery.words import text, title
from inspections.requests.models import RequestAnswer, ServiceRequest
from maps.tiles.roads import GREEN_CLASSES, ROAD_RANKS, WATER_CLASSES

NOW = "upper_inf({0}.recorded_during) AND {0}.valid_during @> now()"
LONGEST_QUERY = 60
SHOWN = 5  # of each kind
MESSAGES_SHOWN = 50
NEAR_M = 60.0
REACH_DEGREES = 0.002  # a box that holds NEAR_M up to the 70th parallel

# What people call a place by: streets, water and green; pipes and circuits have names as well.
CALLED = [*ROAD_RANKS, *WATER_CLASSES, *GREEN_CLASSES]
_CALLED = """(regexp_replace(lower(COALESCE(r.attributes->>'class', r.attributes->>'highway',
        r.attributes->>'natural', r.attributes->>'landuse', r.attributes->>'leisure',
        r.attributes->>'waterway', '')), '_link$', '') = ANY(%(called)s::text[])
    OR c.name ~* 'road|street|道路|车行道|人行道')"""

# Codes by their beginning (the index of the unique code); names among lines and polygons, which have
# an index of their own (maps_line_now), and among communities.
_SEARCH = f"""
    (SELECT 1 AS rank, 'facility' AS kind, f.code, coalesce(nullif(r.name, ''), f.code) AS name,
        c.name AS about, ST_PointOnSurface(r.location) AS spot
    FROM grid_facility f
    JOIN grid_facility_record r ON r.facility_id = f.id AND {NOW.format("r")}
    JOIN grid_category c ON c.id = r.category_id
    WHERE f.code LIKE %(prefix)s AND r.state <> 'removed' ORDER BY f.code LIMIT {SHOWN})
    UNION ALL
    (SELECT 2, 'road', '', r.name, NULL,
        ST_PointOnSurface((array_agg(r.location ORDER BY f.code))[1])
    FROM grid_facility_record r
    JOIN grid_facility f ON f.id = r.facility_id
    JOIN grid_category c ON c.id = r.category_id
    WHERE {NOW.format("r")} AND ST_Dimension(r.location) > 0 AND r.name ILIKE %(part)s
        AND {_CALLED}
    GROUP BY r.name ORDER BY length(r.name), r.name LIMIT {SHOWN})
    UNION ALL
    (SELECT 3, 'area', a.code, a.name, up.name, ST_PointOnSurface(a.boundary)
    FROM grid_area a
    LEFT JOIN grid_area up ON up.code = a.parent_code AND {NOW.format("up")}
    WHERE {NOW.format("a")} AND a.boundary IS NOT NULL AND a.level <> 'district'
        AND a.name ILIKE %(part)s
    ORDER BY length(a.code), a.code LIMIT {SHOWN})"""

_STREET = f"""
    SELECT r.name FROM city_spot, grid_facility_record r
    JOIN grid_category c ON c.id = r.category_id
    WHERE {NOW.format("r")} AND ST_Dimension(r.location) > 0 AND r.name <> '' AND {_CALLED}
        AND r.location && ST_Expand(city_spot.spot, {REACH_DEGREES})
        AND ST_Distance(r.location::geography, city_spot.spot::geography) <= {NEAR_M}
    ORDER BY ST_Distance(r.location, city_spot.spot) LIMIT 1"""

_MIDDLE = f"""
    WITH ground AS (
        SELECT coalesce(
            (SELECT a.boundary FROM grid_area a WHERE a.code = %(code)s AND {NOW.format("a")}),
            (SELECT ST_Union(c.boundary) FROM grid_cell c
             WHERE c.community_code = %(code)s AND {NOW.format("c")})) AS shape
    ), spot AS (SELECT shape, ST_PointOnSurface(shape) AS middle FROM ground)
    SELECT ST_X(middle), ST_Y(middle),
        ST_MaxDistance(ST_Transform(middle, %(srid)s), ST_Transform(shape, %(srid)s))
    FROM spot WHERE shape IS NOT NULL"""


def search(words: str) -> list[dict[str, Any]]:
    """Facilities by code, streets and communities by name: kind, code, name, about, lon, lat."""
    words = words.strip()[:LONGEST_QUERY]
    if not words:
        return []
    literal = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT jsonb_build_object('kind', kind, 'code', code, 'name', name,
                'about', about, 'lon', ST_X(spot), 'lat', ST_Y(spot))::text
            FROM ({_SEARCH}) AS found ORDER BY rank, length(name), name, code""",
            {"prefix": f"{literal}%", "part": f"%{literal}%", "called": CALLED},
        )
        return [json.loads(row) for (row,) in cursor.fetchall()]


def nearest_street(lon: float, lat: float) -> str:
    """The name of the street (or green, or water) within 60 m, the nearest; blank if none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH city_spot AS (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS spot)"
            + _STREET,
            {"lon": lon, "lat": lat, "called": CALLED},
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def middle_of_area(code: str, srid: int) -> tuple[float, float, float] | None:
    """Lon and lat of a point in an area, and how many metres its ground reaches from there."""
    with connection.cursor() as cursor:
        cursor.execute(_MIDDLE, {"code": code, "srid": srid})
        row = cursor.fetchone()
    return (float(row[0]), float(row[1]), float(row[2])) if row else None


def request_tracked(code: str) -> ServiceRequest | None:
    """The request of a tracking code."""
    found: ServiceRequest | None = (
        ServiceRequest.objects.filter(tracking_code=code).select_related("category").first()
    )
    return found


def case_of(request: ServiceRequest) -> Case | None:
    """The case which the request feeds now."""
    found: Case | None = (
        Case.objects.filter(links__request=request, links__left_at__isnull=True)
        .select_related("category", "verdict__responsible")
        .first()
    )
    return found


def is_joined(request: ServiceRequest, case: Case) -> bool:
    """Whether the request feeds a case that somebody else's report opened."""
    feeding = CaseRequest.objects.filter(case=case, left_at__isnull=True)
    first = feeding.order_by("request__reported_at", "request_id").first()
    return first is not None and first.request_id != request.pk


def lead_ever(case: Case) -> Assignment | None:
    """The assignment of the body that leads now, or led last."""
    leads = Assignment.objects.filter(case=case, kind=AssignmentKind.LEAD)
    return (
        leads.select_related("organization")
        .order_by(F("ended_at").desc(nulls_first=True), "-id")
        .first()
    )


def answer_at_desk(request: ServiceRequest) -> RequestAnswer | None:
    """What the desk answered last."""
    return request.answers.order_by("-id").first()


def words_released(request: ServiceRequest) -> str:
    """The words of the request that the public may read; blank: none."""
    last = request.releases.order_by("-id").first()
    return last.text if last else ""


@dataclass(frozen=True)
class Photo:
    """A photo that was released: the hash of its file, what it was for."""

    sha256: str
    purpose: str
    purpose_name: str


def photos_released(*subjects: ServiceRequest | Case | None) -> list[Photo]:
    """The released photos of a request and its case, in the order they came."""
    found: Mapping[int, Evidence] = {}
    for subject in filter(None, subjects):
        subject_type, subject_id = subject_of(subject)
        rows = Evidence.objects.filter(
            subject_type=subject_type,
            subject_id=subject_id,
            released_at__isnull=False,
            file__width__isnull=False,
        )
        found = {**found, **{row.pk: row for row in rows}}
    return [
        Photo(found[key].file_id, found[key].purpose, found[key].get_purpose_display())
        for key in sorted(found)
    ]


@dataclass(frozen=True)
class Told:
    """One message of the page."""

    title: str
    words: str
    at: datetime


def messages_of(request: ServiceRequest) -> list[Told]:
    """What whoever reported was told, the newest first, in the reader's language."""
    language = "en" if get_language() == "en" else "zh-Hans"
    sent = request.messages.filter(transport=Transport.PAGE).order_by("-id")[:MESSAGES_SHOWN]
    return [
        Told(title(one.kind, language), text(one.kind, one.told, language), one.happened_at)
        for one in sent
    ]
