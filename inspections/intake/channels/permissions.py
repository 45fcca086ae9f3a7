"""Who keeps the registry of channels; and what comes by the fast lane."""

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Case
from inspections.cases.permissions import also_may
from inspections.intake.channels.models import ChannelReceipt

FAST_LANE = "fast-lane"


def may_keep_channels(actor: User) -> bool:
    """Administrators, and the operator of the machine."""
    return actor.is_service or has_role(actor, Role.ADMINISTRATOR)


def sends_directly(actor: User, case: Case) -> bool:
    """The service user of the fast lane, of a case whose report came by a direct channel."""
    return (
        actor.is_service
        and actor.username == FAST_LANE
        and ChannelReceipt.objects.filter(
            request__links__case=case, request__links__left_at__isnull=True, channel__direct=True
        ).exists()
    )


also_may("dispatch", sends_directly)
