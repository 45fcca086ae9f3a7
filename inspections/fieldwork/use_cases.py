"""Tasks follow the case: whoever has it is sent, then an inspector of the place; visits are recorded."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from grid.evidence.queries import metres_between
from grid.evidence.score import MOST_ACCURACY_M
from grid.organizations.models import Organization
from inspections.cases.limits import asks_verification
from inspections.cases.models import Assignment, AssignmentKind, Case, CaseState
from inspections.cases.permissions import may_reopen
from inspections.cases.queries import PROOF_DISTANCE_M, needs_verification, proof_distance
from inspections.cases.use_cases import follow_acts, move_pin, reopen_case
from inspections.cases.use_cases.assignments import note_arrival
from inspections.cases.workflow import state_of_proof
from inspections.fieldwork.models import (
    TO_DECIDE,
    FieldTask,
    TaskKind,
    TaskStatus,
    Visit,
    VisitOutcome,
)
from inspections.fieldwork.permissions import may_visit

# Acts after which what a visitor found still waits for a decision.
NO_DECISION = frozenset(
    {
        "open",
        "accept",
        "join",
        "add_assist",
        "urge",
        "move_pin",
        "take_over",
        "release_part",
        "callback_missed",
        "reply",
        *("absorb", "give_back", "split", "unmerge"),
    }
)
ENDED = {CaseState.CLOSED, CaseState.DECLINED, CaseState.ANSWERED, CaseState.MERGED}
HOLDS = {VisitOutcome.DONE, VisitOutcome.ALREADY_RESTORED, VisitOutcome.NOT_FOUND}
WITH_CREWS = {CaseState.DISPATCHED, CaseState.ACCEPTED}


class PinNeeded(Invalid):
    """'pin_moved' says where the place really is: give it as 'pin' with lon and lat."""

    zh = "“点位有误”必须给出正确位置：请在 pin 中填写 lon 和 lat。"


def follow_case(case: Case, act: str, actor: User) -> None:
    """What an act upon a case means for those in the field; runs in the act's transaction."""
    match act:
        case "open":
            if asks_verification(case.channel):
                _make(case, TaskKind.VERIFY, None, case.file_by)
        case "unmerge":
            if needs_verification(case):
                _make(case, TaskKind.VERIFY, None, case.file_by)
        case "verify" | "fix_on_spot":
            _end(case, TaskStatus.DONE, actor, kind=TaskKind.VERIFY)
        case "move_pin":
            FieldTask.objects.filter(case=case, status=TaskStatus.OPEN).update(place=case.place)
        case "handle":
            _end(case, TaskStatus.DONE, actor, kind=TaskKind.HANDLE, organization__in=_lead(case))
            _end(case, TaskStatus.CANCELLED, actor, kind=TaskKind.HANDLE)
            _make(case, TaskKind.CHECK, None, case.resolve_by)
        case "look_back":
            if not case.tasks.filter(kind=TaskKind.LOOK_BACK, status=TaskStatus.OPEN).exists():
                _make(case, TaskKind.LOOK_BACK, None, None)
        case "reopen":
            _end(case, TaskStatus.DONE, actor, kind=TaskKind.LOOK_BACK)
        case "check" if not state_of_proof(case)["enough"]:
            pass  # found done, not yet proven: whoever checked still owes a photo
        case "check" | "rework" | "close":
            _end(case, TaskStatus.DONE, actor, kind=TaskKind.CHECK)
    if act not in NO_DECISION:
        Visit.objects.filter(task__case=case, to_decide=True).update(to_decide=False)
    if case.state != CaseState.REPORTED:
        _end(case, TaskStatus.CANCELLED, actor, kind=TaskKind.VERIFY)
    if case.state in WITH_CREWS:
        _send_crews(case, actor, again=act == "rework")
    if case.state in ENDED and act not in NO_DECISION:
        _end(case, TaskStatus.CANCELLED, actor, kind__in=set(TaskKind) - {TaskKind.LOOK_BACK})


def _lead(case: Case) -> list[int]:
    held = case.assignments.filter(kind=AssignmentKind.LEAD, ended_at__isnull=True)
    return list(held.values_list("organization", flat=True))


def _send_crews(case: Case, actor: User, *, again: bool) -> None:
    """Every body that has the case has one task of its own; that of a body that lost it ends.

    A body whose task is done has none anew, unless the work is to be done `again`.
    """
    given = {
        one.organization_id: one
        for one in case.assignments.filter(ended_at__isnull=True).select_related("organization")
    }
    sent = FieldTask.objects.filter(case=case, kind=TaskKind.HANDLE).order_by("id")
    stale, held = [], set()
    for task in sent:
        assignment = given.get(task.organization_id or 0)
        current = assignment is not None and task.made_at >= assignment.dispatched_at
        if task.status == TaskStatus.OPEN and not current:
            stale.append(task.pk)
        elif current and (task.status == TaskStatus.OPEN or not again):
            held.add(task.organization_id)
    if stale:
        _end(case, TaskStatus.CANCELLED, actor, pk__in=stale)
    for body, assignment in given.items():
        if body not in held:
            _make(case, TaskKind.HANDLE, assignment.organization, assignment.resolve_by)


def _make(case: Case, kind: TaskKind, body: Organization | None, due_at: datetime | None) -> None:
    task = FieldTask.objects.create(
        kind=kind,
        case=case,
        place=case.place,
        organization=body,
        made_at=timezone.now(),
        due_at=due_at,
    )
    emit(kind="task_made", subject=task)


def _end(case: Case, status: TaskStatus, actor: User, **which: Any) -> None:
    ended = FieldTask.objects.filter(case=case, status=TaskStatus.OPEN, **which)
    ended.update(status=status, done_at=timezone.now(), done_by=actor)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a visitor states: `stated` are the coordinates to the letter, with their datum."""

    outcome: VisitOutcome
    arrived_at: datetime
    position: Point | None = None
    accuracy_m: float | None = None
    pin: Point | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    met: bool | None = None


def record_visit(
    task: FieldTask, *, actor: User, found: Found, base_version: int | None = None
) -> Visit:
    """Somebody was there, and this is what was found; recorded wherever it was and however late.

    A crew's first visit near the place is its body's arrival. A pin said to be wrong is moved by the
    case's own act; if that is refused, the visit is recorded all the same and the desk decides. All
    other outcomes move nothing. Raises NotPermitted, PinNeeded.
    """
    if not may_visit(actor, task):
        raise NotPermitted
    if found.outcome == VisitOutcome.PIN_MOVED and found.pin is None:
        raise PinNeeded
    now = timezone.now()
    with transaction.atomic():
        refusal = _move_pin(task, actor, found, base_version)
        visit = Visit(
            task=task,
            visitor=actor,
            outcome=found.outcome,
            arrived_at=min(found.arrived_at, now),  # a device's clock may run ahead
            recorded_at=now,
            position=found.position,
            accuracy_m=found.accuracy_m,
            stated=found.stated,
            pin=found.pin,
            pin_refusal=refusal,
            note=found.note,
            met_requester=found.met,
            to_decide=_leaves_a_question(task, found, refusal),
            **_measured(task, found, found.pin if not refusal else None),
        )
        if visit.near and task.case and task.organization:
            visit.arrival = note_arrival(task.case, task.organization, at=visit.arrived_at)
        visit.save()
        if found.outcome == VisitOutcome.DONE and _assists(task):
            _end_one(task, actor)
        if task.kind == TaskKind.LOOK_BACK and visit.near:
            _looked_back(task, actor, found)
        record_act(
            actor=actor,
            act="record_visit",
            subject=task,
            details={"visit": visit.pk, "outcome": found.outcome, "arrival": visit.arrival},
        )
        emit(kind="visit_recorded", subject=task)
    return visit


def _looked_back(task: FieldTask, actor: User, found: Found) -> None:
    """Seen on the spot after the close: it holds, or it is opened again at once (N17).

    Whoever may not open it again (of the body that worked on it) leaves the task to another.
    """
    case = task.case
    if case is None or case.state not in {CaseState.CLOSED, CaseState.ARCHIVED}:
        return
    if found.outcome in HOLDS:
        _end_one(task, actor)
    elif found.outcome == VisitOutcome.RELAPSED and may_reopen(actor, case):
        reopen_case(case, actor=actor, reason=found.note or str(VisitOutcome.RELAPSED.label))


def _move_pin(
    task: FieldTask, actor: User, found: Found, base_version: int | None
) -> dict[str, Any]:
    """Have the case moved to where the visitor says it is; why not, as code and words."""
    if found.outcome != VisitOutcome.PIN_MOVED or task.case is None or found.pin is None:
        return {}
    try:
        with transaction.atomic():
            move_pin(
                task.case,
                actor=actor,
                place=found.pin,
                reason=found.note,
                base_version=base_version,
            )
    except DomainError as refused:
        words = {"zh-Hans": refused.message_zh, "en": refused.message}
        return {"code": refused.code, "words": words}
    return {}


def _leaves_a_question(task: FieldTask, found: Found, refusal: dict[str, Any]) -> bool:
    """Whether a person must decide what becomes of the case; of an ended one nothing is decided."""
    if task.case is None or task.case.is_ended:
        return False
    return found.outcome in TO_DECIDE or bool(refusal)


def _measured(task: FieldTask, found: Found, moved_to: Point | None) -> dict[str, Any]:
    """How far from the place the visitor was, and whether that is near enough to be there.

    A pin that was moved is the place; one that was only claimed is not.
    """
    limit_m = proof_distance(task.case.category) if task.case else PROOF_DISTANCE_M
    if found.position is None:
        return {"limit_m": limit_m}
    spot = (found.position.x, found.position.y)
    (distance_m,) = metres_between(moved_to or task.place, [spot])
    doubt = min(found.accuracy_m or 0.0, MOST_ACCURACY_M)
    if task.case and not moved_to:
        doubt += min(task.case.accuracy_m or 0.0, MOST_ACCURACY_M)
    return {
        "limit_m": limit_m,
        "distance_m": distance_m,
        "near": distance_m - doubt <= limit_m,
    }


def _assists(task: FieldTask) -> bool:
    """Whether the task's body assists: the work of the one that leads ends by the case's own acts."""
    return Assignment.objects.filter(
        case=task.case_id,
        organization=task.organization_id,
        kind=AssignmentKind.ASSIST,
        ended_at__isnull=True,
    ).exists()


def _end_one(task: FieldTask, actor: User) -> None:
    mine = FieldTask.objects.filter(pk=task.pk, status=TaskStatus.OPEN)
    mine.update(status=TaskStatus.DONE, done_at=timezone.now(), done_by=actor)


follow_acts(follow_case)
