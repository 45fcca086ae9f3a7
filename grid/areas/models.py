"""Administrative areas and grid editions."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Q

from grid.ground.constraints import one_at_a_time, place_indexes
from grid.ground.models import (
    GroundQuerySet,
    GroundRecord,
    GroundVersion,
    MemberQuerySet,
    always,
)


class Level(models.TextChoices):
    """The levels of the administrative tree, from above."""

    DISTRICT = "district", "区县"
    SUBDISTRICT = "subdistrict", "街道乡镇"
    COMMUNITY = "community", "社区"


class Zone(models.TextChoices):
    """Town and country have different limits."""

    TOWN = "town", "城区"
    COUNTRY = "country", "农村"


class GridEdition(models.Model):
    """A dated issue of areas and cells; its contents are the rows known at its ground version."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被取代"

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    valid_during = DateTimeRangeField(default=always)
    version = models.ForeignKey(GroundVersion, on_delete=models.PROTECT, null=True)
    faults = models.JSONField(default=dict, help_text="what the coverage check found")
    faults_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_edition"
        constraints = [
            models.UniqueConstraint(
                name="one_published_edition", fields=["status"], condition=Q(status="published")
            ),
        ]


class Area(GroundRecord):
    """One administrative area as an edition states it; its identity is its code."""

    edition = models.ForeignKey(GridEdition, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent_code = models.CharField(max_length=64, blank=True)
    zone = models.CharField(max_length=8, choices=Zone.choices, blank=True)
    boundary = models.MultiPolygonField(srid=4326, null=True, spatial_index=False)
    area_m2 = models.FloatField(null=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_area"
        constraints = one_at_a_time("area", "code")
        indexes = [
            models.Index(
                name="area_now", fields=["code"], condition=Q(recorded_during__upper_inf=True)
            ),
            models.Index(
                name="area_parent_now",
                fields=["parent_code"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            *place_indexes("area_boundary", "boundary"),
        ]
