"""An emergency: where, for which categories, declared and lifted by whom, why."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.models import User, Versioned
from core.visibility import register_visible
from grid.organizations.permissions import is_member


class EmergencyState(models.TextChoices):
    """Whether it lasts."""

    DECLARED = "declared", "应急状态"
    LIFTED = "lifted", "已解除"


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    """Emergencies by who may read them, and those that last."""

    def visible_to(self, user: User) -> EmergencyQuerySet:
        """Every member."""
        return self.all() if is_member(user) else self.none()

    def lasting(self) -> EmergencyQuerySet:
        """Declared and not lifted, the first first."""
        return self.filter(state=EmergencyState.DECLARED).order_by("id")


class Emergency(Versioned):
    """While it lasts, cases of these areas and categories come first (B24); blank lists mean all.

    What was filed before keeps its deadlines; what is reported meanwhile is urgent.
    """

    title = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=EmergencyState.choices)
    areas = ArrayField(models.CharField(max_length=64), default=list, help_text="codes")
    categories = ArrayField(models.CharField(max_length=64), default=list, help_text="codes")
    reason = models.TextField()
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[Any] = EmergencyQuerySet.as_manager()

    class Meta:
        db_table = "inspections_emergency"
        constraints = [
            models.CheckConstraint(
                name="emergency_state_known",
                condition=Q(state__in=[s.value for s in EmergencyState]),
            )
        ]
        indexes = [
            models.Index(name="emergency_lasting", fields=["id"], condition=Q(state="declared"))
        ]

    def __str__(self) -> str:
        return self.title


register_visible(Emergency, lambda user: Emergency.objects.visible_to(user))
