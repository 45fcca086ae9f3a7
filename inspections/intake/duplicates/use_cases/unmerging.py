"""A merge is undone (撤销并案): both cases are as if it had not been, but for the time that passed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import LostRace, WrongState
from core.models import User
from core.workflow import perform
from grid.catalogue.models import Urgency
from grid.ground.queries import newest_version
from grid.jurisdiction.use_cases import decide
from inspections.cases.models import Case
from inspections.cases.queries import where_of
from inspections.cases.timing.use_cases import revive_time
from inspections.cases.use_cases import (
    citizen_due,
    first_report,
    move_requests,
    redecide_case,
    send_again,
)
from inspections.cases.use_cases.moving import followed
from inspections.disputes.use_cases import revive_answers
from inspections.fieldwork.models import Visit
from inspections.intake.duplicates.models import CaseMerge
from inspections.intake.duplicates.use_cases.holding import earliest, hold_both, root_of
from inspections.intake.duplicates.use_cases.merging import ENDED_BY_MERGE, told
from inspections.intake.duplicates.use_cases.telling import tell
from inspections.requests.models import ServiceRequest


class NotMerged(WrongState):
    """{number} is not part of another case."""

    zh = "{number} 没有并入其他案件。"


class NothingToGiveBack(WrongState):
    """None of the reports of {number} feeds {root} any more: they were split off; look there."""

    zh = "{number} 的诉求已不在 {root} 中（已被拆分），不能撤销并案。"


def unmerge_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """The case is on its own again, in the state it had, with its reports and its bodies.

    Its clock for the citizen has run on; its bodies' clocks begin anew. What the bodies had asked (退单、
    移交、延期、挂账) waits again, and a rest goes on. Reports split off since stay where they are. Raises NotMerged, NothingToGiveBack, LostRace.
    """
    now = timezone.now()
    with transaction.atomic():
        case, root = hold_both(case, root_of(Case.objects.get(pk=case.pk)))
        merge = CaseMerge.objects.filter(merged=case, undone_at__isnull=True).first()
        if merge is None:
            raise NotMerged(number=case.number)
        if root_of(case).pk != root.pk:
            raise LostRace
        back = list(
            ServiceRequest.objects.filter(
                pk__in=merge.requests, links__case=root, links__left_at__isnull=True
            ).order_by("reported_at", "pk")
        )
        if not back:
            raise NothingToGiveBack(number=case.number, root=root.number)
        case = perform(
            case,
            "unmerge",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"merged_into": None, "merged_at": None, "state_before": ""},
            details={"from": root.number, "requests": len(back)},
        )
        move_requests((request.pk for request in back), to=case)
        root = perform(
            root,
            "give_back",
            actor=actor,
            reason=reason,
            changes=_restored(root, merge),
            details={"unmerged": case.number, "requests": len(back)},
        )
        merge.undone_at, merge.undone_by, merge.undo_reason = now, actor, reason
        merge.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        _given_again(case, merge, actor)
        Visit.objects.filter(pk__in=merge.kept["visits"]).update(to_decide=True)
        followed(root, "give_back", actor)
        case = followed(case, "unmerge", actor)
        tell(back, case, "unmerge", actor)
        return _judged_anew(case, actor)


def _given_again(case: Case, merge: CaseMerge, actor: User) -> None:
    """Its bodies have it again, with what they had asked and nobody had answered."""
    ended = case.assignments.filter(ended_at=merge.merged_at, end_reason=ENDED_BY_MERGE)
    former = list(ended.select_related("organization").order_by("pk"))
    given = send_again(case, former, actor=actor)
    parts = {before.pk: now for before, now in zip(former, given, strict=True)}
    waited = merge.kept.get("waited", {})
    revive_answers(waited, parts, actor=actor)
    revive_time(case, waited, parts, actor=actor)


def _restored(root: Case, merge: CaseMerge) -> dict[str, Any]:
    """What the other case had before, where it has not been changed since; other merges stay in force."""
    first = first_report(root)
    changes: dict[str, Any] = {"reported_at": first}
    others = CaseMerge.objects.filter(into=root, undone_at__isnull=True).exclude(pk=merge.pk)
    rest = list(others.select_related("merged"))
    before, after = merge.kept["before"], merge.kept["after"]
    for name in before:
        _pass_on(rest, name, before, after)
        if root.is_ended or told(getattr(root, name)) != after[name]:
            continue
        match name:
            case "urgency":
                urgent = any(other.merged.urgency == Urgency.URGENT for other in rest)
                changes[name] = Urgency.URGENT.value if urgent else before[name]
            case "file_by":
                limits = (other.merged.file_by for other in rest)
                changes[name] = earliest(_instant(before[name]), *limits)
            case "resolve_by":
                sooner = first < (_instant(before.get("reported_at")) or first)
                due = citizen_due(root, first) if sooner else None
                changes[name] = earliest(_instant(before[name]), due)
    return {name: value for name, value in changes.items() if value != getattr(root, name)}


def _pass_on(
    rest: list[CaseMerge], name: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """A later merge remembered as `before` what this one had set: now it remembers what was before both."""
    for other in rest:
        if name in other.kept["before"] and other.kept["before"][name] == after[name]:
            other.kept["before"][name] = before[name]
            other.save(update_fields=["kept"])


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _judged_anew(case: Case, actor: User) -> Case:
    """The ground may have changed while the case was part of another."""
    known = case.verdict.version if case.verdict else None
    if case.filed_at is None or known is None or known.number == newest_version():
        return case
    answer = decide(
        **where_of(case),
        category=case.category,
        facility=case.facility,
        scenario=case.scenario,
        at=timezone.now(),
    )
    return redecide_case(case, actor=actor, answer=answer)
