"""What is still to be fetched of messages, and what was."""

from django.db import models
from django.db.models import Q

from inspections.intake.channels.models import ChannelReceipt


class ChannelMedia(models.Model):
    """One picture, recording or film of a message, by the name its channel gave it; fetched once."""

    receipt = models.ForeignKey(ChannelReceipt, on_delete=models.PROTECT, related_name="media")
    media_id = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True, help_text="what was last answered")

    class Meta:
        db_table = "inspections_channel_media"
        constraints = [
            models.UniqueConstraint(name="channel_media_once", fields=["receipt", "media_id"]),
            models.CheckConstraint(
                name="channel_media_one_end",
                condition=Q(fetched_at__isnull=True) | Q(given_up_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="channel_media_due",
                fields=["next_at", "id"],
                condition=Q(fetched_at__isnull=True, given_up_at__isnull=True),
            )
        ]
