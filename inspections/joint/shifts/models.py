"""Shifts of the desk (班次), what each hands to the next, and the duty roster of bodies (值班表)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.errors import DomainError, register_constraint
from core.models import User, Versioned
from core.visibility import register_visible
from grid.ground.models import MemberQuerySet
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Case


class ShiftState(models.TextChoices):
    """Where a shift stands."""

    ON = "on", "在班"
    HANDED = "handed", "待接班"
    TAKEN = "taken", "已交接"


class ShiftRuns(DomainError):
    """A shift is on already at this desk: hand it over first."""

    status = 409
    zh = "本席已有在班班次：请先办理交班。"


class ShiftQuerySet(models.QuerySet["Shift"]):
    """Shifts by who may read them."""

    def visible_to(self, user: User) -> ShiftQuerySet:
        """Dispatchers, leaders and auditors: all."""
        if has_role(user, Role.DISPATCHER, Role.LEADER, Role.AUDITOR):
            return self
        return self.none()


class Shift(Versioned):
    """One shift of one desk: who began it, what was open when it was handed over, who took that."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ShiftState.choices)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)
    counts = models.JSONField(default=dict, help_text="open cases by what they waited for")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[Any] = ShiftQuerySet.as_manager()

    class Meta:
        db_table = "inspections_shift"
        constraints = [
            models.CheckConstraint(
                name="shift_state_known", condition=Q(state__in=[s.value for s in ShiftState])
            ),
            models.UniqueConstraint(
                name="one_shift_on", fields=["organization"], condition=Q(state="on")
            ),
            models.CheckConstraint(
                name="shift_taken_by_another",
                condition=Q(taken_by=None) | ~Q(taken_by=F("handed_by")),
            ),
        ]
        indexes = [models.Index(name="shift_newest", fields=["-began_at", "-id"])]


class ShiftCase(models.Model):
    """A case that was open when a shift was handed over and wanted somebody's eye."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    waits_for = models.CharField(max_length=16)
    clock = models.CharField(max_length=16, blank=True, help_text="warning or overdue")

    class Meta:
        db_table = "inspections_shift_case"
        constraints = [models.UniqueConstraint(name="listed_once", fields=["shift", "case"])]


class DutyTurnQuerySet(MemberQuerySet):
    """Turns by their time."""

    def at(self, now: datetime) -> Any:
        """Those on duty at an instant."""
        return self.filter(starts_at__lte=now, ends_at__gt=now, withdrawn_at=None)


class DutyTurn(models.Model):
    """A person of a body is on duty from one instant to another, reachable by a phone (值班, N9)."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="duty_turns"
    )
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = DutyTurnQuerySet.as_manager()

    class Meta:
        db_table = "inspections_duty_turn"
        constraints = [
            models.CheckConstraint(
                name="duty_turn_has_time", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="duty_turn_can_be_called", condition=~Q(name="") & ~Q(phone="")
            ),
        ]
        indexes = [
            models.Index(name="duty_turn_body", fields=["organization", "starts_at"]),
            models.Index(name="duty_turn_page", fields=["starts_at", "id"]),
        ]


register_visible(Shift, lambda user: Shift.objects.visible_to(user))
register_visible(DutyTurn, lambda user: DutyTurn.objects.visible_to(user))
register_constraint("one_shift_on", ShiftRuns)
