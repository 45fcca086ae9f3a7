"""Who may ask for more time or for a rest, and who decides."""

from core.models import User
from grid.organizations.models import Role
from inspections.cases.permissions import may_dispatch
from inspections.cases.timing.models import Extension, Parking

Asked = Extension | Parking


def handles_for(actor: User, organization: int) -> bool:
    """Whether the actor handles for that very body."""
    held = actor.memberships.filter(role=Role.HANDLER, organization=organization)
    return actor.is_active and held.exists()


def may_ask(actor: User, asked: Asked) -> bool:
    """A handler of the body that has the case (承办单位承办人)."""
    return handles_for(actor, asked.organization_id)


def may_decide(actor: User, asked: Asked) -> bool:
    """A dispatcher of the area (派遣员), who does not handle for the body that asks."""
    own = handles_for(actor, asked.organization_id)
    return may_dispatch(actor, asked.case) and not own


def may_end(actor: User, parking: Parking) -> bool:
    """A dispatcher of the area, a handler of the body that has it, or the calendar on its day."""
    return actor.is_service or may_dispatch(actor, parking.case) or may_ask(actor, parking)


def may_let_lapse(actor: User, asked: Asked) -> bool:
    """Whoever moved the case otherwise: it lapses by that act."""
    return actor.is_active


def may_revive(actor: User, asked: Asked) -> bool:
    """Whoever undoes the merge by which it lapsed."""
    return may_dispatch(actor, asked.case)
