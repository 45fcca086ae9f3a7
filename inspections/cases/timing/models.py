"""Extensions (延期), parkings (挂账), and every change of a deadline, on record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.errors import DomainError, register_constraint
from core.models import User, Versioned
from core.visibility import register_visible
from grid.organizations.models import Organization
from inspections.cases.models import Assignment, Case


class ExtensionPending(DomainError):
    """An extension of this assignment was asked for already; the desk decides on it first."""

    status = 409
    zh = "该交办已有待决的延期申请：请等待派遣中心决定。"


class ParkingPending(DomainError):
    """Parking of this case was asked for already, or it is parked."""

    status = 409
    zh = "本案已有待决的挂账申请，或已挂账。"


class ExtensionState(models.TextChoices):
    """Where an extension stands."""

    ASKED = "asked", "待决定"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "不批准"
    LAPSED = "lapsed", "已失效"


class ParkingState(models.TextChoices):
    """Where a parking stands."""

    ASKED = "asked", "待决定"
    APPROVED = "approved", "挂账中"
    REFUSED = "refused", "不批准"
    ENDED = "ended", "已解除"
    LAPSED = "lapsed", "已失效"


class WithTheCase(models.QuerySet[Any]):
    """Read by whoever reads the case."""

    def visible_to(self, user: User) -> WithTheCase:
        """With the case."""
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))


class Extension(Versioned):
    """A body asks for more time; only the desk's approval moves its deadline."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="extensions")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=ExtensionState.choices)
    limit = models.CharField(max_length=16, help_text="how much more, as a catalogue states limits")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField(blank=True, help_text="the reason given for the decision")

    objects: ClassVar[Any] = WithTheCase.as_manager()

    class Meta:
        db_table = "inspections_extension"
        constraints = [
            models.CheckConstraint(
                name="extension_state_known",
                condition=Q(state__in=[s.value for s in ExtensionState]),
            ),
            models.UniqueConstraint(
                name="one_open_extension", fields=["assignment"], condition=Q(state="asked")
            ),
        ]
        indexes = [
            models.Index(name="extension_queue", fields=["-id"], condition=Q(state="asked")),
            models.Index(name="extension_case", fields=["case", "id"]),
        ]


class Parking(Versioned):
    """A case that cannot go on for now rests until a day (挂账), if the desk agrees; then its clocks go on."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parkings")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=ParkingState.choices)
    until = models.DateField(help_text="the day on which its clocks go on")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField(blank=True, help_text="the reason given for the decision")
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = WithTheCase.as_manager()

    class Meta:
        db_table = "inspections_parking"
        constraints = [
            models.CheckConstraint(
                name="parking_state_known", condition=Q(state__in=[s.value for s in ParkingState])
            ),
            models.UniqueConstraint(
                name="one_open_parking",
                fields=["case"],
                condition=Q(state__in=["asked", "approved"]),
            ),
        ]
        indexes = [
            models.Index(
                name="parking_queue",
                fields=["-id"],
                condition=Q(state__in=["asked", "approved"]),
            ),
            models.Index(name="parking_case", fields=["case", "id"]),
        ]


class ClockName(models.TextChoices):
    """The clocks of which a deadline can move; as `clocks.py` names them."""

    DISPATCH = "dispatch", "派遣"
    RESPOND = "respond", "响应"
    ARRIVE = "arrive", "到场"
    RESOLVE = "resolve", "处置"
    CITIZEN = "citizen", "群众时限"


class ChangeCause(models.TextChoices):
    """Why a deadline moved."""

    EXTENSION = "extension", "延期"
    PARKING = "parking", "挂账解除"
    CALENDAR = "calendar", "日历调整"


class DeadlineChange(models.Model):
    """One deadline moved: who, when, why, from when to when. Appended, never edited.

    `assignment` is null for the case's own clocks. What it followed from is named.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadline_changes")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="deadline_changes"
    )
    clock = models.CharField(max_length=16, choices=ClockName.choices)
    cause = models.CharField(max_length=16, choices=ChangeCause.choices)
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    extension = models.ForeignKey(
        Extension, on_delete=models.PROTECT, null=True, related_name="changes"
    )
    parking = models.ForeignKey(
        Parking, on_delete=models.PROTECT, null=True, related_name="changes"
    )

    class Meta:
        db_table = "inspections_deadline_change"
        constraints = [
            models.CheckConstraint(
                name="deadline_change_clock_known",
                condition=Q(clock__in=[c.value for c in ClockName]),
            ),
            models.CheckConstraint(
                name="deadline_change_cause_known",
                condition=Q(cause="extension", extension__isnull=False, parking__isnull=True)
                | Q(cause="parking", parking__isnull=False, extension__isnull=True)
                | Q(cause="calendar", extension__isnull=True, parking__isnull=True),
            ),
            models.CheckConstraint(
                name="deadline_change_moves", condition=~Q(old_due_at=F("new_due_at"))
            ),
            models.CheckConstraint(
                name="deadline_change_of_its_clock",
                condition=Q(clock__in=["dispatch", "citizen"], assignment__isnull=True)
                | Q(clock__in=["respond", "arrive", "resolve"], assignment__isnull=False),
            ),
        ]
        indexes = [models.Index(name="deadline_change_case", fields=["case", "id"])]


register_visible(Extension, lambda user: Extension.objects.visible_to(user))
register_visible(Parking, lambda user: Parking.objects.visible_to(user))
register_constraint("one_open_extension", ExtensionPending)
register_constraint("one_open_parking", ParkingPending)
