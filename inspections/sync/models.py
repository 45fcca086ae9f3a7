"""Blobs on their way in; what was done is kept by `core.operations`."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Upload(models.Model):
    """A blob some person is sending: how long it is, how much of it lies here."""

    sha256 = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    length = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    complete = models.BooleanField(default=False)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "inspections_upload"
        constraints = [
            models.UniqueConstraint(name="upload_once", fields=["sha256", "user"]),
            models.CheckConstraint(
                name="upload_within_length",
                condition=Q(received__gte=0) & Q(received__lte=F("length")),
            ),
        ]
        indexes = [
            models.Index(
                name="upload_unfinished", fields=["touched_at"], condition=Q(complete=False)
            )
        ]
