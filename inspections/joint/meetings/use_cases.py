"""Acts upon meetings: called, their agenda made, held with minutes, reported on, cancelled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from core.errors import Invalid
from core.models import User
from core.workflow import perform
from inspections.cases.models import Case
from inspections.joint.meetings.models import AgendaItem, Meeting, MeetingKind, MeetingState
from inspections.joint.meetings.queries import (
    city_zone,
    last_dispatch_meeting,
    most_pressing_of,
    next_dispatch_meeting,
    top_classes,
)

LOOK_BACK = timedelta(days=10)  # 十天一次, where there was no meeting before


class CaseNeeded(Invalid):
    """Only a dispatch meeting is about no single case: name it in 'case'."""

    zh = "除调度会外，会议必须针对某一案卷：请填写 case。"


class MinutesNeeded(Invalid):
    """Say who chaired and what was decided: 'chair' and 'minutes'."""

    zh = "请填写主持人（chair）和会议纪要（minutes）。"


class NotOnAgenda(Invalid):
    """There is no such line on the agenda: {items}."""

    zh = "议程中没有这些条目：{items}。"


def call_meeting(
    *,
    actor: User,
    kind: MeetingKind,
    case: Case | None = None,
    title: str = "",
    meets_at: datetime | None = None,
    place: str = "",
) -> Meeting:
    """Plan a meeting. A dispatch meeting gets the next fixed day, its batch number and its agenda.

    Raises CaseNeeded, MeetingThere.
    """
    if (kind == MeetingKind.DISPATCH) != (case is None):
        raise CaseNeeded
    now, batch = timezone.now(), None
    with transaction.atomic():
        if kind == MeetingKind.DISPATCH:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('meetings', 0))")
            meets_at = meets_at or next_dispatch_meeting(now.astimezone(city_zone()).date())
            batch = (Meeting.objects.aggregate(last=Max("batch"))["last"] or 0) + 1
        meeting = perform(
            Meeting(
                kind=kind,
                case=case,
                batch=batch,
                title=title or _title(kind, batch, case),
                meets_at=meets_at or now,
                place=place,
                made_at=now,
                made_by=actor,
            ),
            "plan",
            actor=actor,
            details={"kind": kind, "batch": batch, "case": case.number if case else None},
        )
        if kind == MeetingKind.DISPATCH:
            _write_agenda(meeting)
    return meeting


def _title(kind: MeetingKind, batch: int | None, case: Case | None) -> str:
    if kind == MeetingKind.DISPATCH:
        return f"第 {batch} 批次调度会"
    return f"{case.number if case else ''} {kind.label}"


def plan_next_meeting(*, actor: User, now: datetime) -> Meeting | None:
    """See that the next dispatch meeting stands; None where one is planned already."""
    ahead = Meeting.objects.filter(
        kind=MeetingKind.DISPATCH, state=MeetingState.PLANNED, meets_at__gte=now
    )
    if ahead.exists():
        return None
    meets_at = next_dispatch_meeting(now.astimezone(city_zone()).date())
    if Meeting.objects.filter(kind=MeetingKind.DISPATCH, meets_at=meets_at).exists():
        return None  # held early, or cancelled by hand
    return call_meeting(actor=actor, kind=MeetingKind.DISPATCH, meets_at=meets_at)


def set_agenda(
    meeting: Meeting, *, actor: User, reason: str = "", base_version: int | None = None
) -> Meeting:
    """Make the agenda anew from the figures as they are now."""
    with transaction.atomic():
        meeting = perform(
            meeting, "set_agenda", actor=actor, reason=reason, base_version=base_version
        )
        _write_agenda(meeting)
    return meeting


def _write_agenda(meeting: Meeting) -> None:
    """The ten classes most reported since the last meeting, each with its most pressing cases (N3)."""
    meeting.items.all().delete()
    if meeting.kind != MeetingKind.DISPATCH:
        return
    before = last_dispatch_meeting(meeting.meets_at)
    since = before.meets_at if before else meeting.meets_at - LOOK_BACK
    lines: list[AgendaItem] = []
    for top in top_classes(since, max(meeting.meets_at, timezone.now())):
        told = {"reported": top.reported, "open": top.open, "late": top.late}
        lines.append(AgendaItem(meeting=meeting, category_id=top.category, told=told))
        lines += [AgendaItem(meeting=meeting, case=case) for case in most_pressing_of(top.category)]
    for position, line in enumerate(lines, 1):
        line.position = position
    AgendaItem.objects.bulk_create(lines)


def hold_meeting(
    meeting: Meeting,
    *,
    actor: User,
    chair: str,
    minutes: str,
    attendees: Sequence[dict[str, str]] = (),
    boundary: GEOSGeometry | None = None,
    report_by: datetime | None = None,
    conclusions: dict[int, str] | None = None,
    reason: str = "",
    base_version: int | None = None,
) -> Meeting:
    """Keep what was decided: chair, who was there, minutes, the ground, until when to report back.

    `conclusions`: what was concluded on lines of the agenda, by their positions. Raises NotOnAgenda.
    """
    if not (chair.strip() and minutes.strip()):
        raise MinutesNeeded
    changes: dict[str, Any] = {
        "chair": chair.strip(),
        "minutes": minutes.strip(),
        "attendees": [dict(one) for one in attendees],
        "boundary": boundary,
        "report_by": report_by,
        "held_at": timezone.now(),
    }
    with transaction.atomic():
        meeting = perform(
            meeting, "hold", actor=actor, reason=reason, base_version=base_version, changes=changes
        )
        lines = {line.position: line for line in meeting.items.all()}
        said = conclusions or {}
        if unknown := sorted(set(said) - set(lines)):
            raise NotOnAgenda(items=unknown)
        for position, conclusion in said.items():
            lines[position].conclusion = conclusion
        AgendaItem.objects.bulk_update([lines[at] for at in said], ["conclusion"])
    return meeting


def report_back(
    meeting: Meeting, *, actor: User, reason: str, base_version: int | None = None
) -> Meeting:
    """Tell what became of it (报告落实情况, F11)."""
    changes = {"report": reason, "reported_at": timezone.now()}
    return perform(
        meeting,
        "report_back",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes=changes,
    )


def cancel_meeting(
    meeting: Meeting, *, actor: User, reason: str, base_version: int | None = None
) -> Meeting:
    """It does not take place, with the reason; its batch number is not given again."""
    return perform(meeting, "cancel", actor=actor, reason=reason, base_version=base_version)
