"""Who may ask that a rating be left out of the figures, and who decides on it."""

from core.models import User
from grid.organizations.models import Role
from inspections.cases.closing.models import Exclusion
from inspections.cases.permissions import is_independent, serves


def may_ask_exclusion(actor: User, exclusion: Exclusion) -> bool:
    """A dispatcher or verifier of the area, independent of the bodies that have the case."""
    case = exclusion.case
    return serves(actor, case, Role.DISPATCHER, Role.VERIFIER) and is_independent(actor, case)


def may_decide_exclusion(actor: User, exclusion: Exclusion) -> bool:
    """A leader or another dispatcher of the area than who asked, independent of the bodies that have the case."""
    if actor.pk == exclusion.asked_by_id:
        return False
    case = exclusion.case
    return serves(actor, case, Role.DISPATCHER, Role.LEADER) and is_independent(actor, case)
