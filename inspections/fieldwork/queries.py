"""What somebody who goes out must know of a task, a page of tasks at a time; and distances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet, Value
from django.utils import timezone

from grid.areas.models import Area
from grid.facilities.models import FacilityRecord
from inspections.cases.clocks import Clock
from inspections.cases.models import Assignment, Case, CaseRequest
from inspections.cases.queries import PROOF_DISTANCE_M, photos_needed
from inspections.fieldwork.models import FieldTask, TaskStatus, Visit

WITH_A_VISIT = ("task__organization", "task__case", "visitor")
FIRST_WORDS = 80  # of what was said: a line on a phone
ROAD_WITHIN_DEGREES = 0.0015  # about 150 m; the nearest named road within it tells where one is


def metres_from(place: str, spot: Point) -> Func:
    """Metres on the ellipsoid from a field to a position: https://postgis.net/docs/ST_Distance.html"""
    there = Func(F(place), template="(%(expressions)s)::geography")
    here = Func(
        Value(spot.x),
        Value(spot.y),
        template="ST_SetSRID(ST_MakePoint(%(expressions)s), 4326)::geography",
        output_field=FloatField(),
    )
    return Func(there, here, function="ST_Distance", output_field=FloatField())


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is told of a task beside its own row."""

    text: str = ""
    facility_name: str = ""
    proof_distance_m: float = PROOF_DISTANCE_M
    photos_needed: int = 1
    place_words: str = ""
    clock_state: str | None = None
    arrive_by: datetime | None = None
    arrive_target_at: datetime | None = None
    arrived_at: datetime | None = None


def around(tasks: Sequence[FieldTask]) -> dict[int, Around]:
    """For each task what its page tells of it; as many queries for a thousand as for one."""
    now = timezone.now()
    cases = {task.case.pk: task.case for task in tasks if task.case is not None}
    texts = _texts(cases)
    names = _facility_names(case.facility_id for case in cases.values())
    limits = proof_distances({case.category_id for case in cases.values() if case.category_id})
    communities = _area_names({case.area_codes[-1] for case in cases.values() if case.area_codes})
    roads = _roads_near([task.pk for task in tasks])
    given = {
        (one.case_id, one.organization_id): one
        for one in Assignment.objects.filter(case__in=list(cases), ended_at__isnull=True)
    }
    told = {}
    for task in tasks:
        case = task.case
        road = roads.get(task.pk, "")
        if case is None:
            told[task.pk] = Around(place_words=road, clock_state=_clock_state(task, now))
            continue
        community = communities.get(case.area_codes[-1], "") if case.area_codes else ""
        assignment = given.get((case.pk, task.organization_id or 0))
        told[task.pk] = Around(
            text=texts.get(case.pk, ""),
            facility_name=names.get(case.facility_id or 0, ""),
            proof_distance_m=limits.get(case.category_id or 0, PROOF_DISTANCE_M),
            photos_needed=photos_needed(case),
            place_words=" · ".join(filter(None, (road, community))),
            clock_state=_clock_state(task, now),
            arrive_by=assignment.arrive_by if assignment else None,
            arrive_target_at=assignment.arrive_target_at if assignment else None,
            arrived_at=assignment.arrived_at if assignment else None,
        )
    return told


def _clock_state(task: FieldTask, now: datetime) -> str | None:
    if task.due_at is None or task.status == TaskStatus.CANCELLED:
        return None
    clock = Clock(
        clock=task.kind, started_at=task.made_at, due_at=task.due_at, done_at=task.done_at
    )
    return clock.state(now)


def _texts(cases: Iterable[int]) -> dict[int, str]:
    """The first words of what was first said."""
    links = CaseRequest.objects.filter(case__in=list(cases), left_at__isnull=True)
    said = links.order_by("case_id", "request__reported_at", "request_id").distinct("case_id")
    return {
        case: " ".join(text.split())[:FIRST_WORDS]
        for case, text in said.values_list("case_id", "request__text")
    }


def _facility_names(facilities: Iterable[int | None]) -> dict[int, str]:
    known = {facility for facility in facilities if facility is not None}
    records = FacilityRecord.objects.current().filter(facility__in=known)
    return dict(records.values_list("facility_id", "name"))


def _area_names(codes: set[str]) -> dict[str, str]:
    return dict(Area.objects.current().filter(code__in=codes).values_list("code", "name"))


def proof_distances(categories: set[int]) -> dict[int, float]:
    """How near proof must be taken, for each category (keys): its own limit, else the next wider one's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up(asked, id, steps) AS (
                SELECT id, id, 0 FROM unnest(%s::bigint[]) AS id
                UNION ALL
                SELECT up.asked, category.parent_id, up.steps + 1
                FROM up JOIN grid_category AS category ON category.id = up.id
                WHERE category.parent_id IS NOT NULL AND up.steps < 20
            )
            SELECT DISTINCT ON (asked) asked, limit_m
            FROM up JOIN inspections_proof_distance ON category_id = id
            ORDER BY asked, steps
            """,
            [list(categories)],
        )
        return dict(cursor.fetchall())


def _roads_near(tasks: list[int]) -> dict[int, str]:
    """The name of the nearest named road, for each task that has one near by."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, road.name FROM inspections_field_task AS task
            CROSS JOIN LATERAL (
                SELECT record.name FROM grid_facility_record AS record
                WHERE record.location && ST_Expand(task.place, %(within)s)
                  AND upper_inf(record.recorded_during) AND record.valid_during @> now()
                  AND record.name <> '' AND jsonb_exists(record.attributes, 'class')
                  AND ST_Dimension(record.location) > 0
                ORDER BY ST_Distance(record.location::geography, task.place::geography), record.id
                LIMIT 1
            ) AS road
            WHERE task.id = ANY(%(tasks)s)
            """,
            {"within": ROAD_WITHIN_DEGREES, "tasks": tasks},
        )
        return dict(cursor.fetchall())


def visits_of(case: Case) -> QuerySet[Visit]:
    """The visits made for a case, in the order they were heard of."""
    made: QuerySet[Visit] = Visit.objects.filter(task__case=case)
    return made.select_related(*WITH_A_VISIT).order_by("id")
