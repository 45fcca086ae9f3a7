"""One matter, two cases: one becomes part of the other (并案), with all its reports."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import Invalid, WrongState
from core.models import User
from core.workflow import perform
from grid.catalogue.models import Urgency
from inspections.cases.models import Case, CaseState
from inspections.cases.queries import requests_of
from inspections.cases.timing.use_cases import waiting_time
from inspections.cases.use_cases import citizen_due, move_requests
from inspections.cases.use_cases.moving import followed
from inspections.cases.workflow import MERGED_INTO
from inspections.disputes.queries import is_disputed
from inspections.disputes.use_cases import waiting_answers
from inspections.fieldwork.models import Visit
from inspections.intake.duplicates.models import CaseMerge
from inspections.intake.duplicates.use_cases.holding import earliest, hold_both, root_of
from inspections.intake.duplicates.use_cases.telling import tell
from inspections.joint.marks.use_cases import note_joined

ENDED_BY_MERGE = "merge"  # how the assignments of a merged case end: without fault
_ORDER = list(CaseState)


class IntoItself(Invalid):
    """A case is not merged into itself: name another in 'into'."""

    zh = "不能并入本案自身：请在 into 中填写另一案号。"


class NotMergeable(WrongState):
    """Nothing can be merged into {number}: it is '{state}'. It must be open, and not yet called back."""

    zh = "不能并入 {number}：其状态为“{state}”；只能并入尚未回访、结案的案件。"


class MergedAlready(WrongState):
    """{number} is itself part of {root}: merge into that one."""

    zh = "{number} 已并入 {root}：请并入 {root}。"


class FurtherAlong(WrongState):
    """{number} is further along ('{state}') than {into} ('{into_state}'): merge {into} into {number} instead."""

    zh = "{number}（{state}）的进度超过 {into}（{into_state}）：请反过来把 {into} 并入 {number}。"


class InDispute(WrongState):
    """{number} is in dispute: merge the other case into it, or have the dispute settled first."""

    zh = "{number} 处于权属争议中：请把另一案并入本案，或先了结争议。"


def merge_case(
    case: Case, *, into: Case, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """This case goes on as part of another: its reports feed that one, its assignments end without fault.

    The other's clock for the citizen becomes that of the earliest report; urgent stays urgent. Nothing
    is deleted: `unmerge_case` restores. Raises IntoItself, NotMergeable, MergedAlready,
    FurtherAlong, InDispute.
    """
    if case.pk == into.pk:
        raise IntoItself
    now = timezone.now()
    with transaction.atomic():
        case, into = hold_both(case, into)
        _mergeable(case, into)
        said = list(requests_of(case))
        changes = _taken_over(into, case)
        merge = CaseMerge(
            merged=case,
            into=into,
            merged_at=now,
            merged_by=actor,
            reason=reason,
            requests=[request.pk for request in said],
            kept=_kept(into, case, changes),
        )
        case = perform(
            case,
            "merge",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"merged_into": into, "merged_at": now, "state_before": case.state},
            details={"into": into.number},
        )
        into = perform(
            into,
            "absorb",
            actor=actor,
            reason=reason,
            changes=changes,
            details={"merged": case.number, "requests": len(said)},
        )
        case.assignments.filter(ended_at__isnull=True).update(
            ended_at=now, end_reason=ENDED_BY_MERGE
        )
        move_requests(merge.requests, to=into)
        merge.save(force_insert=True)
        followed(into, "absorb", actor)
        case = followed(case, "merge", actor)
        note_joined(into, "absorb")
        tell(said, into, "merge", actor)
    return case


def _mergeable(case: Case, into: Case) -> None:
    """Raises why these two cannot be merged this way; a case not open is left to its workflow."""
    if into.merged_into is not None:
        raise MergedAlready(number=into.number, root=root_of(into).number)
    if into.state not in MERGED_INTO:
        raise NotMergeable(number=into.number, state=into.get_state_display())
    if case.is_ended:
        return
    if _ORDER.index(CaseState(case.state)) > _ORDER.index(CaseState(into.state)):
        raise FurtherAlong(
            number=case.number,
            state=case.get_state_display(),
            into=into.number,
            into_state=into.get_state_display(),
        )
    if is_disputed(case):
        raise InDispute(number=case.number)


def _taken_over(into: Case, case: Case) -> dict[str, Any]:
    """What the other case takes over: the earliest report with its clocks, and urgency."""
    urgent = Urgency.URGENT in {into.urgency, case.urgency}
    urgency = Urgency.URGENT if urgent else Urgency.NORMAL
    reported_at = min(into.reported_at, case.reported_at)
    changes: dict[str, Any] = {"urgency": urgency.value, "reported_at": reported_at}
    if into.filed_at is None:
        changes["file_by"] = earliest(into.file_by, case.file_by)
    elif reported_at < into.reported_at:
        due = citizen_due(into, reported_at, urgency)
        changes["resolve_by"] = earliest(into.resolve_by, case.resolve_by, due)
    elif urgency != into.urgency:
        due = citizen_due(into, reported_at, urgency)
        changes["resolve_by"] = earliest(into.resolve_by, due)
    return {name: value for name, value in changes.items() if value != getattr(into, name)}


def _kept(into: Case, case: Case, changes: dict[str, Any]) -> dict[str, Any]:
    """What is needed to restore both, as JSON."""
    waiting = Visit.objects.filter(task__case=case, to_decide=True)
    return {
        "before": {name: told(getattr(into, name)) for name in changes},
        "after": {name: told(value) for name, value in changes.items()},
        "visits": list(waiting.values_list("pk", flat=True)),
        "waited": {**waiting_answers(case), **waiting_time(case)},
    }


def told(value: Any) -> Any:
    """A value of a case as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime) else value
