"""Who gives and closes the faults of the ground."""

from core.models import User
from grid.organizations.models import Role
from inspections.changes.faults.models import GroundFault

DESK = (Role.DISPATCHER, Role.ADMINISTRATOR)
BODY = (Role.HANDLER, Role.OWNER)


def may_give(actor: User, fault: GroundFault) -> bool:
    """A dispatcher of the area, or an administrator."""
    areas = {"", *fault.area_codes}
    held = actor.memberships.all()  # a list of faults reads them once
    return actor.is_active and any(one.role in DESK and one.area_code in areas for one in held)


def may_close(actor: User, fault: GroundFault) -> bool:
    """Who may give it; and a handler or owner's person of the body to which it was given."""
    if may_give(actor, fault):
        return True
    body, held = fault.assignee_id, actor.memberships.all()
    given = body is not None and any(
        one.role in BODY and one.organization_id == body for one in held
    )
    return actor.is_active and given


def may_check(actor: User, fault: GroundFault) -> bool:
    """Nobody by hand: the check of the ground finds it, misses it, or finds it again."""
    return actor.is_active and actor.is_service
