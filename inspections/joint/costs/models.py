"""What was paid for a case by a body that does not owe it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import User, Versioned
from core.visibility import register_visible
from grid.organizations.models import Organization, Role
from inspections.cases.models import Case, seen_with_case


class CostState(models.TextChoices):
    """Where the claim stands."""

    OWED = "owed", "待追偿"
    RECOVERED = "recovered", "已追回"
    WAIVED = "waived", "不再追偿"


class AdvanceCostQuerySet(models.QuerySet["AdvanceCost"]):
    """Costs by who may read them."""

    def visible_to(self, user: User) -> AdvanceCostQuerySet:
        """With the case; and those that one's own body paid or owes."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        own = user.memberships.filter(role=Role.HANDLER).values("organization")
        return self.filter(seen_with_case(user) | Q(payer__in=own) | Q(owed_by__in=own))


class AdvanceCost(Versioned):
    """A body paid (`payer`) what another owes (`owed_by`; null: nobody is known yet): recoverable from it (N20)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="advance_costs")
    state = models.CharField(max_length=16, choices=CostState.choices)
    payer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    owed_by = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="yuan")
    households = models.PositiveIntegerField(null=True, help_text="for how many, where for each")
    purpose = models.CharField(max_length=500)
    paid_on = models.DateField()
    entered_at = models.DateTimeField()
    recovered = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    note = models.TextField(blank=True, help_text="how it was recovered, or why not")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = AdvanceCostQuerySet.as_manager()

    class Meta:
        db_table = "inspections_advance_cost"
        constraints = [
            models.CheckConstraint(
                name="cost_state_known", condition=Q(state__in=[s.value for s in CostState])
            ),
            models.CheckConstraint(name="cost_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="cost_owed_by_another", condition=Q(owed_by=None) | ~Q(owed_by=F("payer"))
            ),
            models.CheckConstraint(
                name="cost_recovered_at_most",
                condition=Q(recovered__gte=0, recovered__lte=F("amount")),
            ),
        ]
        indexes = [models.Index(name="cost_case", fields=["case", "id"])]


register_visible(AdvanceCost, lambda user: AdvanceCost.objects.visible_to(user))
