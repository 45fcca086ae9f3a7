"""Telling bodies what a published change of the ground gives and takes, and noting who has read it."""

from collections import Counter
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from core.audit import emit_each
from core.models import User
from grid.ground.queries import city_zone
from grid.organizations.models import Organization
from inspections.changes.models import ChangeSet, ImpactKind, ImpactRow
from inspections.changes.use_cases import follow_publications
from inspections.changes.use_cases.publishing import Publication
from inspections.messages.models import Notice, NoticeKind, NoticeReading

Moves = dict[str, Counter[str]]


def tell_bodies(publication: Publication, actor: User) -> None:
    """One notice to each body that gains or loses, in the transaction that publishes or re-decides."""
    change_set = publication.change_set
    gained, lost = _moves(publication)
    bodies = Organization.objects.filter(code__in=gained.keys() | lost.keys())
    now = timezone.now()
    notices = Notice.objects.bulk_create(
        Notice(
            organization=body,
            kind=NoticeKind.GROUND_CHANGED if change_set else NoticeKind.GROUND_TURNED,
            change_set=change_set,
            told={
                "title": change_set.title if change_set else "",
                "from_day": _day_ahead(change_set, now) if change_set else "",
                "gained": dict(gained.get(body.code, {})),
                "lost": dict(lost.get(body.code, {})),
            },
            at=now,
        )
        for body in bodies.order_by("code")
    )
    emit_each(kind="notice_given", subjects=notices)


def read_notice(notice: Notice, *, actor: User) -> Notice:
    """This person has read it; to read it again changes nothing."""
    NoticeReading.objects.get_or_create(
        notice=notice, user=actor, defaults={"read_at": timezone.now()}
    )
    return notice


def _day_ahead(change_set: ChangeSet, now: datetime) -> str:
    """The day in the city for which its impact was found, where that lies ahead; else blank."""
    at = datetime.fromisoformat((change_set.impact or {}).get("at", now.isoformat()))
    return at.astimezone(city_zone()).date().isoformat() if at > now else ""


def _moves(publication: Publication) -> tuple[Moves, Moves]:
    """Per body what it gains and what it loses: facilities as previewed, cases as they now stand."""
    gained: Moves = {}
    lost: Moves = {}

    def note(old: str, new: str, kind: str, count: int) -> None:
        if old != new:
            for code, moves in ((old, lost), (new, gained)):
                if code:
                    moves.setdefault(code, Counter())[kind] += count

    facilities = ImpactRow.objects.none()
    if publication.change_set is not None:
        facilities = publication.change_set.rows.filter(kind=ImpactKind.FACILITY)
    for row in facilities.values("from_code", "to_code").annotate(count=Count("pk")):
        note(row["from_code"], row["to_code"], "facilities", row["count"])
    for moved in publication.cases:
        note(moved.before.body, moved.after.body, "cases", 1)
    return gained, lost


follow_publications(tell_bodies)
