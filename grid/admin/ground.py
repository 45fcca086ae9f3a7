"""The ground and the trail, to read: the ground changes by publications only."""

from django.contrib import admin

from core.models import AuditEntry
from grid.admin.reading import ReadOnly
from grid.areas.models import GridEdition
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.models import City, GroundVersion
from grid.handover.models import Handover
from grid.organizations.models import Role
from grid.ownership.models import OwnershipArea


@admin.register(AuditEntry)
class AuditAdmin(ReadOnly):
    """The trail, newest first."""

    list_display = ["seq", "at", "actor", "act", "subject_type", "subject_id", "reason"]
    list_filter = ["act"]
    list_select_related = ["actor"]
    ordering = ["-id"]
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)


class GroundAdmin(ReadOnly):
    """Rows of the ground; their shapes are on the map."""

    exclude = ["boundary", "location"]
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)


@admin.register(City)
class CityAdmin(GroundAdmin):
    """The one city."""

    list_display = ["name", "metric_srid", "timezone", "founded_at"]


@admin.register(GroundVersion)
class VersionAdmin(GroundAdmin):
    """Publications of the ground, newest first."""

    list_display = ["number", "published_at", "published_by", "act", "source_name"]
    list_select_related = ["published_by"]
    ordering = ["-number"]


@admin.register(GridEdition)
class GridEditionAdmin(GroundAdmin):
    """Editions of areas and cells."""

    list_display = ["number", "status", "version", "faults_accepted_by"]
    list_select_related = ["version", "faults_accepted_by"]
    ordering = ["-number"]


@admin.register(CatalogueEdition)
class CatalogueEditionAdmin(GroundAdmin):
    """Editions of the responsibility catalogue."""

    list_display = ["number", "status", "version"]
    list_select_related = ["version"]
    ordering = ["-number"]


@admin.register(Category)
class CategoryAdmin(GroundAdmin):
    """Classes of facilities and matters."""

    list_display = ["code", "name", "kind", "parent"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    ordering = ["kind", "code"]


@admin.register(Duty)
class DutyAdmin(GroundAdmin):
    """Lines of the catalogue: who answers for what, by which law, with which limits."""

    list_display = [
        "category", "scenario", "role", "organization", "supervisor", "custodian", "reviewed_on",
    ]  # fmt: skip
    list_filter = ["edition", "role"]
    list_select_related = ["category", "organization", "supervisor", "custodian"]
    search_fields = ["category__code", "category__name", "legal_basis"]
    ordering = ["category__code", "scenario", "id"]


@admin.register(Facility)
class FacilityAdmin(GroundAdmin):
    """Facilities by their codes."""

    list_display = ["code", "scheme"]
    list_filter = ["scheme"]
    search_fields = ["code__startswith"]
    ordering = ["id"]


@admin.register(FacilityRecord)
class FacilityRecordAdmin(GroundAdmin):
    """What is recorded of facilities, every row with both its times."""

    list_display = ["facility", "name", "category", "state", "home_cell_code", "recorded_during"]
    list_select_related = ["facility", "category"]
    search_fields = ["facility__code__startswith"]
    raw_id_fields = ["facility", "parent"]
    ordering = ["id"]


@admin.register(Handover)
class HandoverAdmin(GroundAdmin):
    """The ledger of handovers."""

    list_display = [
        "code", "kind", "state", "from_organization", "to_organization", "signed_on", "document",
    ]  # fmt: skip
    list_filter = ["state", "kind"]
    list_select_related = ["from_organization", "to_organization"]
    search_fields = ["code", "document"]
    ordering = ["-id"]


@admin.register(OwnershipArea)
class OwnershipAdmin(GroundAdmin):
    """Ownership areas, every row with both its times."""

    list_display = ["code", "organization", "kind", "role", "document", "recorded_during"]
    list_filter = ["kind", "role"]
    list_select_related = ["organization"]
    search_fields = ["code", "organization__name"]
    ordering = ["code", "id"]
