"""What the page of a case shows of its lineage, and who sees a case because of it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from core.models import User
from inspections.cases.models import Assignment, Case, let_bodies_see
from inspections.cases.parts import add_part
from inspections.intake.duplicates.models import CaseMerge, CaseSplit, RequestJoin

JOINS_SHOWN = 1_000


def lineage(case: Case, reader: User) -> dict[str, Any]:
    """What it was merged into, what was merged into it, what was split off, which reports joined."""
    merges = CaseMerge.objects.select_related("merged", "into", "merged_by", "undone_by")
    splits = CaseSplit.objects.select_related("source", "made", "split_by")
    joins = RequestJoin.objects.filter(
        case=case, request__links__case=case, request__links__left_at__isnull=True
    ).select_related("request", "joined_by")
    return {
        "merged_into": case.merged_into.number if case.merged_into else None,
        "merges": [
            _merge(one)
            for one in merges.filter(Q(merged=case) | Q(into=case)).order_by("merged_at", "pk")
        ],
        "splits": [
            _split(one)
            for one in splits.filter(Q(source=case) | Q(made=case)).order_by("split_at", "pk")
        ],
        "joins": [
            {
                "request": one.request.code,
                "joined_at": one.joined_at,
                "joined_by": one.joined_by.username,
                "automatic": one.automatic,
                "score": one.score,
                "reasons": one.reasons,
            }
            for one in joins.order_by("-joined_at", "-pk")[:JOINS_SHOWN]
        ],
    }


def _merge(merge: CaseMerge) -> dict[str, Any]:
    return {
        "merged": merge.merged.number,
        "into": merge.into.number,
        "merged_at": merge.merged_at,
        "merged_by": merge.merged_by.username,
        "reason": merge.reason,
        "requests": len(merge.requests),
        "undone_at": merge.undone_at,
        "undone_by": merge.undone_by.username if merge.undone_by else None,
        "undo_reason": merge.undo_reason,
    }


def _split(split: CaseSplit) -> dict[str, Any]:
    return {
        "source": split.source.number,
        "made": split.made.number,
        "split_at": split.split_at,
        "split_by": split.split_by.username,
        "reason": split.reason,
        "requests": len(split.requests),
    }


def parts_of_theirs(bodies: Sequence[int]) -> Q:
    """Handlers see what was merged into a case they have: its photos and visits are part of the matter."""
    held = Assignment.objects.filter(organization__in=bodies, ended_at__isnull=True).values("case")
    return Q(merged_into__in=held) | Q(merged_into__merged_into__in=held)


let_bodies_see(parts_of_theirs)
add_part("lineage", lineage)
