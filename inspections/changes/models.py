"""A change set, the loads it is made of, and what it would move."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q

from core.models import Versioned
from core.visibility import register_visible
from grid.ground.models import GroundVersion, MemberQuerySet


class ChangeSetState(models.TextChoices):
    """Where a change set stands."""

    DRAFT = "draft", "草稿"
    PREVIEWED = "previewed", "已评估影响"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class ChangeSet(Versioned):
    """Changes of the ground that a second person publishes together, or nobody.

    Members see it: what is planned for the ground is no secret, and nobody hears of it too late.
    `impact` is the summary of what it moves, found on the ground version `impact_on`.
    """

    number = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=ChangeSetState.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    base_version = models.BigIntegerField(help_text="the newest ground version when it was begun")
    impact = models.JSONField(null=True)
    impact_on = models.BigIntegerField(null=True, help_text="the ground version it was found on")
    published_version = models.ForeignKey(
        GroundVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, help_text="when it was published or withdrawn")

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        db_table = "inspections_change_set"
        constraints = [
            models.CheckConstraint(
                name="change_set_state_known",
                condition=Q(state__in=[state.value for state in ChangeSetState]),
            ),
            models.CheckConstraint(
                name="change_set_second_person",
                condition=~Q(state="published")
                | Q(approver__isnull=False) & ~Q(approver=models.F("author")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ChangeItem(models.Model):
    """One load into a layer, kept to be carried out: the file by its hash, and how to read it.

    `told` is what the load reported when it was tried: created, updated, unchanged, rejected, warnings.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="items")
    layer = models.CharField(max_length=32)
    filename = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "inspections_change_item"


class ImpactKind(models.TextChoices):
    """What changes hands."""

    FACILITY = "facility", "部件"
    CASE = "case", "案件"


class ImpactRow(models.Model):
    """One facility or open case whose answer a change set changes, in codes and words of that moment.

    Bodies and facilities that the set itself makes do not exist yet: so no foreign keys.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=8, choices=ImpactKind.choices)
    code = models.CharField(max_length=64, help_text="of the facility, or the case's number")
    category = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200, blank=True)
    from_code = models.CharField(max_length=64, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    to_code = models.CharField(max_length=64, blank=True)
    to_name = models.CharField(max_length=200, blank=True)
    from_outcome = models.CharField(max_length=16, blank=True, help_text="blank: it did not stand")
    to_outcome = models.CharField(max_length=16, blank=True)
    place = models.GeometryField(srid=4326, null=True, spatial_index=False)

    class Meta:
        db_table = "inspections_impact_row"
        indexes = [models.Index(name="impact_page", fields=["change_set", "kind", "id"])]


register_visible(ChangeSet, lambda user: ChangeSet.objects.visible_to(user))
