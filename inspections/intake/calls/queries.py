"""How long the desk takes stage by stage, and whom it still has to call back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from core.models import User
from inspections.cases.models import Case, CaseRequest
from inspections.intake.calls.models import ConfirmBack, DeskCall
from inspections.requests.models import ServiceRequest

MOST = 100
FILED_WITHIN_S = 180  # the goal for the whole call until it is filed (P1)

# Each stage from the one before it that was reached; the whole from answered to filed.
_STAGES = """
    SELECT stage, count(seconds), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
        percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds),
        count(*) FILTER (WHERE seconds <= %(goal)s)
    FROM inspections_desk_call AS call
    CROSS JOIN LATERAL (VALUES
        ('noted', extract(epoch FROM noted_at - answered_at)),
        ('sorted', extract(epoch FROM sorted_at - COALESCE(noted_at, answered_at))),
        ('filed', extract(epoch FROM filed_at - COALESCE(sorted_at, noted_at, answered_at))),
        ('fed_back', extract(epoch FROM fed_back_at - filed_at)),
        ('whole', extract(epoch FROM filed_at - answered_at))
    ) AS each (stage, seconds)
    WHERE seconds IS NOT NULL AND filed_at >= %(start)s AND filed_at < %(end)s
    GROUP BY stage
"""


def stages(start: datetime, end: datetime) -> dict[str, Any]:
    """Per stage: how many calls reached it, and its median and 95th percentile in seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, {"start": start, "end": end, "goal": FILED_WITHIN_S})
        rows = {stage: rest for stage, *rest in cursor.fetchall()}
    told = {
        stage: {
            "calls": rows.get(stage, (0,))[0],
            "p50_s": _rounded(rows.get(stage), 1),
            "p95_s": _rounded(rows.get(stage), 2),
        }
        for stage in ("noted", "sorted", "filed", "fed_back", "whole")
    }
    within = rows["whole"][3] if "whole" in rows else 0
    return {"stages": told, "filed_within_s": FILED_WITHIN_S, "filed_within": within}


def _rounded(row: Sequence[Any] | None, place: int) -> float | None:
    return round(float(row[place]), 1) if row else None


def lacking() -> QuerySet[DeskCall]:
    """Calls whose details are still to be asked for: nobody called back yet."""
    called = ConfirmBack.objects.filter(request=OuterRef("request"))
    return DeskCall.objects.filter(~Exists(called), details_lacking=True)


def to_call_back(user: User) -> list[ServiceRequest]:
    """The requests this person may see that are still to be asked about, the longest waiting first."""
    waiting = lacking().order_by("filed_at").values("request")
    seen = ServiceRequest.objects.visible_to(user).filter(pk__in=waiting)
    return list(seen.select_related("category", "requester").order_by("reported_at", "id")[:MOST])


def waits_for_details(case: Case) -> bool:
    """Whether a report that feeds the case is still to be asked about."""
    feeding = CaseRequest.objects.filter(case=case, left_at__isnull=True).values("request")
    return lacking().filter(request__in=feeding).exists()
