"""A deadline moves, and the record of it: no other place moves one."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from core.models import User
from inspections.calendar.arithmetic import Deadline
from inspections.cases.models import Assignment, Case
from inspections.cases.timing.models import DeadlineChange


def move_deadline(
    owner: Case | Assignment, clock: str, due: Deadline, *, actor: User, **why: Any
) -> DeadlineChange | None:
    """Set the deadline of one clock, and keep who moved it, why, from when to when; None if it stays.

    `owner` is the case for its own clocks (the citizen's), else the assignment; its row is locked by
    the act. `why`: cause, reason, and the extension or parking it follows from.
    """
    field = "resolve_by" if clock == "citizen" else f"{clock}_by"
    old: datetime | None = getattr(owner, field)
    if old is None or old == due.at:
        return None
    setattr(owner, field, due.at)
    saved = [field]
    if isinstance(owner, Case):
        case, assignment = owner, None
        if clock == "citizen":
            owner.deadlines_provisional = due.provisional
            saved.append("deadlines_provisional")
    else:
        case, assignment = owner.case, owner
    type(owner)._base_manager.filter(pk=owner.pk).update(
        **{name: getattr(owner, name) for name in saved}
    )
    return DeadlineChange.objects.create(
        case=case,
        assignment=assignment,
        clock=clock,
        old_due_at=old,
        new_due_at=due.at,
        changed_at=timezone.now(),
        changed_by=actor,
        **why,
    )
