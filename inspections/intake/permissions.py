"""What a case adds to who may read the requests that feed it."""

from django.db.models import Exists, OuterRef, Q

from core.models import User
from grid.organizations.models import Role
from inspections.cases.models import Case, CaseRequest
from inspections.cases.permissions import may_handle
from inspections.requests.models import ServiceRequest, also_seen
from inspections.requests.permissions import also_read


def of_seen_cases(user: User) -> Q:
    """Requests that feed a case which a handler may see by the body's having or supervising it."""
    if not user.memberships.filter(role=Role.HANDLER).exists():
        return Q(pk__in=[])
    cases = Case.objects.visible_to(user)
    feeding = CaseRequest.objects.filter(
        request=OuterRef("pk"), left_at__isnull=True, case__in=cases
    )
    return Q(Exists(feeding))


def handles_its_case(actor: User, request: ServiceRequest) -> bool:
    """A handler of the body that leads a case which the request feeds."""
    feeding = request.links.filter(left_at__isnull=True).select_related("case")
    return any(may_handle(actor, link.case) for link in feeding)


also_seen(of_seen_cases)
also_read(handles_its_case)
