"""Tasks follow the case: whoever has it is sent, then an inspector of the place; visits are recorded."""

from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import NotPermitted
from core.models import User
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.cases.queries import lead_of
from inspections.cases.use_cases import follow_acts
from inspections.fieldwork.models import FieldTask, TaskKind, TaskStatus, Visit, VisitOutcome
from inspections.fieldwork.permissions import may_visit


def follow_case(case: Case, act: str, actor: User) -> None:
    """What an act upon a case means for those in the field; runs in the act's transaction."""
    match act:
        case "dispatch" | "reassign":
            _end(case, TaskKind.HANDLE, TaskStatus.CANCELLED, actor)
            _send_crew(case)
        case "handle":
            _end(case, TaskKind.HANDLE, TaskStatus.DONE, actor)
            _make(case, TaskKind.CHECK, None, case.resolve_by)
        case "check":
            _end(case, TaskKind.CHECK, TaskStatus.DONE, actor)
        case "rework":
            _end(case, TaskKind.CHECK, TaskStatus.DONE, actor)
            _send_crew(case)
        case "close":
            for kind in TaskKind:
                _end(case, kind, TaskStatus.CANCELLED, actor)


def _send_crew(case: Case) -> None:
    lead = lead_of(case)
    if lead is not None:
        _make(case, TaskKind.HANDLE, lead.organization, lead.resolve_by)


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


def _end(case: Case, kind: TaskKind, status: TaskStatus, actor: User) -> None:
    ended = FieldTask.objects.filter(case=case, kind=kind, status=TaskStatus.OPEN)
    ended.update(status=status, done_at=timezone.now(), done_by=actor)


def record_visit(
    task: FieldTask,
    *,
    actor: User,
    outcome: VisitOutcome,
    arrived_at: datetime,
    position: Point | None = None,
    accuracy_m: float | None = None,
    note: str = "",
) -> Visit:
    """Somebody was there, and this is what was found. The case is moved by its own acts."""
    if not may_visit(actor, task):
        raise NotPermitted
    with transaction.atomic():
        visit = Visit.objects.create(
            task=task,
            visitor=actor,
            outcome=outcome,
            arrived_at=arrived_at,
            position=position,
            accuracy_m=accuracy_m,
            note=note,
        )
        record_act(
            actor=actor,
            act="record_visit",
            subject=task,
            details={"visit": visit.pk, "outcome": outcome},
        )
        emit(kind="visit_recorded", subject=task)
    return visit


follow_acts(follow_case)
