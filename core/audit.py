"""The trail: one entry per act, inserted in the act's own transaction, chained at commit."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from core.audit_head import copy_head_after_commit
from core.models import AuditEntry, AuditManifest, OutboxEvent, User


def subject_of(record: models.Model) -> tuple[str, str]:
    """How a record is named in audit and outbox: its model's name and its key."""
    return record._meta.label_lower, str(record.pk)


def record_act(
    *,
    actor: User,
    act: str,
    subject: models.Model,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Insert the entry of an act; must run inside the act's transaction.

    `details` is JSON and holds references only, never a requester's data. Number and hash are given
    at commit, and the new head of the chain is then copied outside the database.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("an act is recorded inside its own transaction")
    copy_head_after_commit()
    subject_type, subject_id = subject_of(subject)
    return AuditEntry.objects.create(
        at=timezone.now(),
        actor=actor,
        act=act,
        subject_type=subject_type,
        subject_id=subject_id,
        reason=reason,
        details=details or {},
    )


def record_bulk_act(
    *,
    actor: User,
    act: str,
    subjects: Sequence[models.Model],
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Insert the one entry of an act upon many records of one model.

    The entry's subject is the manifest that lists them; its key is the SHA-256 of the list.
    """
    subject_type, _ = subject_of(subjects[0])
    items = "\n".join(str(subject.pk) for subject in subjects)
    manifest, _ = AuditManifest.objects.get_or_create(
        sha256=hashlib.sha256(f"{subject_type}\n{items}".encode()).hexdigest(),
        defaults={"subject_type": subject_type, "items": items},
    )
    return record_act(
        actor=actor,
        act=act,
        subject=manifest,
        reason=reason,
        details={"subjects": subject_type, "count": len(subjects), **(details or {})},
    )


def emit(*, kind: str, subject: models.Model) -> OutboxEvent:
    """Put an event into the outbox; it is numbered, and listeners are woken, at commit."""
    subject_type, subject_id = subject_of(subject)
    return OutboxEvent.objects.create(
        at=timezone.now(), kind=kind, subject_type=subject_type, subject_id=subject_id
    )


def emit_each(*, kind: str, subjects: Sequence[models.Model]) -> None:
    """Put one event per subject into the outbox, in their order."""
    at = timezone.now()
    OutboxEvent.objects.bulk_create(
        OutboxEvent(at=at, kind=kind, subject_type=subject_type, subject_id=subject_id)
        for subject_type, subject_id in map(subject_of, subjects)
    )
