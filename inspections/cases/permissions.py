"""Who may do what with a case."""

from core.models import User
from grid.organizations.models import Role
from inspections.cases.models import Case
from inspections.cases.queries import bodies_and_above, handling_bodies, lead_of


def serves(actor: User, case: Case, *roles: Role) -> bool:
    """Whether the actor holds one of the roles for an area the case lies in, or for the city."""
    if not actor.is_active:
        return False
    areas = ["", *case.area_codes]
    return actor.memberships.filter(role__in=roles, area_code__in=areas).exists()


def may_open(actor: User, case: Case) -> bool:
    """Anyone with an account; the public through the service user of its channel."""
    return actor.is_active and (actor.is_service or actor.memberships.exists())


def may_dispatch(actor: User, case: Case) -> bool:
    """A dispatcher of the area (派遣员)."""
    return serves(actor, case, Role.DISPATCHER)


def may_handle(actor: User, case: Case) -> bool:
    """A handler of the body that leads (主办单位承办人)."""
    lead = lead_of(case)
    if lead is None or not actor.is_active:
        return False
    return actor.memberships.filter(role=Role.HANDLER, organization=lead.organization_id).exists()


def is_independent(actor: User, case: Case) -> bool:
    """Whether the actor belongs neither to a body that has the case nor to one under it."""
    own = actor.memberships.values_list("organization", flat=True)
    return not handling_bodies(case) & bodies_and_above(own)


def may_check(actor: User, case: Case) -> bool:
    """An inspector or verifier of the area, of a body that neither has the case nor stands under one that has."""
    return serves(actor, case, Role.INSPECTOR, Role.VERIFIER) and is_independent(actor, case)


def may_close(actor: User, case: Case) -> bool:
    """An inspector, verifier or dispatcher of the area, independent of the bodies that have the case."""
    roles = (Role.INSPECTOR, Role.VERIFIER, Role.DISPATCHER)
    return serves(actor, case, *roles) and is_independent(actor, case)


def may_add_evidence(actor: User, case: Case) -> bool:
    """Whoever may see the case and is of the desk, of a body that has it, or inspects its area."""
    if serves(actor, case, Role.INSPECTOR, Role.VERIFIER, Role.DISPATCHER):
        return True
    held = actor.memberships.filter(role=Role.HANDLER, organization__in=handling_bodies(case))
    return actor.is_active and held.exists()
