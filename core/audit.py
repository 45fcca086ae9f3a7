"""The trail: one entry per act, inserted in the act's own transaction, chained at commit."""

import json
from typing import Any

from django.db import models
from django.utils import timezone

from core.models import AuditEntry, OutboxEvent, User


def canonical_text(
    *,
    at: str,
    actor: str,
    act: str,
    subject_type: str,
    subject_id: str,
    reason: str,
    details: dict[str, Any],
) -> str:
    """The one spelling of an entry that is hashed: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(
        {
            "act": act,
            "actor": actor,
            "at": at,
            "details": details,
            "reason": reason,
            "subject": [subject_type, subject_id],
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


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

    `details` holds references only, never a requester's data.
    """
    at = timezone.now()
    subject_type, subject_id = subject_of(subject)
    return AuditEntry.objects.create(
        at=at,
        actor=actor,
        act=act,
        subject_type=subject_type,
        subject_id=subject_id,
        reason=reason,
        details=details or {},
        canonical=canonical_text(
            at=at.isoformat(),
            actor=actor.username,
            act=act,
            subject_type=subject_type,
            subject_id=subject_id,
            reason=reason,
            details=details or {},
        ),
    )


def emit(*, kind: str, subject: models.Model) -> OutboxEvent:
    """Put an event into the outbox; it is numbered, and listeners are woken, at commit."""
    subject_type, subject_id = subject_of(subject)
    return OutboxEvent.objects.create(
        at=timezone.now(), kind=kind, subject_type=subject_type, subject_id=subject_id
    )
