"""Reminder letters, numbered once per period, and supervisions with a clock of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.errors import DomainError, register_constraint
from core.models import Versioned
from core.visibility import register_visible
from grid.organizations.models import Organization
from inspections.cases.models import Assignment, Case
from inspections.cases.timing.models import WithTheCase


class SupervisionPending(DomainError):
    """This case is supervised already; answer or end that first."""

    status = 409
    zh = "本案已在督办中：请先答复或结束该次督办。"


class ReminderKind(models.TextChoices):
    """Of what a letter reminds."""

    WARNING = "warning", "临期提醒"
    OVERDUE = "overdue", "超期提醒"


class ReminderClock(models.TextChoices):
    """The clocks of a body."""

    RESPOND = "respond", "响应"
    ARRIVE = "arrive", "到场"
    RESOLVE = "resolve", "处置"


class Reminder(models.Model):
    """One letter to one body about one clock of its part (P11): one for each period, whoever asks how often.

    A clock near its end has one; one that has run out has one for each period since (`REMIND_EVERY_DAYS`),
    `period` counting from 0. A deadline that moved is another deadline. Serials run through the year.
    """

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reminders")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reminders")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=16, choices=ReminderClock.choices)
    kind = models.CharField(max_length=8, choices=ReminderKind.choices)
    period = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    issued_at = models.DateTimeField()

    objects: ClassVar[Any] = WithTheCase.as_manager()

    class Meta:
        db_table = "inspections_reminder"
        constraints = [
            models.UniqueConstraint(name="reminder_number", fields=["year", "serial"]),
            models.UniqueConstraint(
                name="reminder_once_per_period",
                fields=["assignment", "clock", "kind", "period", "due_at"],
            ),
            models.CheckConstraint(
                name="reminder_kind_known", condition=Q(kind__in=[k.value for k in ReminderKind])
            ),
        ]
        indexes = [
            models.Index(name="reminder_case", fields=["case", "id"]),
            models.Index(name="reminder_body", fields=["organization", "-id"]),
        ]

    @property
    def number(self) -> str:
        """As it stands on the letter."""
        return f"提醒〔{self.year}〕{self.serial:06d}号"


class SupervisionLevel(models.TextChoices):
    """The rungs of the ladder (B14), from below."""

    SUBDISTRICT = "subdistrict", "街道"
    DISTRICT = "district", "区县"
    CITY = "city", "市级"


LADDER = [SupervisionLevel.SUBDISTRICT, SupervisionLevel.DISTRICT, SupervisionLevel.CITY]


class SupervisionState(models.TextChoices):
    """Where a supervision stands."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    ENDED = "ended", "已结束"
    ESCALATED = "escalated", "已提级"
    LAPSED = "lapsed", "已失效"


class Supervision(Versioned):
    """Somebody above asks a body to account for a case (督办), until a time of its own.

    Not answered in time it goes one level up, as a new one that follows from it.
    """

    number = models.CharField(max_length=32, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervisions")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=16, choices=SupervisionLevel.choices)
    state = models.CharField(max_length=16, choices=SupervisionState.choices)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    respond_by = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    conclusion = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    follows = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="followed_by",
        help_text="the one below that was not answered in time",
    )

    objects: ClassVar[Any] = WithTheCase.as_manager()

    class Meta:
        db_table = "inspections_supervision"
        constraints = [
            models.CheckConstraint(
                name="supervision_state_known",
                condition=Q(state__in=[s.value for s in SupervisionState]),
            ),
            models.CheckConstraint(
                name="supervision_level_known",
                condition=Q(level__in=[level.value for level in SupervisionLevel]),
            ),
            models.UniqueConstraint(
                name="one_open_supervision",
                fields=["case"],
                condition=Q(state__in=["open", "answered"]),
            ),
        ]
        indexes = [
            models.Index(
                name="supervision_due", fields=["respond_by", "id"], condition=Q(state="open")
            ),
            models.Index(name="supervision_case", fields=["case", "id"]),
        ]

    def __str__(self) -> str:
        return self.number


register_visible(Reminder, lambda user: Reminder.objects.visible_to(user))
register_visible(Supervision, lambda user: Supervision.objects.visible_to(user))
register_constraint("one_open_supervision", SupervisionPending)
