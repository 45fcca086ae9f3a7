"""A meeting with residents, and which requests were made there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from core.models import User
from core.visibility import register_visible
from grid.organizations.models import Role
from grid.organizations.permissions import area_codes_of, has_role
from inspections.requests.models import ServiceRequest


class GatheringQuerySet(models.QuerySet["Gathering"]):
    """Residents' meetings by who may read them: minutes name people."""

    def visible_to(self, user: User) -> GatheringQuerySet:
        """Dispatchers by area, leaders and auditors all."""
        if has_role(user, Role.LEADER, Role.AUDITOR):
            return self
        areas = area_codes_of(user, Role.DISPATCHER)
        return self if areas is None else self.filter(area_code__in=areas)


class Gathering(models.Model):
    """A meeting with residents: when, where, of which area (blank: the city). Its minutes are evidence of it."""

    title = models.CharField(max_length=200)
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    area_code = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = GatheringQuerySet.as_manager()

    class Meta:
        db_table = "inspections_gathering"
        indexes = [models.Index(name="gathering_newest", fields=["-held_at", "-id"])]

    def __str__(self) -> str:
        return self.title


class GatheringRequest(models.Model):
    """A request was made at a meeting; at one only. Appended."""

    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, primary_key=True, related_name="said_at"
    )
    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="said")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "inspections_gathering_request"


register_visible(Gathering, lambda user: Gathering.objects.visible_to(user))
