"""What marks and copies are found by: leaders in charge of a body, districts touched, earlier cases here."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from core.audit import subject_of
from core.models import AuditEntry, User
from grid.areas.models import Area, Level
from grid.facilities.models import FacilityRecord
from inspections.cases.models import CLOSED_WITH_IT, AssignmentKind, Case

REPEATED_WITHIN = timedelta(days=90)
REPEATED_AFTER = 2  # earlier cases of one class here; or other reports of this one
GOES_ROUND_AFTER = 2  # returns asked, or changes of the body that leads (C19)
REWORKED_OFTEN = 2


def leaders_in_charge(bodies: Iterable[int], area_codes: Iterable[str]) -> list[User]:
    """The leaders of these bodies (keys), each body's own, else of the nearest above it; of the area or the city."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up(body, id, height) AS (
                SELECT id, id, 0 FROM unnest(%(bodies)s::bigint[]) AS given(id)
                UNION ALL
                SELECT up.body, o.parent_id, up.height + 1
                FROM up JOIN grid_organization o ON o.id = up.id
                WHERE o.parent_id IS NOT NULL AND up.height < 12
            ), led AS (
                SELECT up.body, up.height, m.user_id,
                       min(up.height) OVER (PARTITION BY up.body) AS nearest
                FROM up
                JOIN grid_membership m ON m.organization_id = up.id AND m.role = 'leader'
                     AND m.area_code = ANY(%(areas)s)
                JOIN core_user u ON u.id = m.user_id AND u.is_active
            ) SELECT DISTINCT user_id FROM led WHERE height = nearest
            """,
            {"bodies": list(bodies), "areas": ["", *area_codes]},
        )
        found = [row[0] for row in cursor.fetchall()]
    return list(User.objects.filter(pk__in=found).order_by("username"))


def leaders_of(case: Case) -> list[User]:
    """The leaders in charge of the body that leads, and those of the body that supervises where it has none."""
    held = case.assignments.filter(ended_at__isnull=True, kind=AssignmentKind.LEAD)
    bodies = list(held.values_list("organization_id", flat=True))
    found = leaders_in_charge(bodies, case.area_codes) if bodies else []
    if not found and case.supervisor_id:
        found = leaders_in_charge([case.supervisor_id], case.area_codes)
    return found


def districts_touched(case: Case) -> list[str]:
    """The districts that the place of a case touches, where it is no mere point; of a line or polygon named, its shape's."""
    shape: Any = case.place
    if case.facility is not None and shape.geom_type == "Point":
        known = FacilityRecord.objects.current().filter(facility=case.facility)
        shape = known.values_list("location", flat=True).first() or shape
    if shape.geom_type == "Point":
        return []
    touched = Area.objects.current().filter(level=Level.DISTRICT, boundary__intersects=shape)
    return sorted(touched.values_list("code", flat=True))


def times_moved(case: Case) -> int:
    """How often another body was made to lead."""
    ended = case.assignments.filter(kind=AssignmentKind.LEAD, ended_at__isnull=False)
    return int(ended.exclude(end_reason=CLOSED_WITH_IT).count())


def times_reworked(case: Case) -> int:
    """How often it was sent back as not done."""
    subject_type, subject_id = subject_of(case)
    done = AuditEntry.objects.filter(subject_type=subject_type, subject_id=subject_id, act="rework")
    return int(done.count())


def earlier_here(case: Case, now: datetime) -> int:
    """How many cases of its class there were lately at its facility, or without one in its cell."""
    if case.category_id is None:
        return 0
    there = Q(facility=case.facility_id) if case.facility_id else Q(cell_code=case.cell_code)
    if not case.facility_id and not case.cell_code:
        return 0
    earlier = Case.objects.filter(
        there, category=case.category_id, reported_at__gte=now - REPEATED_WITHIN, pk__lt=case.pk
    ).exclude(state__in=["declined", "answered", "merged"])
    return len(earlier.values_list("pk", flat=True)[: REPEATED_AFTER + 1])


def other_reports(case: Case) -> int:
    """How many reports feed it besides the first."""
    return max(0, case.links.filter(left_at__isnull=True).count() - 1)
