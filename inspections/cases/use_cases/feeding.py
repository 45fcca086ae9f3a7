"""Which requests feed a case: moved from one to another inside an act, and what that does to the citizen's clock."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from inspections.calendar.queries import deadline_for, work_calendar
from inspections.cases.models import Case, CaseRequest
from inspections.cases.queries import limit_for


def move_requests(requests: Iterable[int], *, to: Case) -> None:
    """These requests (keys) feed this case from now on; the constraint holds that they feed no other."""
    now, keys = timezone.now(), list(requests)
    CaseRequest.objects.filter(request__in=keys, left_at__isnull=True).update(left_at=now)
    CaseRequest.objects.bulk_create(CaseRequest(case=to, request_id=key) for key in keys)


def first_report(case: Case) -> datetime:
    """When the first of the requests that feed it was made; the case's own where none does."""
    feeding = CaseRequest.objects.filter(case=case, left_at__isnull=True)
    first: datetime | None = feeding.aggregate(at=Min("request__reported_at"))["at"]
    return first or case.reported_at


def citizen_due(case: Case, reported_at: datetime, urgency: str = "") -> datetime | None:
    """When the citizen's clock of a filed case runs out, counted from this report."""
    limit = limit_for(case.duty_id, urgency or case.urgency, case.zone)
    due = deadline_for(reported_at, limit.resolve_by, work_calendar()) if limit else None
    return due.at if due else None
