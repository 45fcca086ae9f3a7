"""What an agenda is made of, and how batches stand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from grid.catalogue.heirs import heirs_of_all
from grid.catalogue.models import Category, CategoryHeir
from grid.ground.queries import the_city
from inspections.calendar.queries import work_calendar
from inspections.cases.models import ENDED_STATES, OPEN_STATES, Case
from inspections.joint.meetings.days import meeting_days, parse_days
from inspections.joint.meetings.models import AgendaItem, Meeting, MeetingKind, MeetingState

CLASSES = 10  # 十类问题
CASES_EACH = 5  # of each class, the most pressing


@dataclass(frozen=True)
class ClassFigures:
    """One class since the last meeting: reported, and of all its cases open and late now."""

    category: int
    reported: int
    open: int
    late: int


def city_zone() -> ZoneInfo:
    """The city's time."""
    return ZoneInfo(the_city().timezone)


def next_dispatch_meeting(after: date) -> datetime:
    """When the dispatch meeting after a day of the city begins: day and hour are settings."""
    days = parse_days(settings.DISPATCH_MEETING_DAYS)
    day = next(meeting_days(after, days, work_calendar()))
    begins = time.fromisoformat(settings.DISPATCH_MEETING_AT)
    return datetime.combine(day, begins, city_zone())


def last_dispatch_meeting(before: datetime) -> Meeting | None:
    """The one held last."""
    held = Meeting.objects.filter(kind=MeetingKind.DISPATCH, meets_at__lt=before)
    last: Meeting | None = held.exclude(state=MeetingState.CANCELLED).order_by("-meets_at").first()
    return last


def top_classes(since: datetime, until: datetime) -> list[ClassFigures]:
    """The ten classes most reported in that time; ties by code, so that the list can be made again.

    What was filed under a former class counts with its heir.
    """
    now = timezone.now()
    reported = (
        Case.objects.filter(reported_at__gte=since, reported_at__lt=until, category__isnull=False)
        .order_by()
        .values_list("category")
        .annotate(count=Count("pk"))
    )
    counts: Counter[int] = Counter()
    counted_in = heirs_of_all(key for key, _ in reported)
    for key, count in reported:
        counts[counted_in[key]] += count
    codes = dict(Category.objects.filter(pk__in=counts).values_list("pk", "code"))
    top = sorted(counts, key=lambda key: (-counts[key], codes[key]))[:CLASSES]
    together = _with_formers(top)
    standing = (
        Case.objects.filter(state__in=OPEN_STATES, category__in=together)
        .order_by()
        .values_list("category")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)))
    )
    held, late = Counter[int](), Counter[int]()
    for key, open_now, late_now in standing:
        held[together[key]] += open_now
        late[together[key]] += late_now
    return [ClassFigures(key, counts[key], held[key], late[key]) for key in top]


def most_pressing_of(category: int) -> list[Case]:
    """Its open cases, and those of its former classes, that have somebody and are due first."""
    held = Case.objects.filter(
        state__in=OPEN_STATES, category__in=_with_formers([category]), due_at__isnull=False
    )
    return list(held.order_by("due_at", "id")[:CASES_EACH])


def _with_formers(heads: Iterable[int]) -> dict[int, int]:
    """By key of a class, under which of these it is counted: each of them, and their former classes."""
    own = set(heads)
    formers = heirs_of_all(CategoryHeir.objects.values_list("former_id", flat=True))
    return {key: head for key, head in formers.items() if head in own} | {key: key for key in own}


def batches(meetings: Any) -> list[dict[str, Any]]:
    """For each dispatch meeting: how many cases it handed out, how many are done, the backlog (N5)."""
    counted = (
        AgendaItem.objects.filter(meeting__in=meetings, case__isnull=False)
        .values("meeting")
        .annotate(handed=Count("pk"), closed=Count("pk", filter=Q(case__state__in=ENDED_STATES)))
    )
    of = {row["meeting"]: row for row in counted}
    rows = []
    for meeting in meetings:
        row = of.get(meeting.pk, {"handed": 0, "closed": 0})
        rows.append(
            {
                "id": meeting.pk,
                "batch": meeting.batch,
                "meets_at": meeting.meets_at,
                "chair": meeting.chair,
                "handed": row["handed"],
                "closed": row["closed"],
                "backlog": row["handed"] - row["closed"],
            }
        )
    return rows
