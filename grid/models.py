"""Every model of the ground, room by room, so that Django finds them."""

from grid.areas.models import Area, GridEdition
from grid.catalogue.models import CatalogueEdition, Category, Duty, DutyLimit
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
from grid.handover.models import Handover, HandoverEffect, HandoverItem
from grid.jurisdiction.models import Precedent, Verdict
from grid.organizations.models import Membership, Organization
from grid.ownership.models import OwnershipArea

__all__ = [
    "Area",
    "CatalogueEdition",
    "Category",
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
    "OwnershipArea",
    "Precedent",
    "StoredFile",
    "UpkeepRecord",
    "Verdict",
]
