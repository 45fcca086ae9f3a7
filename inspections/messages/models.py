"""A notice to a body, and who of it has read it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from core.models import User
from core.visibility import register_visible
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.changes.models import ChangeSet


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    GROUND_CHANGED = "ground_changed", "底图变更"
    GROUND_TURNED = "ground_turned", "底图到期"  # a row began or ended to hold: of no change set
    CASE = "case", "案卷"  # something a body must know of a case of its own


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by who may read them."""

    def visible_to(self, user: User) -> NoticeQuerySet:
        """Those to the bodies of one's memberships."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(organization__in=user.memberships.values("organization"))


class Notice(models.Model):
    """Told to a body; `told` holds numbers and references, the words are made when it is read."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="notices")
    event = models.BigIntegerField(null=True, help_text="of the outbox, that it tells of")
    told = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        db_table = "inspections_notice"
        constraints = [
            models.UniqueConstraint(
                name="notice_once", fields=["organization", "kind", "change_set"]
            ),
            models.UniqueConstraint(name="notice_of_event_once", fields=["event", "organization"]),
        ]
        indexes = [models.Index(name="notice_page", fields=["organization", "-id"])]


class NoticeReading(models.Model):
    """A person has read a notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        db_table = "inspections_notice_reading"
        constraints = [models.UniqueConstraint(name="notice_read_once", fields=["notice", "user"])]


register_visible(Notice, lambda user: Notice.objects.visible_to(user))
