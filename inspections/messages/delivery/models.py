"""A message in the queue, the robots and programs that messages go to, and how far the outbox was read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.models import User
from core.visibility import register_visible
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import area_codes_of, has_role
from inspections.cases.models import Case
from inspections.requests.models import ServiceRequest


class Transport(models.TextChoices):
    """By which way a message goes."""

    PAGE = "page", "查询页"
    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信网关"
    WEBHOOK = "webhook", "Webhook"
    WECOM = "wecom", "企业微信机器人"
    DINGTALK = "dingtalk", "钉钉机器人"


PROGRAMS = (
    Transport.WEBHOOK,
    Transport.SMS,
)  # they know a message by its key: it may be sent again
ROBOTS = (Transport.WECOM, Transport.DINGTALK)


class MessageState(models.TextChoices):
    """Where a message stands."""

    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已送达"
    UNSURE = "unsure", "结果不明"  # handed over, and nobody knows whether it came: never sent twice
    FAILED = "failed", "发送失败"
    DROPPED = "dropped", "不再发送"


class Endpoint(models.Model):
    """A robot in a group, or a program, that is told: of one body, or (without one) of the city.

    `sealed` holds address and secret under the keys of requesters' data: a robot's address is its key.
    `recent` are the last instants something was handed over, by which `per_minute` is kept.
    """

    name = models.CharField(max_length=100, unique=True)
    transport = models.CharField(max_length=16, choices=Transport.choices)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    host = models.CharField(max_length=255, help_text="of its address, to be shown")
    sealed = models.TextField()
    kinds = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="which messages; none named: all",
    )
    language = models.CharField(max_length=8, default="zh-Hans")
    per_minute = models.PositiveIntegerField(default=20)
    active = models.BooleanField(default=True)
    paused_until = models.DateTimeField(null=True)
    recent = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        db_table = "inspections_endpoint"
        constraints = [
            models.CheckConstraint(
                name="endpoint_transport_known",
                condition=Q(transport__in=[t.value for t in (*PROGRAMS, *ROBOTS)]),
            ),
            models.CheckConstraint(name="endpoint_rate", condition=Q(per_minute__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages by who may read the list of deliveries."""

    def visible_to(self, user: User) -> MessageQuerySet:
        """The desk by area, leaders and auditors all."""
        if has_role(user, Role.LEADER, Role.AUDITOR):
            return self
        areas = area_codes_of(user, Role.DISPATCHER)
        if areas is None:
            return self
        codes = list(areas)
        return self.filter(Q(case__area_codes__overlap=codes) | Q(request__area_code__in=codes))


class Message(models.Model):
    """One message to one receiver by one way. `told` holds references and public facts, never who reported.

    `key` says of which event to whom by which way: it cannot be queued twice. Once `handed_over_at` is
    set, only a receiver that knows the key gets it again.
    """

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    transport = models.CharField(max_length=16, choices=Transport.choices)
    state = models.CharField(max_length=16, choices=MessageState.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="messages")
    request = models.ForeignKey(
        ServiceRequest, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.SET_NULL, null=True, related_name="messages"
    )
    told = models.JSONField(default=dict)
    happened_at = models.DateTimeField(help_text="what it tells of")
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True, help_text="a code, never a text")

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        db_table = "inspections_message"
        constraints = [
            models.CheckConstraint(
                name="message_state_known", condition=Q(state__in=[s.value for s in MessageState])
            ),
            models.CheckConstraint(
                name="message_queued_is_due",
                condition=~Q(state="queued") | Q(next_try_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="message_due", fields=["next_try_at", "id"], condition=Q(state="queued")
            ),
            models.Index(
                name="message_leased", fields=["leased_until"], condition=Q(state="sending")
            ),
            models.Index(name="message_of_request", fields=["request", "-id"]),
            models.Index(name="message_of_case", fields=["case", "-id"]),
            models.Index(
                name="message_undelivered",
                fields=["-id"],
                condition=Q(state__in=["failed", "unsure"]),
            ),
        ]


class OutboxReader(models.Model):
    """How far a reader of the outbox has come: one row each, locked while it reads on."""

    name = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "inspections_outbox_reader"


register_visible(Message, lambda user: Message.objects.visible_to(user))
