"""Who keeps the registry of channels."""

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import has_role


def may_keep_channels(actor: User) -> bool:
    """Administrators, and the operator of the machine."""
    return actor.is_service or has_role(actor, Role.ADMINISTRATOR)
