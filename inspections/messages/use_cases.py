"""Telling bodies what a published change of the ground gives and takes, and noting who has read it."""

from collections import Counter

from django.db.models import Count
from django.utils import timezone

from core.audit import emit_each
from core.models import User
from grid.organizations.models import Organization
from inspections.changes.models import ImpactKind, ImpactRow
from inspections.changes.use_cases import follow_publications
from inspections.changes.use_cases.publishing import Publication
from inspections.messages.models import Notice, NoticeKind, NoticeReading

Moves = dict[str, Counter[str]]


def tell_bodies(publication: Publication, actor: User) -> None:
    """One notice to each body that gains or loses, in the transaction that publishes."""
    gained, lost = _moves(publication)
    bodies = Organization.objects.filter(code__in=gained.keys() | lost.keys())
    now = timezone.now()
    notices = Notice.objects.bulk_create(
        Notice(
            organization=body,
            kind=NoticeKind.GROUND_CHANGED,
            change_set=publication.change_set,
            told={
                "title": publication.change_set.title,
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


def _moves(publication: Publication) -> tuple[Moves, Moves]:
    """Per body what it gains and what it loses: facilities as previewed, cases as they now stand."""
    gained: Moves = {}
    lost: Moves = {}

    def note(old: str, new: str, kind: str, count: int) -> None:
        if old != new:
            for code, moves in ((old, lost), (new, gained)):
                if code:
                    moves.setdefault(code, Counter())[kind] += count

    facilities = ImpactRow.objects.filter(
        change_set=publication.change_set, kind=ImpactKind.FACILITY
    )
    for row in facilities.values("from_code", "to_code").annotate(count=Count("pk")):
        note(row["from_code"], row["to_code"], "facilities", row["count"])
    for moved in publication.cases:
        note(moved.before.body, moved.after.body, "cases", 1)
    return gained, lost


follow_publications(tell_bodies)
