"""Lineage: which case was merged into which, what was split off from what, which reports joined by themselves."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.errors import LostRace, register_constraint
from inspections.cases.models import Case
from inspections.requests.models import ServiceRequest


class CaseMerge(models.Model):
    """One case became part of another (并案), until it is undone: appended, only its end is added.

    `requests` are the keys of those that moved. `kept` says what the other case had before
    (`before`), what it has since (`after`), which visits of the merged one waited (`visits`), and
    what its bodies had asked that nobody had answered (`waited`).
    """

    merged = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="absorbed")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()
    requests = ArrayField(models.BigIntegerField())
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undo_reason = models.TextField(blank=True)

    class Meta:
        db_table = "inspections_case_merge"
        constraints = [
            models.UniqueConstraint(
                name="merged_once", fields=["merged"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="merged_into_another", condition=~Q(merged=models.F("into"))
            ),
        ]


class CaseSplit(models.Model):
    """Some requests of a case became a case of their own (拆分)."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="splits")
    made = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="split_from")
    split_at = models.DateTimeField()
    split_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()
    requests = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "inspections_case_split"


class RequestJoin(models.Model):
    """A request joined an open case when it came in: somebody said so, or (`automatic`) by its score."""

    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, primary_key=True, related_name="join"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="joins")
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    automatic = models.BooleanField()
    score = models.FloatField(null=True)
    reasons = ArrayField(models.CharField(max_length=32), default=list, help_text="codes")

    class Meta:
        db_table = "inspections_request_join"


register_constraint("merged_once", LostRace)
