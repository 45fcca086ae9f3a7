"""Precedents (rulings that bind the next case) and verdicts as given, append-only."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from grid.catalogue.models import PartyRole
from grid.ground.constraints import one_at_a_time
from grid.ground.models import GroundQuerySet, GroundRecord, GroundVersion
from grid.organizations.models import Organization


class Precedent(GroundRecord):
    """What a ruling decided for a piece of ground: body, categories, dates, paper."""

    code = models.CharField(max_length=64)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=PartyRole.choices, blank=True)
    boundary = models.MultiPolygonField(srid=4326)
    categories = ArrayField(models.CharField(max_length=64), default=list)
    document = models.CharField(max_length=300, blank=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_precedent"
        constraints = one_at_a_time("precedent", "code")


class Outcome(models.TextChoices):
    """How an answer stands; see the glossary."""

    SETTLED = "settled", "已明确"
    PRESUMED = "presumed", "推定"
    CONTESTED = "contested", "有争议"
    UNOWNED = "unowned", "无主"
    UNCERTAIN = "uncertain", "位置不确定"
    OUTSIDE = "outside", "不在本市"
    UNDETERMINED = "undetermined", "无法判定"


class Verdict(models.Model):
    """An answer as it was given: question, answer, the ground version and rules it stands on."""

    asked_at = models.DateTimeField(auto_now_add=True)
    question = models.JSONField()
    answer = models.JSONField()
    version = models.ForeignKey(GroundVersion, on_delete=models.PROTECT, null=True)
    rules = models.CharField(max_length=16, help_text="edition of the rules' code")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    responsible = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    location = models.PointField(srid=4326)

    class Meta:
        db_table = "grid_verdict"
