"""Who holds which role, where: predicates without HTTP and without writes."""

from django.contrib.auth.models import AnonymousUser

from core.models import User
from grid.areas.queries import area_and_above, areas_and_below
from grid.organizations.models import Organization, Role


def is_member(user: User | AnonymousUser) -> bool:
    """Whether a user holds any role anywhere; only members see the ground."""
    return isinstance(user, User) and user.is_active and user.memberships.exists()


def has_role(
    user: User | AnonymousUser,
    *roles: Role,
    organization: Organization | None = None,
    area_code: str = "",
) -> bool:
    """Whether a user holds one of the roles: in that very organization, for that area, if asked.

    A membership for an area counts for all areas below it; one without an area counts everywhere.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    held = [one for one in user.memberships.all() if one.role in roles]  # a list reads them once
    if organization is not None:
        held = [one for one in held if one.organization_id == organization.pk]
    if area_code and held:
        areas = {"", *area_and_above(area_code)}
        held = [one for one in held if one.area_code in areas]
    return bool(held)


def area_codes_of(user: User | AnonymousUser, *roles: Role) -> set[str] | None:
    """Every area a user serves in one of the roles, those below included; None means all."""
    if not isinstance(user, User) or not user.is_active:
        return set()
    codes = list(user.memberships.filter(role__in=roles).values_list("area_code", flat=True))
    return None if "" in codes else areas_and_below(codes)


def may_manage_people(actor: User) -> bool:
    """Accounts and roles are given by administrators and by the operator of the machine."""
    return actor.is_service or has_role(actor, Role.ADMINISTRATOR)


def may_read_all_audit(user: User | AnonymousUser) -> bool:
    """Auditors and administrators read every audit entry."""
    return has_role(user, Role.AUDITOR, Role.ADMINISTRATOR)
