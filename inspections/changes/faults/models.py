"""Faults that the ground report finds, each known again from one check to the next."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q

from core.models import Versioned
from core.visibility import register_visible
from grid.ground.models import MemberQuerySet
from grid.organizations.models import Organization


class FaultPart(models.TextChoices):
    """Which part of the ground report it stands in."""

    FAULTS = "faults", "区划与网格"
    OWNERSHIP = "ownership", "权属"


class FaultKind(models.TextChoices):
    """What is wrong, in the words of the ground report."""

    OVERLAPS = "overlaps", "重叠"
    GAPS = "gaps", "空缺"
    CROSSINGS = "crossings", "越界"
    SLIVERS = "slivers", "细缝"
    UNCOVERED = "uncovered", "无人认领"
    CONTESTED = "contested", "有争议"
    UNPROVEN = "unproven", "缺凭证"


class FaultState(models.TextChoices):
    """Where a fault stands; `gone`: the last check no longer found it."""

    OPEN = "open", "待交办"
    GIVEN = "given", "已交办"
    CLOSED = "closed", "已了结"
    GONE = "gone", "已消除"


class GroundFault(Versioned):
    """One thing wrong with the ground: what the report says of it, and who sees to it until when.

    `mark` is the same whenever the report finds the same: part, kind, layer and codes. Pieces of one
    kind between the same areas are one fault. Measures are those of the last check that found it.
    """

    mark = models.CharField(max_length=64, unique=True)
    part = models.CharField(max_length=16, choices=FaultPart.choices)
    kind = models.CharField(max_length=16, choices=FaultKind.choices)
    codes = ArrayField(models.CharField(max_length=64))
    organizations = ArrayField(models.CharField(max_length=64), default=list)
    said = models.JSONField(default=dict, help_text="what else the report says: layer, role, …")
    area_m2 = models.FloatField()
    pieces = models.PositiveIntegerField(default=1)
    place = models.PointField(srid=4326)
    boundary = models.GeometryField(srid=4326, null=True)
    area_codes = ArrayField(models.CharField(max_length=64), default=list)
    state = models.CharField(max_length=16, choices=FaultState.choices)
    assignee = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="ground_faults"
    )
    due_on = models.DateField(null=True)
    note = models.TextField(blank=True, help_text="why it was given, closed or opened again")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(help_text="by the first check that found it")
    seen_at = models.DateTimeField(help_text="by the last check that found it")
    ground_version = models.BigIntegerField(help_text="the ground that was checked")

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        db_table = "inspections_ground_fault"
        constraints = [
            models.CheckConstraint(
                name="fault_state_known", condition=Q(state__in=[s.value for s in FaultState])
            ),
            models.CheckConstraint(
                name="fault_given_to_somebody",
                condition=~Q(state="given") | Q(assignee__isnull=False, due_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="fault_largest", fields=["area_m2", "id"]),
            models.Index(
                name="fault_due", fields=["assignee", "due_on"], condition=Q(state="given")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{'、'.join(self.codes)}"


register_visible(GroundFault, lambda user: GroundFault.objects.visible_to(user))
