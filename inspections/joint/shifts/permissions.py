"""Who begins, hands over and takes a shift; who keeps a roster."""

from core.models import User
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import has_role
from inspections.joint.shifts.models import Shift


def may_serve(actor: User, shift: Shift) -> bool:
    """A dispatcher of that desk (派遣员)."""
    return has_role(actor, Role.DISPATCHER, organization=shift.organization)


def may_take(actor: User, shift: Shift) -> bool:
    """A dispatcher of that desk, other than who handed it over."""
    return may_serve(actor, shift) and actor.pk != shift.handed_by_id


def may_keep_roster(actor: User, organization: Organization) -> bool:
    """A dispatcher, an administrator, or a handler of that very body."""
    if has_role(actor, Role.DISPATCHER, Role.ADMINISTRATOR):
        return True
    return has_role(actor, Role.HANDLER, organization=organization)
