"""Ownership areas: who answers for the ground inside a boundary, in which role, by which paper."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q

from grid.catalogue.models import PartyRole
from grid.ground.constraints import one_at_a_time, place_indexes, version_indexes
from grid.ground.models import GroundQuerySet, GroundRecord
from grid.organizations.models import Organization


class OwnershipKind(models.TextChoices):
    """What a piece of ground says.

    A red line (estate, site) presumes its manager before any plain area; an agreement of both sides of
    a border decides before size; beyond a utility's demarcation point its class claim is silent.
    """

    AREA = "area", "权属范围"
    RED_LINE = "red_line", "小区或工地红线"
    AGREEMENT = "agreement", "界路协议"
    DEMARCATION = "demarcation", "管线分界点以外"


class OwnershipArea(GroundRecord):
    """One ownership area; `categories` holds category codes, empty for all."""

    code = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=16, choices=OwnershipKind.choices, default=OwnershipKind.AREA
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="ownership_areas"
    )
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    boundary = models.MultiPolygonField(srid=4326, spatial_index=False)
    area_m2 = models.FloatField()
    categories = ArrayField(models.CharField(max_length=64), default=list)
    basis = models.TextField(blank=True)
    document = models.CharField(max_length=300, blank=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_ownership_area"
        constraints = one_at_a_time("ownership", "code")
        indexes = [
            models.Index(
                name="ownership_now", fields=["code"], condition=Q(recorded_during__upper_inf=True)
            ),
            models.Index(
                name="ownership_organization_now",
                fields=["organization"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            *place_indexes("ownership_boundary", "boundary"),
            *version_indexes("ownership"),
        ]
