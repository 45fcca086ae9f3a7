"""Grid cells: every point of the city lies in exactly one."""

from django.contrib.gis.db import models
from django.db.models import Q

from grid.areas.models import GridEdition
from grid.ground.constraints import one_at_a_time, place_indexes, version_indexes
from grid.ground.models import GroundQuerySet, GroundRecord


class GridCell(GroundRecord):
    """One cell as an edition states it; its identity is its code (15 digits in China)."""

    edition = models.ForeignKey(GridEdition, on_delete=models.PROTECT, related_name="cells")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    community_code = models.CharField(max_length=64, blank=True)
    boundary = models.MultiPolygonField(srid=4326, spatial_index=False)
    area_m2 = models.FloatField()

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_cell"
        constraints = one_at_a_time("cell", "code")
        indexes = [
            models.Index(
                name="cell_now", fields=["code"], condition=Q(recorded_during__upper_inf=True)
            ),
            models.Index(
                name="cell_community_now",
                fields=["community_code"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            *place_indexes("cell_boundary", "boundary"),
            *version_indexes("cell"),
        ]


class DraftUnit(models.Model):
    """One area or cell of an edition that is still a draft: a row as loaded, not yet in force."""

    class Layer(models.TextChoices):
        AREAS = "areas", "行政区划"
        CELLS = "cells", "单元网格"

    edition = models.ForeignKey(GridEdition, on_delete=models.CASCADE, related_name="draft_units")
    layer = models.CharField(max_length=8, choices=Layer.choices)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=16, blank=True)
    parent_code = models.CharField(max_length=64, blank=True)
    zone = models.CharField(max_length=8, blank=True)
    boundary = models.MultiPolygonField(srid=4326, null=True, spatial_index=False)

    class Meta:
        db_table = "grid_draft_unit"
        constraints = [
            models.UniqueConstraint(name="draft_unit_once", fields=["edition", "layer", "code"])
        ]
