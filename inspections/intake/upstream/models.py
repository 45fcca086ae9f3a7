"""Links to platforms above, their orders, what they say of them, and what they are told."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.models import User
from core.visibility import register_visible
from grid.catalogue.models import Category
from inspections.intake.channels.models import IntakeChannel
from inspections.requests.models import ServiceRequest


class UpstreamLink(models.Model):
    """A platform above: its orders come by a channel of the registry, answers go to `url`."""

    channel = models.OneToOneField(IntakeChannel, on_delete=models.PROTECT, related_name="link")
    url = models.CharField(
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text="takes our reports; blank: it is told nothing",
    )
    active = models.BooleanField(default=True, help_text="off: reports wait here")

    class Meta:
        db_table = "inspections_upstream_link"

    def __str__(self) -> str:
        return self.channel.name


class UpstreamCategory(models.Model):
    """What a platform's word for a category is here."""

    link = models.ForeignKey(UpstreamLink, on_delete=models.CASCADE, related_name="categories")
    word = models.CharField(max_length=200, help_text="code or name, as the platform writes it")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "inspections_upstream_category"
        constraints = [models.UniqueConstraint(name="upstream_word_once", fields=["link", "word"])]


class UpstreamOrderQuerySet(models.QuerySet["UpstreamOrder"]):
    """Orders by who may read them."""

    def visible_to(self, user: User) -> UpstreamOrderQuerySet:
        """With the request that an order made."""
        seen = ServiceRequest.objects.visible_to(user).filter(pk=OuterRef("request"))
        return self.filter(Exists(seen))


class UpstreamOrder(models.Model):
    """One order of a platform, under its own number, with its own deadline."""

    link = models.ForeignKey(UpstreamLink, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=255)
    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, related_name="upstream_order"
    )
    due_at = models.DateTimeField(null=True, help_text="until when the platform wants it done")
    withdrawn_at = models.DateTimeField(null=True, help_text="the platform took it back")
    received_at = models.DateTimeField()

    objects: ClassVar[Any] = UpstreamOrderQuerySet.as_manager()

    class Meta:
        db_table = "inspections_upstream_order"
        constraints = [
            models.UniqueConstraint(name="upstream_order_once", fields=["link", "number"])
        ]
        indexes = [models.Index(name="upstream_order_number", fields=["number"])]


class WordKind(models.TextChoices):
    """What a platform says of an order after it gave it."""

    URGE = "urge", "催办"
    CALLBACK = "callback", "回访结果"
    EXTENSION = "extension", "延期批复"
    RETURN = "return", "退单批复"
    WITHDRAW = "withdraw", "撤回"


class UpstreamWord(models.Model):
    """Something a platform said of its order, once; `applied_at` when it took effect here."""

    order = models.ForeignKey(UpstreamOrder, on_delete=models.PROTECT, related_name="words")
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=16, choices=WordKind.choices)
    body = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inspections_upstream_word"
        constraints = [
            models.UniqueConstraint(name="upstream_word_said_once", fields=["order", "event_id"])
        ]


class ReportKind(models.TextChoices):
    """What a platform is told of its order."""

    RECEIPT = "receipt", "签收"
    PROGRESS = "progress", "进度"
    RETURN = "return", "申请退单"
    EXTENSION = "extension", "申请延期"
    RESULT = "result", "办结反馈"


class UpstreamReport(models.Model):
    """One thing a platform is to be told: queued in the act's own transaction, sent until it is taken.

    `key` goes with every attempt, so that whoever was told twice knows it; `cause` keeps one act
    from being told as two. Reports of one order go out in their order.
    """

    order = models.ForeignKey(UpstreamOrder, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=16, choices=ReportKind.choices)
    cause = models.CharField(max_length=100)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, help_text="what was last answered")

    class Meta:
        db_table = "inspections_upstream_report"
        constraints = [
            models.UniqueConstraint(name="upstream_report_once", fields=["order", "cause"])
        ]
        indexes = [
            models.Index(
                name="upstream_report_due",
                fields=["next_at", "id"],
                condition=Q(sent_at__isnull=True, refused_at__isnull=True),
            ),
            models.Index(
                name="upstream_report_refused",
                fields=["order"],
                condition=Q(refused_at__isnull=False),
            ),
            models.Index(
                name="upstream_report_waiting",
                fields=["order", "id"],
                condition=Q(sent_at__isnull=True, refused_at__isnull=True),
            ),
        ]


register_visible(UpstreamOrder, lambda user: UpstreamOrder.objects.visible_to(user))
