"""The ledger of reward points: written once, never changed; it names the request, not the person."""

from django.db import models
from django.db.models import Q

from inspections.cases.models import Case
from inspections.requests.models import ServiceRequest


class Reward(models.Model):
    """Points for a report, once for each case; the database refuses to change or remove the row.

    Whose they are is what the request's erasable `Requester` says, as long as that is kept.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="reward")
    request = models.OneToOneField(ServiceRequest, on_delete=models.PROTECT, related_name="reward")
    points = models.PositiveIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        db_table = "inspections_reward"
        constraints = [
            models.CheckConstraint(name="reward_of_something", condition=Q(points__gt=0))
        ]
