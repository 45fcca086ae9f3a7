"""Files kept by their hash, and evidence: one file put forward for one subject, with its findings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q

from core.models import User
from core.visibility import about_visible


class StoredFile(models.Model):
    """A file as it was received, once per content; the original is sealed, a clean copy is shown."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=64, help_text="by decoding, not by what was claimed")
    width = models.PositiveIntegerField(null=True, help_text="pixels, upright")
    height = models.PositiveIntegerField(null=True)
    exif = models.JSONField(default=dict)
    fingerprint = models.BigIntegerField(null=True, help_text="perceptual hash; null: none or flat")
    fingerprint_bands = ArrayField(models.IntegerField(), default=list)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "grid_stored_file"
        indexes = [GinIndex(name="stored_file_bands", fields=["fingerprint_bands"])]

    @property
    def is_photo(self) -> bool:
        """Whether it shows something (a document does not)."""
        return self.width is not None


class PositionSource(models.TextChoices):
    """Who says where the photo was taken."""

    FIXES = "fixes", "设备定位"
    EXIF = "exif", "照片内信息"


class Purpose(models.TextChoices):
    """What a file is put forward for."""

    REPORT = "report", "上报"
    VERIFY = "verify", "核实"
    BEFORE = "before", "处置前"
    AFTER = "after", "处置后"
    CHECK = "check", "核查"
    DOCUMENT = "document", "文件"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Evidence by who may see it."""

    def visible_to(self, user: User) -> EvidenceQuerySet:
        """That whose subject the user may see."""
        return about_visible(user, self)  # type: ignore[return-value]


class Evidence(models.Model):
    """A file put forward for a subject: appended, never edited; only its release is added later.

    The subject is named by type and key (`core.visibility` knows who may see it) and by the code
    people use for it. `envelope` is what the device signed around it, as received.
    """

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="evidence")
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=128)
    subject_code = models.CharField(max_length=64)
    purpose = models.CharField(max_length=16, choices=Purpose.choices, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    stated_mime = models.CharField(max_length=100, blank=True)
    captured_at = models.DateTimeField(null=True, help_text="the device's word")
    received_at = models.DateTimeField()
    fixes = models.JSONField(default=list)
    envelope = models.JSONField(default=dict)
    position = models.PointField(srid=4326, null=True)
    accuracy_m = models.FloatField(null=True)
    position_source = models.CharField(max_length=8, choices=PositionSource.choices, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    findings = models.JSONField(default=list)
    released_at = models.DateTimeField(
        null=True, help_text="since then the public may see the copy"
    )

    objects: ClassVar[Any] = EvidenceQuerySet.as_manager()

    class Meta:
        db_table = "grid_evidence"
        constraints = [
            models.UniqueConstraint(
                name="evidence_once", fields=["file", "subject_type", "subject_id"]
            ),
            models.CheckConstraint(
                name="evidence_position_has_source",
                condition=Q(position__isnull=True) | ~Q(position_source=""),
            ),
            models.CheckConstraint(
                name="evidence_purpose_known",
                condition=Q(purpose__in=["", *(purpose.value for purpose in Purpose)]),
            ),
        ]
        indexes = [
            models.Index(name="evidence_subject", fields=["subject_type", "subject_id", "id"])
        ]

    @property
    def blocking(self) -> list[str]:
        """Codes of the findings that keep it from closing a case."""
        return [finding["code"] for finding in self.findings if finding["blocks"]]
