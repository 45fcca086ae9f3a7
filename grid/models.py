"""Every model of the ground, room by room, so that Django finds them."""

from core.models import User
from core.visibility import register_visible
from grid.areas.models import Area, GridEdition
from grid.catalogue.models import (
    STANDING_CATEGORIES,
    CatalogueEdition,
    Category,
    CategoryHeir,
    CategoryRecord,
    Duty,
    DutyLimit,
)
from grid.cells.models import DraftUnit, GridCell
from grid.evidence.models import Evidence, StoredFile
from grid.facilities.models import (
    Facility,
    FacilityCell,
    FacilityParty,
    FacilityRecord,
    UpkeepRecord,
)
from grid.ground.models import City, GroundVersion
from grid.ground.standing import keep
from grid.handover.models import Handover, HandoverEffect, HandoverItem
from grid.jurisdiction.models import Precedent, Verdict
from grid.organizations.models import (
    STANDING_BODIES,
    Membership,
    Organization,
    OrganizationRecord,
)
from grid.organizations.queries import accounts_visible_to
from grid.ownership.models import OwnershipArea

__all__ = [
    "Area",
    "CatalogueEdition",
    "Category",
    "CategoryHeir",
    "CategoryRecord",
    "City",
    "DraftUnit",
    "Duty",
    "DutyLimit",
    "Evidence",
    "Facility",
    "FacilityCell",
    "FacilityParty",
    "FacilityRecord",
    "GridCell",
    "GridEdition",
    "GroundVersion",
    "Handover",
    "HandoverEffect",
    "HandoverItem",
    "Membership",
    "Organization",
    "OrganizationRecord",
    "OwnershipArea",
    "Precedent",
    "StoredFile",
    "UpkeepRecord",
    "Verdict",
]

# Who sees the acts upon these: the subjects of the audit that lie in the ground. (Single facilities
# and cells are no subjects: they change by publications, whose subject is the ground version.)
for model in (GroundVersion, GridEdition, CatalogueEdition, Organization, Handover):
    register_visible(model, model.objects.visible_to)
register_visible(User, accounts_visible_to)

# What each publication of the ground records as it stands.
for standing in (STANDING_BODIES, STANDING_CATEGORIES):
    keep(standing)
