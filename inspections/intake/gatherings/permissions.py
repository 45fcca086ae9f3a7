"""Who keeps the record of residents' meetings."""

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import area_codes_of
from inspections.intake.gatherings.models import Gathering


def may_keep(actor: User, gathering: Gathering) -> bool:
    """A dispatcher of its area; of the whole city where it names none."""
    areas = area_codes_of(actor, Role.DISPATCHER)
    return areas is None or gathering.area_code in areas
