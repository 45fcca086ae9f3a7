"""The registry of channels (P3, C4), and under which number of a channel's own a request came in."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from core.models import User
from core.visibility import register_visible
from grid.organizations.models import Organization
from grid.organizations.permissions import is_member
from inspections.requests.models import Channel, ServiceRequest

LONGEST_ID = 255


class IntakeChannelQuerySet(models.QuerySet["IntakeChannel"]):
    """Channels by who may read them, and by whether they still take reports."""

    def visible_to(self, user: User) -> IntakeChannelQuerySet:
        """Every member: which ways in there are is no secret."""
        return self if is_member(user) else self.none()

    def taking(self, today: date) -> IntakeChannelQuerySet:
        """Those that take reports on a day."""
        return self.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=today), active=True)


class IntakeChannel(models.Model):
    """One way in: a hotline, a mailbox, a public account, a platform, a residents' meeting.

    `channel` is the contract's word for it (a word the list does not know is kept in
    `channel_name`), `legacy_id` what the system called it from which it was taken over. The secret,
    sealed, opens its address for programs (`/intake/CODE/`); without one that address is closed.
    """

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.OTHER.value)
    channel_name = models.CharField(max_length=100, blank=True, help_text="the word as it came")
    legacy_id = models.CharField(max_length=100, blank=True, db_index=True)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose it is",
    )
    address = models.CharField(
        max_length=300, blank=True, help_text="hotline number, mailbox, account or URL"
    )
    active = models.BooleanField(default=True)
    retired_on = models.DateField(null=True, blank=True, help_text="takes nothing from this day on")
    direct = models.BooleanField(
        default=False, help_text="its cases go straight to its organization (绿色通道, B26)"
    )
    media_url = models.CharField(
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text="where pictures that a message only names are fetched: {media_id} stands for the "
        "name; blank: they are not",
    )
    secret = models.TextField(blank=True, editable=False, help_text="sealed")

    objects: ClassVar[Any] = IntakeChannelQuerySet.as_manager()

    class Meta:
        db_table = "inspections_intake_channel"
        constraints = [
            models.CheckConstraint(
                name="intake_channel_word_known",
                condition=Q(channel__in=[c.value for c in Channel]),
            ),
            models.CheckConstraint(
                name="intake_channel_direct_to_somebody",
                condition=Q(direct=False) | Q(organization__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def takes_on(self, today: date) -> bool:
        """Whether it takes reports on a day."""
        return self.active and (self.retired_on is None or today < self.retired_on)


class ChannelReceipt(models.Model):
    """A request came by this channel under this number of the channel's own, once.

    `content_mark` and `sender_mark` are keyed: what was sent, and by whom, without keeping either.
    `notes` tell what could not be taken over (an attachment of a kind that is not kept).
    """

    channel = models.ForeignKey(IntakeChannel, on_delete=models.PROTECT, related_name="receipts")
    external_id = models.CharField(max_length=LONGEST_ID)
    request = models.OneToOneField(ServiceRequest, on_delete=models.PROTECT, related_name="receipt")
    content_mark = models.CharField(max_length=64)
    sender_mark = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=list)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "inspections_channel_receipt"
        constraints = [
            models.UniqueConstraint(name="channel_receipt_once", fields=["channel", "external_id"])
        ]
        indexes = [
            models.Index(
                name="receipt_by_sender",
                fields=["channel", "sender_mark", "-id"],
                condition=~Q(sender_mark=""),
            )
        ]


register_visible(IntakeChannel, lambda user: IntakeChannel.objects.visible_to(user))
