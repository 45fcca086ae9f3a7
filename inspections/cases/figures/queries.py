"""The desk's figures for a span of time, counted by the database over the cases a person may see."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Least, TruncDate

from inspections.cases.figures.answering import (
    NOT_OF_ITS_OWN,
    dispatching,
    feedback,
    reconciled,
    volume,
)
from inspections.cases.figures.portions import Percentile, seconds, share
from inspections.cases.models import Assignment, Case, CaseState
from inspections.cases.supervision.models import Reminder, Supervision
from inspections.cases.timing.models import Extension, ExtensionState, Parking, ParkingState
from inspections.requests.models import ServiceRequest

FILED_WITHIN = timedelta(minutes=3)  # Pingshan (P1)
SOLVED_WITHIN = timedelta(days=7)  # Beijing (B11)
NOT_FOR_BODIES = [*NOT_OF_ITS_OWN, CaseState.ANSWERED]


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in the city."""
    return datetime.combine(day, time(), zone)


def figures(
    cases: QuerySet[Case],
    requests: QuerySet[ServiceRequest],
    begin: datetime,
    end: datetime,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, Any]:
    """Every figure over these cases and requests, for reports (or filings) from `begin` to before `end`."""
    reported = cases.filter(reported_at__gte=begin, reported_at__lt=end)
    return {
        "filing": _filing(cases.filter(filed_at__gte=begin, filed_at__lt=end)),
        "dispatching": dispatching(cases, begin, end),
        **volume(reported),
        "reconciliation": reconciled(requests, begin, end),
        "feedback": feedback(requests, begin, end),
        "same_day_look": _same_day(reported, zone),
        "solved_in_7_days": _seven_days(reported, now),
        "on_time": _on_time(reported, now),
        "extensions": _put_off(Extension, ExtensionState.APPROVED, cases, begin, end),
        "parkings": _put_off(Parking, ParkingState.REFUSED, cases, begin, end, but=True),
        "reminders": Reminder.objects.filter(
            case__in=cases.values("pk"), issued_at__gte=begin, issued_at__lt=end
        ).count(),
        "supervisions": Supervision.objects.filter(
            case__in=cases.values("pk"), opened_at__gte=begin, opened_at__lt=end
        ).count(),
    }


def _filing(filed: QuerySet[Case]) -> dict[str, Any]:
    """From the report's arrival here to the filed case; those first verified on the spot are not the desk's minutes."""
    span = ExpressionWrapper(F("filed_at") - F("opened_at"), output_field=DurationField())
    told: Mapping[str, Any] = (
        filed.filter(verified_at=None)
        .annotate(span=span)
        .aggregate(
            median=Percentile("span", 0.5),
            p95=Percentile("span", 0.95),
            count=Count("pk"),
            soon=Count("pk", filter=Q(span__lte=FILED_WITHIN)),
        )
    )
    return share(told["soon"], told["count"]) | {
        "median_s": seconds(told["median"]),
        "p95_s": seconds(told["p95"]),
        "within_s": FILED_WITHIN.total_seconds(),
    }


def _same_day(reported: QuerySet[Case], zone: ZoneInfo) -> dict[str, Any]:
    """Somebody was there on the day of the report, in city time (B8); of those that a body or verifier went to."""
    arrived = (
        Assignment.objects.filter(case=OuterRef("pk"), arrived_at__isnull=False)
        .order_by()
        .values("case")
        .annotate(first=Min("arrived_at"))
        .values("first")
    )
    looked = reported.exclude(state__in=NOT_FOR_BODIES).annotate(
        look=Least("verified_at", Subquery(arrived, output_field=DateTimeField()))
    )
    told = looked.annotate(
        looked_on=TruncDate("look", tzinfo=zone), reported_on=TruncDate("reported_at", tzinfo=zone)
    ).aggregate(count=Count("pk"), same=Count("pk", filter=Q(looked_on=F("reported_on"))))
    return share(told["same"], told["count"])


def _seven_days(reported: QuerySet[Case], now: datetime) -> dict[str, Any]:
    """Solved and closed within a week of the report (B11); of those whose week is over."""
    told = reported.filter(reported_at__lte=now - SOLVED_WITHIN).aggregate(
        count=Count("pk", filter=~Q(state__in=NOT_OF_ITS_OWN)),
        solved=Count("pk", filter=Q(solved=True, closed_at__lte=F("reported_at") + SOLVED_WITHIN)),
    )
    return share(told["solved"], told["count"])


def _on_time(reported: QuerySet[Case], now: datetime) -> dict[str, Any]:
    """Handled before the citizen's deadline; of those whose deadline has passed or that are handled, none parked."""
    owed = reported.filter(resolve_by__isnull=False, parked_at=None).exclude(
        state__in=NOT_FOR_BODIES
    )
    told = owed.filter(Q(handled_at__isnull=False) | Q(resolve_by__lte=now)).aggregate(
        count=Count("pk"), met=Count("pk", filter=Q(handled_at__lte=F("resolve_by")))
    )
    return share(told["met"], told["count"])


def _put_off(
    model: type[Extension] | type[Parking],
    state: str,
    cases: QuerySet[Case],
    begin: datetime,
    end: datetime,
    *,
    but: bool = False,
) -> dict[str, Any]:
    """Approved, of those on which the desk decided (`but`: approved are all except that state)."""
    decided = model.objects.filter(
        case__in=cases.values("pk"), decided_at__gte=begin, decided_at__lt=end
    )
    approved = decided.exclude(state=state) if but else decided.filter(state=state)
    return share(approved.count(), decided.count())
