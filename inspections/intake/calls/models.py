"""When the desk did what during a call (C8), and the calls back before a body is sent (F3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inspections.requests.models import ServiceRequest


class DeskCall(models.Model):
    """The stages of one call: answered, noted, sorted, filed, fed back. Later ones may be missing."""

    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, primary_key=True, related_name="call"
    )
    answered_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True)
    sorted_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField()
    fed_back_at = models.DateTimeField(null=True)
    details_lacking = models.BooleanField(
        default=False, help_text="somebody calls back before a body is sent"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "inspections_desk_call"
        constraints = [
            models.CheckConstraint(
                name="desk_call_in_order",
                condition=Q(answered_at__lte=F("filed_at"))
                & (Q(fed_back_at__isnull=True) | Q(fed_back_at__gte=F("filed_at"))),
            )
        ]
        indexes = [
            models.Index(name="desk_call_filed", fields=["filed_at"]),
            models.Index(
                name="desk_call_lacking", fields=["filed_at"], condition=Q(details_lacking=True)
            ),
        ]


class ConfirmBack(models.Model):
    """One call back to whoever reported: reached or not, and what was confirmed. Appended."""

    request = models.ForeignKey(
        ServiceRequest, on_delete=models.PROTECT, related_name="confirmations"
    )
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reached = models.BooleanField()
    text = models.TextField(blank=True, help_text="what was confirmed")

    class Meta:
        db_table = "inspections_confirm_back"
        constraints = [
            models.CheckConstraint(
                name="confirmed_in_words", condition=Q(reached=False) | ~Q(text="")
            )
        ]
        indexes = [models.Index(name="confirm_back_of_request", fields=["request", "id"])]
