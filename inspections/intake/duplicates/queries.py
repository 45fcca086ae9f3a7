"""Open cases a report may be about, and the last cases of a place; each in one round trip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import F

from core.models import User
from core.prepared import prepared_rows
from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.ground.queries import the_city
from grid.organizations.models import Organization
from inspections.cases.models import OPEN_STATES, Assignment, AssignmentKind, Case, CaseState
from inspections.disputes.models import ReturnRequest, ReturnState
from inspections.intake.duplicates.kinship import facility_classes, family, kinship
from inspections.intake.duplicates.reach import can_be_measured, metres
from inspections.intake.duplicates.score import Kin, Likeness, Score, judge
from inspections.intake.duplicates.wording import WIDE, is_wide, likeness, marks

NEAR_M = 150.0  # so far a report is compared by distance alone; its own doubt is added
MOST_DOUBT_M = 150.0
BESIDE_M = 35.0  # a lamp so near is one of those meant
ALONG_M = 15.0  # so near a thing lies on a street
STREET_REACH_M = 400.0  # so far along a street, at most
MOST_COMPARED = 60
SHOWN, LEAST = 8, 0.3
LAST = 10
HERE_M = 100.0  # the last cases of a place: not much further than this
_DONE = [CaseState.HANDLED.value, CaseState.CHECKED.value, CaseState.CALLED_BACK.value]
_OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)
NOW = "upper_inf({0}.recorded_during) AND {0}.valid_during @> now()"

# What hangs together on the ground: the circuits (or lines) of the facilities meant, with all that hangs
# on them, up to the control box; and the street the place lies on. Only classes that have to do with the
# category count, else a manhole's drain would join two dark lamps.
_GROUND = f"""
    asked AS MATERIALIZED (
        SELECT place, ST_Transform(place, %(srid)s::integer) AS flat FROM (
            SELECT ST_GeomFromEWKB(%(place)s) AS place) AS given
    ), beside AS MATERIALIZED (
        SELECT r.facility_id, r.parent_id, r.category_id, r.name, ST_Dimension(r.location) AS size
        FROM asked, grid_facility_record r
        WHERE {NOW.format("r")} AND r.location && ST_Expand(asked.place, %(beside_deg)s)
            AND ST_DWithin(ST_Transform(r.location, %(srid)s), asked.flat, %(beside_m)s)
    ), meant AS (
        SELECT facility_id, parent_id FROM beside WHERE category_id = ANY(%(classes)s)
        UNION SELECT facility_id, parent_id FROM grid_facility_record r
        WHERE {NOW.format("r")} AND r.facility_id = %(facility)s
    ), circuit AS MATERIALIZED (
        SELECT parent_id AS id FROM meant WHERE parent_id IS NOT NULL
        UNION SELECT m.facility_id FROM meant m WHERE EXISTS (
            SELECT FROM grid_facility_record c WHERE c.parent_id = m.facility_id
                AND {NOW.format("c")})
    ), hung AS MATERIALIZED (
        SELECT r.facility_id, r.location FROM circuit
        JOIN grid_facility_record r ON r.parent_id = circuit.id OR r.facility_id = circuit.id
        WHERE {NOW.format("r")}
    ), circuit_shape AS MATERIALIZED (
        SELECT ST_Collect(location) AS shape FROM hung
    ), street_shape AS MATERIALIZED (
        SELECT ST_Collect(r.location) AS shape FROM asked, grid_facility_record r
        WHERE {NOW.format("r")} AND ST_Dimension(r.location) = 1
            AND r.location && ST_Expand(asked.place, %(street_deg)s)
            AND r.name <> '' AND r.name IN (SELECT name FROM beside WHERE size = 1)
    )"""

_CANDIDATES = f"""
    WITH {_GROUND}, box AS MATERIALIZED (
        SELECT ST_Envelope(ST_Collect(ARRAY[
            ST_Expand(asked.place, %(near_deg)s),
            ST_Expand(circuit_shape.shape, %(beside_deg)s),
            ST_Intersection(ST_Expand(street_shape.shape, %(along_deg)s),
                ST_Expand(asked.place, %(street_deg)s))])) AS shape
        FROM asked, circuit_shape, street_shape
    ), open AS (
        SELECT c.*, ST_Transform(c.place, %(srid)s) AS flat FROM box, inspections_case c
        WHERE c.state IN ({_OPEN}) AND c.place && box.shape AND c.id <> %(itself)s
    ), known AS (
        SELECT open.*,
            coalesce(open.facility_id IN (SELECT facility_id FROM hung)
                OR ST_DWithin(open.flat, ST_Transform(circuit_shape.shape, %(srid)s),
                    %(beside_m)s), false) AS circuit,
            coalesce(ST_DWithin(open.flat, ST_Transform(street_shape.shape, %(srid)s), %(along_m)s)
                AND ST_DWithin(asked.flat, ST_Transform(street_shape.shape, %(srid)s), %(along_m)s),
                false) AS line,
            ST_Distance(open.flat, asked.flat) AS apart
        FROM open, asked, circuit_shape, street_shape
    ), compared AS (
        SELECT * FROM known
        WHERE apart <= %(near_m)s OR circuit OR (line AND apart <= %(street_m)s)
        ORDER BY (category_id = %(category)s) IS TRUE DESC, apart LIMIT {MOST_COMPARED}
    )
    SELECT one.id, one.number, one.state, one.category_id, one.reported_at, one.accuracy_m,
        one.facility_id, one.circuit, one.line, one.apart,
        one.facility_id IN (SELECT facility_id FROM meant) AS beside,
        said.count, said.nearest, said.last_at, said.texts, said.wide
    FROM compared one, LATERAL (
        SELECT count(*) AS count, max(q.reported_at) AS last_at,
            min(ST_Distance(ST_Transform(q.place, %(srid)s), asked.flat)) AS nearest,
            (array_agg(left(q.text, 500) ORDER BY q.id))[1:6] AS texts,
            coalesce(bool_or(q.text ~* %(wide)s), false) AS wide
        FROM asked, inspections_case_request l JOIN inspections_request q ON q.id = l.request_id
        WHERE l.case_id = one.id AND l.left_at IS NULL
    ) AS said"""
_COMPARED = (
    *("id", "number", "state", "category_id", "reported_at", "accuracy_m"),
    *("facility_id", "circuit", "line", "apart", "beside"),
    *("count", "nearest", "last_at", "texts", "wide"),
)

_TOGETHER = f"""
    WITH {_GROUND}
    SELECT 'circuit ' || id FROM circuit
    UNION SELECT 'street ' || name FROM beside WHERE size = 1 AND name <> ''"""

# The nearest first would be the same few for ever; what ended here last is what the desk asks.
_SIMILAR = """
    WITH asked AS MATERIALIZED (
        SELECT place, ST_Transform(place, %(srid)s) AS flat FROM (
            SELECT ST_GeomFromEWKB(%(place)s) AS place) AS given
    )
    SELECT c.id, ST_Distance(ST_Transform(c.place, %(srid)s), asked.flat) AS apart
    FROM asked, inspections_case c
    WHERE c.id <> %(itself)s
        AND (c.place && ST_Expand(asked.place, %(here_deg)s) OR c.facility_id = %(facility)s)
        AND (%(family)s::bigint[] IS NULL OR c.category_id = ANY(%(family)s) OR c.category_id IS NULL)
        AND (c.facility_id = %(facility)s
            OR ST_DWithin(ST_Transform(c.place, %(srid)s), asked.flat, %(here_m)s))
    ORDER BY c.reported_at DESC, c.id DESC LIMIT %(limit)s"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A report as it is compared: `place` in WGS84; `itself` is the key of a case to leave out."""

    place: GEOSGeometry
    reported_at: datetime
    accuracy_m: float | None = None
    category: Category | None = None
    facility: Facility | None = None
    text: str = ""
    itself: int = 0

    @cached_property
    def ground(self) -> dict[str, Any]:
        """The values that `_GROUND` takes."""
        return metres(self.place, beside=BESIDE_M, street=STREET_REACH_M) | {
            "place": bytes(self.place.ewkb),
            "srid": the_city().metric_srid,
            "classes": facility_classes(self.category),
            "facility": self.facility.pk if self.facility else None,
        }


@dataclass(frozen=True)
class Candidate:
    """An open case the report may be about."""

    case_id: int
    number: str
    state: str
    category_id: int | None
    reported_at: datetime
    distance_m: float
    requests: int
    score: Score


def candidates(asked: Asked, *, least: float = LEAST) -> list[Candidate]:
    """Open cases that may be the same matter, the likeliest first. Whose they are is not asked here."""
    doubt = min(asked.accuracy_m or 0.0, MOST_DOUBT_M)
    found = prepared_rows(
        _CANDIDATES,
        asked.ground
        | metres(asked.place, near=NEAR_M + doubt, along=ALONG_M)
        | {
            "category": asked.category.pk if asked.category else None,
            "itself": asked.itself,
            "wide": WIDE,
        },
    )
    rows = [dict(zip(_COMPARED, row, strict=True)) for row in found]
    kin = kinship(asked.category, {row["category_id"] for row in rows if row["category_id"]})
    compared = [_compared(asked, row, kin) for row in rows]
    likely = [one for one in compared if one.score.score >= least]
    return sorted(likely, key=lambda one: (-one.score.score, one.reported_at, one.case_id))


def hangs_together(asked: Asked) -> list[str]:
    """What the place hangs together with on the ground, in words: circuits and the street."""
    return [row[0] for row in prepared_rows(_TOGETHER, asked.ground)]


def seen_candidates(asked: Asked, user: User) -> list[Candidate]:
    """Those of them that this person may see, the likeliest few."""
    if not can_be_measured(asked.place):
        return []
    found = candidates(asked)
    keys = Case.objects.visible_to(user).filter(pk__in=[one.case_id for one in found])
    seen = set(keys.values_list("pk", flat=True))
    return [one for one in found if one.case_id in seen][:SHOWN]


def similar(asked: Asked, user: User, *, limit: int = LAST) -> list[tuple[Case, float]]:
    """The last cases of this place (and class, if asked), the newest first, with their distance in metres."""
    if not can_be_measured(asked.place):
        return []
    kin = None
    if asked.category is not None:
        kin = [category.pk for category in family(asked.category)]
    with connection.cursor() as cursor:
        cursor.execute(
            _SIMILAR,
            metres(asked.place, here=HERE_M + min(asked.accuracy_m or 0.0, MOST_DOUBT_M))
            | {
                "place": bytes(asked.place.ewkb),
                "srid": the_city().metric_srid,
                "facility": asked.facility.pk if asked.facility else None,
                "family": kin,
                "itself": asked.itself,
                "limit": limit * 5,  # some may not be seen
            },
        )
        apart = dict(cursor.fetchall())
    seen = Case.objects.visible_to(user).filter(pk__in=apart)
    newest = seen.select_related("category").order_by("-reported_at", "-pk")[:limit]
    return [(case, apart[case.pk]) for case in newest]


def returns_of(cases: Iterable[Case]) -> dict[int, int]:
    """By key of the case, how often a body asked to return it."""
    asked = ReturnRequest.objects.filter(case__in=list(cases)).exclude(state=ReturnState.WITHDRAWN)
    told: dict[int, int] = {}
    for case_id in asked.values_list("case_id", flat=True):
        told[case_id] = told.get(case_id, 0) + 1
    return told


def leads_of(cases: Iterable[Case]) -> dict[int, Organization]:
    """By key of the case, the body that leads it now, or led it last."""
    given = Assignment.objects.filter(case__in=list(cases), kind=AssignmentKind.LEAD)
    order = given.select_related("organization").order_by(F("ended_at").asc(nulls_last=True), "pk")
    return {one.case_id: one.organization for one in order}


def _compared(asked: Asked, row: dict[str, Any], kin: dict[int, Kin]) -> Candidate:
    texts = [text for text in row["texts"] or () if text]
    mine, theirs = marks([asked.text]), marks(texts)
    facility = asked.facility.pk if asked.facility else None
    named = None if facility is None or not row["facility_id"] else facility == row["facility_id"]
    distance_m = min(row["apart"], row["nearest"] if row["nearest"] is not None else row["apart"])
    doubts = (asked.accuracy_m or 0.0, row["accuracy_m"] or 0.0)
    since = max(row["last_at"] or row["reported_at"], row["reported_at"])
    found = Likeness(
        distance_m=distance_m,
        doubt_m=sum(min(doubt, MOST_DOUBT_M) for doubt in doubts),
        kin=kin.get(row["category_id"], Kin.UNKNOWN),
        named=named,
        on_facility=bool(row["beside"]),
        circuit=row["circuit"],
        line=row["line"],
        hours=abs((asked.reported_at - since).total_seconds()) / 3600,
        words=likeness(asked.text, texts),
        wide=row["wide"] or is_wide(asked.text),
        crowd=max(row["count"], 1),
        marks_differ=bool(mine and theirs and not mine & theirs),
        handled=row["state"] in _DONE,
    )
    return Candidate(
        case_id=row["id"],
        number=row["number"],
        state=row["state"],
        category_id=row["category_id"],
        reported_at=row["reported_at"],
        distance_m=round(distance_m, 1),
        requests=row["count"],
        score=judge(found),
    )
