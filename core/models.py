"""What every room above stands on: people, the audit chain, the outbox, idempotent operations."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person (or a named service user) who can act; roles are memberships, in the ground."""

    is_service = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="zh-hans")

    class Meta:
        db_table = "core_user"


class AuditEntry(models.Model):
    """What happened, by whom, why: inserted only; `seq` and `hash` are given at commit by a trigger."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=128)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    canonical = models.TextField(help_text="the text that is hashed")
    seq = models.BigIntegerField(null=True, unique=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "core_audit_entry"
        indexes = [
            models.Index(name="audit_subject", fields=["subject_type", "subject_id", "id"]),
        ]


class OutboxEvent(models.Model):
    """Something others may want to know: kind and id only; `seq` is commit order, gapless."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=128)
    seq = models.BigIntegerField(null=True, unique=True)

    class Meta:
        db_table = "core_outbox_event"
