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


class Versioned(models.Model):
    """Abstract: a row that `core.workflow.perform` changes; every act raises its version by one."""

    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class AuditChain(models.Model):
    """The identity of this database's trail: one row, made and signed by the migration."""

    id = models.UUIDField(primary_key=True)
    founded_at = models.DateTimeField()
    signature = models.CharField(max_length=64)

    class Meta:
        db_table = "core_audit_chain"


class AuditEntry(models.Model):
    """What happened, by whom, why: inserted only.

    Triggers (`core/sql/0002_number_at_commit.sql`) write `canonical` from the other columns, and
    give `seq` and `hash` at commit; until then `seq` is null.
    """

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


class AuditManifest(models.Model):
    """The records one bulk act touched; its entry's subject. The key is the hash of `items`."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    subject_type = models.CharField(max_length=64)
    items = models.TextField(help_text="one subject id per line, in order")

    class Meta:
        db_table = "core_audit_manifest"


class OutboxEvent(models.Model):
    """Something others may want to know: kind and id only; `seq` is commit order, gapless."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=128)
    seq = models.BigIntegerField(null=True, unique=True)

    class Meta:
        db_table = "core_outbox_event"


class Operation(models.Model):
    """A request that was carried out once, and the answer that is given again to its repeats."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    content_sha256 = models.CharField(max_length=64)
    answer = models.TextField(help_text="the JSON that was answered, to the letter")
    done_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "core_operation"
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="operation_once"),
        ]
