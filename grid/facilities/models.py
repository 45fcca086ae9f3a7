"""Facilities: identity by code, dated records of place and class, dated parties by role."""

from django.contrib.gis.db import models
from django.db.models import Q

from grid.catalogue.models import Category, PartyRole
from grid.ground.constraints import one_at_a_time, place_indexes, version_indexes
from grid.ground.models import GroundQuerySet, GroundRecord, MemberQuerySet
from grid.organizations.models import Organization


class CodeScheme(models.TextChoices):
    """How a facility code is built: 16 digits, 17 digits, or the city's own way."""

    GB30428 = "gb30428", "GB/T 30428.2 (16)"
    GB47678 = "gb47678", "GB/T 47678.5-2026 (17)"
    LOCAL = "local", "地方编码"


class FacilityState(models.TextChoices):
    """The standard's states of a facility."""

    INTACT = "intact", "完好"
    DAMAGED = "damaged", "破损"
    LOST = "lost", "丢失"
    ABANDONED = "abandoned", "废弃"
    REMOVED = "removed", "移除"


class Facility(models.Model):
    """A thing on the ground, for ever; what is known of it stands in its records and parties."""

    code = models.CharField(max_length=64, unique=True)
    scheme = models.CharField(max_length=16, choices=CodeScheme.choices, default=CodeScheme.LOCAL)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_facility"

    def __str__(self) -> str:
        return self.code


class FacilityRecord(GroundRecord):
    """Where a facility is and of what class; `home_cell_code` is derived from the cells in force."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="records")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=16, choices=FacilityState.choices, default=FacilityState.INTACT
    )
    installed_on = models.DateField(null=True)
    location = models.GeometryField(
        srid=4326, spatial_index=False, help_text="point, line or polygon"
    )
    parent = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, related_name="child_records"
    )
    attributes = models.JSONField(default=dict)
    home_cell_code = models.CharField(max_length=64, blank=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_facility_record"
        constraints = one_at_a_time("facility_record", "facility")
        indexes = [
            models.Index(
                name="facility_record_now",
                fields=["facility"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            models.Index(
                name="facility_record_category_now",
                fields=["category", "facility"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            models.Index(
                name="facility_record_cell_now",
                fields=["home_cell_code"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            *place_indexes("facility_location", "location"),
            *version_indexes("facility_record"),
        ]


class FacilityCell(models.Model):
    """Derived: every cell a line or polygon crosses (points have their home cell alone)."""

    record = models.ForeignKey(FacilityRecord, on_delete=models.CASCADE, related_name="cells")
    cell_code = models.CharField(max_length=64, db_index=True)

    class Meta:
        db_table = "grid_facility_cell"
        constraints = [
            models.UniqueConstraint(name="facility_cell_once", fields=["record", "cell_code"])
        ]


class FacilityParty(GroundRecord):
    """Who stands in which role towards a facility; one body per role at a time."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="parties")
    document = models.CharField(max_length=300, blank=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_facility_party"
        constraints = one_at_a_time("party", "facility", "role")
        indexes = [
            models.Index(
                name="party_organization_now",
                fields=["organization", "role"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            *version_indexes("party"),
        ]


class UpkeepRecord(GroundRecord):
    """De facto upkeep (事实管养): who has in fact repaired or paid, by orders or bills."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="upkeep")
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=300, blank=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_upkeep"
        constraints = one_at_a_time("upkeep", "facility", "role", "organization")
        indexes = version_indexes("upkeep")
