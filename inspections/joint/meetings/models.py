"""A meeting, what is on its agenda, and what was decided."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q

from core.errors import DomainError, register_constraint
from core.models import User, Versioned
from core.visibility import register_visible
from grid.catalogue.models import Category
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Case, seen_with_case


class MeetingKind(models.TextChoices):
    """What a meeting is for."""

    DISPATCH = "dispatch", "调度会"
    ON_SITE = "on_site", "现场办公"
    CONSULT = "consult", "会商"
    JOINT = "joint", "联合行动"


class MeetingState(models.TextChoices):
    """Where it stands; `reported`: what became of it was told to whoever asked (报县政府)."""

    PLANNED = "planned", "待召开"
    HELD = "held", "已召开"
    REPORTED = "reported", "已报告"
    CANCELLED = "cancelled", "已取消"


class MeetingThere(DomainError):
    """There is a dispatch meeting on that day already."""

    status = 409
    zh = "该日已有调度会。"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings by who may read them."""

    def visible_to(self, user: User) -> MeetingQuerySet:
        """About a case: with the case; others by dispatchers, leaders and auditors."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        seen = seen_with_case(user)
        if has_role(user, Role.DISPATCHER, Role.LEADER, Role.AUDITOR):
            seen |= Q(case=None)
        return self.filter(seen)


class Meeting(Versioned):
    """Who met when and where about what, and what was decided.

    `batch`: of a dispatch meeting, the running number of what it hands out (批次). `boundary`: the ground
    on whose responsibility a decision on site was taken (F11).
    """

    kind = models.CharField(max_length=16, choices=MeetingKind.choices)
    state = models.CharField(max_length=16, choices=MeetingState.choices)
    batch = models.PositiveIntegerField(null=True, unique=True)
    title = models.CharField(max_length=200)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="meetings")
    meets_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    chair = models.CharField(max_length=100, blank=True)
    attendees = models.JSONField(default=list, help_text="[{organization, name}]")
    minutes = models.TextField(blank=True)
    boundary = models.GeometryField(srid=4326, null=True)
    report_by = models.DateTimeField(null=True)
    report = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    held_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    class Meta:
        db_table = "inspections_meeting"
        constraints = [
            models.CheckConstraint(
                name="meeting_kind_known", condition=Q(kind__in=[k.value for k in MeetingKind])
            ),
            models.CheckConstraint(
                name="meeting_state_known", condition=Q(state__in=[s.value for s in MeetingState])
            ),
            models.CheckConstraint(
                name="meeting_about_a_case", condition=Q(kind="dispatch") ^ Q(case__isnull=False)
            ),
            models.CheckConstraint(
                name="meeting_batch_of_dispatch", condition=Q(kind="dispatch") | Q(batch=None)
            ),
            models.CheckConstraint(
                name="meeting_held_has_chair",
                condition=~Q(state__in=["held", "reported"]) | (~Q(chair="") & ~Q(minutes="")),
            ),
            models.UniqueConstraint(
                name="one_dispatch_meeting",
                fields=["meets_at"],
                condition=Q(kind="dispatch") & ~Q(state="cancelled"),
            ),
        ]
        indexes = [
            models.Index(name="meeting_newest", fields=["-meets_at", "-id"]),
            models.Index(name="meeting_case", fields=["case", "id"]),
        ]


class AgendaItem(models.Model):
    """One line of an agenda: a class of the ten with its figures, or a case handed out; and what was concluded."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    told = models.JSONField(default=dict, help_text="of a class: reported, open, late")
    conclusion = models.TextField(blank=True)

    class Meta:
        db_table = "inspections_agenda_item"
        constraints = [
            models.UniqueConstraint(name="agenda_position", fields=["meeting", "position"]),
            models.UniqueConstraint(
                name="agenda_case_once", fields=["meeting", "case"], condition=Q(case__isnull=False)
            ),
        ]


register_visible(Meeting, lambda user: Meeting.objects.visible_to(user))
register_constraint("one_dispatch_meeting", MeetingThere)
