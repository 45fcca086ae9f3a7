"""Requests that wait at the desk: one row for each that came in and has no case, for what it waits."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.models import User
from core.visibility import register_visible
from inspections.requests.models import ServiceRequest


class WaitsFor(models.TextChoices):
    """Why a request has no case yet."""

    PLACE = "place", "待补地点"
    ANSWER = "answer", "待答复"
    OUTSIDE = "outside", "市外待核"


class SettledAs(models.TextChoices):
    """How it left the inbox."""

    OPENED = "opened", "已立为案件"
    JOINED = "joined", "已并入案件"
    ANSWERED = "answered", "已答复"


class InboxItemQuerySet(models.QuerySet["InboxItem"]):
    """What waits, by who may read it."""

    def visible_to(self, user: User) -> InboxItemQuerySet:
        """With the request."""
        seen = ServiceRequest.objects.visible_to(user).filter(pk=OuterRef("request"))
        return self.filter(Exists(seen))

    def waiting(self) -> InboxItemQuerySet:
        """What nobody has settled yet."""
        return self.filter(settled_at__isnull=True)


class InboxItem(models.Model):
    """A request that came in and feeds no case. Records of the past that a file states never wait."""

    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, related_name="inbox_item"
    )
    waits_for = models.CharField(max_length=16, choices=WaitsFor.choices)
    since = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_as = models.CharField(max_length=16, choices=SettledAs.choices, blank=True)

    objects: ClassVar[Any] = InboxItemQuerySet.as_manager()

    class Meta:
        db_table = "inspections_inbox_item"
        constraints = [
            models.CheckConstraint(
                name="inbox_waits_for_known",
                condition=Q(waits_for__in=[w.value for w in WaitsFor]),
            ),
            models.CheckConstraint(
                name="inbox_settled_somehow",
                condition=Q(settled_at__isnull=True, settled_as="")
                | Q(settled_at__isnull=False, settled_as__in=[s.value for s in SettledAs]),
            ),
        ]
        indexes = [
            models.Index(
                name="inbox_waiting", fields=["since", "id"], condition=Q(settled_at__isnull=True)
            ),
            models.Index(
                name="inbox_waiting_for",
                fields=["waits_for", "since", "id"],
                condition=Q(settled_at__isnull=True),
            ),
        ]


register_visible(InboxItem, lambda user: InboxItem.objects.visible_to(user))
