"""Who supervises, who answers, who ends it."""

from core.models import User
from grid.organizations.models import Role
from inspections.cases.permissions import serves
from inspections.cases.supervision.models import Supervision
from inspections.cases.timing.permissions import handles_for


def may_supervise(actor: User, supervision: Supervision) -> bool:
    """A dispatcher or a leader of the area, who does not handle for the body that is asked; or the ladder's clock."""
    own = handles_for(actor, supervision.organization_id)
    desk = serves(actor, supervision.case, Role.DISPATCHER, Role.LEADER)
    return actor.is_service or (desk and not own)


def may_answer(actor: User, supervision: Supervision) -> bool:
    """A handler of the body that is asked to account for it."""
    return handles_for(actor, supervision.organization_id)


def may_let_lapse(actor: User, supervision: Supervision) -> bool:
    """Whoever closed the case or gave it to another body: it lapses by that act."""
    return actor.is_active
