"""What the console shows of cases beside their list: how many wait for what, and where they lie."""

from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Count, F, FloatField, Func, Q, QuerySet

from inspections.cases.models import Assignment, Case
from inspections.cases.waiting import conditions

MOST_POINTS = 10_000  # more than a screen can tell apart: the newest are drawn
MOST_BODIES = 200


def counts(cases: QuerySet[Case], now: datetime) -> dict[str, Any]:
    """How many of these cases wait for what; categories, channels and bodies of the open ones."""
    unfinished = Case.objects.unfinished().values("pk")
    overdue = Case.objects.overdue(now).values("pk")
    groups = {word: Count("pk", filter=where) for word, where in conditions().items()}
    told = cases.aggregate(
        **groups,
        all=Count("pk", filter=Q(pk__in=unfinished)),
        overdue=Count("pk", filter=Q(pk__in=overdue)),
        every=Count("pk"),
    )
    told["done"] = told.pop("every") - told["all"]
    still_open = cases.filter(pk__in=unfinished)
    return {
        "groups": told,
        "categories": _facets(still_open, code="category__code", name="category__name"),
        "channels": _facets(still_open, code="channel", name="channel"),
        "bodies": _bodies(still_open),
    }


def _facets(cases: QuerySet[Case], *, code: str, name: str) -> list[dict[str, Any]]:
    rows = cases.exclude(**{f"{code}__isnull": True}).order_by()
    counted = rows.values(one=F(code), called=F(name)).annotate(count=Count("pk"))
    return [
        {"code": row["one"], "name": row["called"], "count": row["count"]}
        for row in counted.order_by("-count", "one")
    ]


def _bodies(cases: QuerySet[Case]) -> list[dict[str, Any]]:
    """The bodies that have these cases now, those with the most first."""
    held = Assignment.objects.filter(ended_at__isnull=True, case__in=cases.values("pk"))
    counted = held.values(code=F("organization__code"), name=F("organization__name")).annotate(
        count=Count("case", distinct=True)
    )
    return [dict(row) for row in counted.order_by("-count", "code")[:MOST_BODIES]]


def _degrees(spot: PointOnSurface, axis: str) -> Func:
    """A coordinate as a number of the database: ten thousand geometries would take a second to read."""
    return Func(spot, function=axis, output_field=FloatField())


def points(cases: QuerySet[Case], now: datetime) -> dict[str, Any]:
    """Number, longitude, latitude, state, urgent and overdue (1 or 0) of each; `cut` if there are more."""
    spot = PointOnSurface("place")
    rows = (
        cases.annotate(lon=_degrees(spot, "ST_X"), lat=_degrees(spot, "ST_Y"))
        .order_by("-pk")
        .values_list("number", "lon", "lat", "state", "urgency", "due_at", "closed_at")
    )
    found = list(rows[: MOST_POINTS + 1])
    return {
        "points": [
            [
                number,
                round(lon, 6),
                round(lat, 6),
                state,
                int(urgency == "urgent"),
                int(due_at is not None and due_at <= now and closed_at is None),
            ]
            for number, lon, lat, state, urgency, due_at, closed_at in found[:MOST_POINTS]
        ],
        "cut": len(found) > MOST_POINTS,
    }
