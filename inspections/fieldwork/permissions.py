"""Who may go for a task."""

from core.models import User
from grid.organizations.models import Role
from inspections.cases.permissions import serves
from inspections.fieldwork.models import FieldTask


def may_visit(actor: User, task: FieldTask) -> bool:
    """A handler of the task's body; where no body is named, an inspector or verifier of the place."""
    if task.organization_id is not None:
        held = actor.memberships.filter(role=Role.HANDLER, organization=task.organization_id)
        return actor.is_active and held.exists()
    return task.case is not None and serves(actor, task.case, Role.INSPECTOR, Role.VERIFIER)
