"""What a platform above may do with a case that its order feeds."""

from core.models import User
from inspections.cases.models import Case
from inspections.cases.permissions import also_may
from inspections.intake.upstream.models import UpstreamOrder

SERVICE = "intake-upstream"


def speaks_of_its_order(actor: User, case: Case) -> bool:
    """The service user of the platforms above, of a case that an order of theirs feeds."""
    return (
        actor.is_service
        and actor.username == SERVICE
        and UpstreamOrder.objects.filter(
            request__links__case=case, request__links__left_at__isnull=True
        ).exists()
    )


also_may("urge", speaks_of_its_order)
also_may("callback", speaks_of_its_order)
