"""Each kind of speech has its own time in which the desk answers it (B4), where no case does; a setting."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from inspections.calendar.arithmetic import BadLimit, Deadline, WorkCalendar, parse_limit
from inspections.calendar.queries import deadline_for, work_calendar
from inspections.requests.models import Nature, ServiceRequest


def answer_limits() -> dict[str, str]:
    """Nature → limit, from `enquiry=3wd,praise=5wd`; raises ImproperlyConfigured."""
    limits: dict[str, str] = {}
    for part in filter(None, str(settings.NATURE_LIMITS).replace(" ", "").split(",")):
        nature, _, limit = part.partition("=")
        try:
            parse_limit(limit)
        except BadLimit as wrong:
            raise ImproperlyConfigured(
                f"LAMPLIGHTER_NATURE_LIMITS: {part!r} is not nature=limit, as in enquiry=3wd"
            ) from wrong
        if nature not in Nature.values:
            raise ImproperlyConfigured(
                f"LAMPLIGHTER_NATURE_LIMITS: {nature!r} is none of {', '.join(Nature.values)}"
            )
        limits[nature] = limit
    return limits


def answer_due(request: ServiceRequest, calendar: WorkCalendar | None = None) -> Deadline | None:
    """Until when the desk is to answer it; None while a case does, or where the city sets no time.

    For a list, read the calendar once and pass it in.
    """
    if any(link.left_at is None for link in request.links.all()):
        return None
    limit = answer_limits().get(request.nature or Nature.OTHER.value)
    return deadline_for(request.reported_at, limit, calendar or work_calendar()) if limit else None
