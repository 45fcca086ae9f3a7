"""Who may report for others through GeoReport."""

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import has_role


def may_report(actor: User) -> bool:
    """A dispatcher's account: reports come in through it as they do by telephone."""
    return has_role(actor, Role.DISPATCHER)
