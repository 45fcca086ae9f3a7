"""Tasks in the field, and the visits made for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.models import User
from core.visibility import register_visible
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import area_codes_of, has_role
from inspections.cases.models import CLOSED_WITH_IT, Assignment, Case


class TaskKind(models.TextChoices):
    """What somebody goes out for."""

    VERIFY = "verify", "核实"
    HANDLE = "handle", "处置"
    CHECK = "check", "核查"
    PATROL = "patrol", "巡查"
    SURVEY = "survey", "踏勘"
    HANDOVER_INSPECTION = "handover_inspection", "移交查验"
    LOOK_BACK = "look_back", "回头看"


class TaskStatus(models.TextChoices):
    """Whether there is still something to do."""

    OPEN = "open", "待办"
    DONE = "done", "已办"
    CANCELLED = "cancelled", "已撤销"


class TaskQuerySet(models.QuerySet["FieldTask"]):
    """Tasks by whose they are."""

    def visible_to(self, user: User) -> TaskQuerySet:
        """A body's tasks to its handlers, as long as it has the case; those of an area to its inspectors, verifiers and desk."""
        if has_role(user, Role.LEADER, Role.AUDITOR):
            return self
        areas = area_codes_of(user, Role.INSPECTOR, Role.VERIFIER, Role.DISPATCHER)
        if areas is None:
            return self
        held = Assignment.objects.filter(
            Q(ended_at__isnull=True) | Q(end_reason=CLOSED_WITH_IT),
            case=OuterRef("case"),
            organization=OuterRef("organization"),
        )
        theirs = Q(organization__in=_handled_by(user)) & (Q(case__isnull=True) | Exists(held))
        return self.filter(Q(case__area_codes__overlap=list(areas)) | theirs if areas else theirs)

    def open_to_visits_by(self, user: User) -> TaskQuerySet:
        """Tasks for which this user may have been there: a phone may tell of it after the body lost the case."""
        seen = self.model.objects.visible_to(user).values("pk")
        return self.filter(Q(organization__in=_handled_by(user)) | Q(pk__in=seen))

    def to_do_by(self, user: User) -> TaskQuerySet:
        """Those a person may go for: their body's, and the area's that no body is named for."""
        areas = area_codes_of(user, Role.INSPECTOR, Role.VERIFIER)
        in_area = Q() if areas is None else Q(case__area_codes__overlap=list(areas))
        return self.filter(Q(organization=None) & in_area | Q(organization__in=_handled_by(user)))


def _handled_by(user: User) -> list[int]:
    if not (user.is_authenticated and user.is_active):
        return []
    held = user.memberships.filter(role=Role.HANDLER)
    return list(held.values_list("organization", flat=True))


class FieldTask(models.Model):
    """Somebody is to go somewhere: a body's crew, or the inspectors of the place (no body named)."""

    kind = models.CharField(max_length=24, choices=TaskKind.choices)
    status = models.CharField(
        max_length=16, choices=TaskStatus.choices, default=TaskStatus.OPEN.value
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="tasks")
    place = models.GeometryField(srid=4326)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta:
        db_table = "inspections_field_task"
        constraints = [
            models.CheckConstraint(
                name="task_kind_known", condition=Q(kind__in=[k.value for k in TaskKind])
            ),
            models.CheckConstraint(
                name="task_status_known", condition=Q(status__in=[s.value for s in TaskStatus])
            ),
            models.UniqueConstraint(
                name="one_open_task",
                fields=["case", "kind", "organization"],
                nulls_distinct=False,
                condition=Q(status="open", case__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="task_open_body", fields=["organization", "id"], condition=Q(status="open")
            ),
        ]


class VisitOutcome(models.TextChoices):
    """What was found; nothing yet, where somebody only says to have come."""

    ARRIVED = "arrived", "已到场"
    DONE = "done", "已完成"
    NOT_FOUND = "not_found", "未发现"
    ALREADY_RESTORED = "already_restored", "已自行恢复"
    NO_ACCESS = "no_access", "无法进入"
    UNSAFE = "unsafe", "不安全"
    PIN_MOVED = "pin_moved", "点位有误"
    RELAPSED = "relapsed", "未解决或复发"


# Outcomes after which a person must decide what becomes of the case; nothing closes by itself.
TO_DECIDE = frozenset(
    {
        VisitOutcome.NOT_FOUND,
        VisitOutcome.ALREADY_RESTORED,
        VisitOutcome.NO_ACCESS,
        VisitOutcome.UNSAFE,
    }
)


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits by who may read them."""

    def visible_to(self, user: User) -> VisitQuerySet:
        """With the case they were made for; those of a task without one, with the task."""
        tasks = FieldTask.objects.visible_to(user).values("pk")
        cases = Case.objects.visible_to(user).values("pk")
        return self.filter(Q(task__in=tasks) | Q(task__case__in=cases))


class Visit(models.Model):
    """Somebody was there: appended, never edited, but for whether it waits for a decision (`to_decide`).

    `near`: whether position and place may be within `limit_m` of each other, both accuracies
    counted; null without a position. `pin` is where the visitor says the place really is, and
    `pin_refusal` why the case could not be moved there at once (code and words). `arrival`: this
    visit stopped its body's clock of arrival.
    """

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="visits")
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=24, choices=VisitOutcome.choices)
    arrived_at = models.DateTimeField(help_text="as the visitor's device says")
    recorded_at = models.DateTimeField(default=timezone.now, help_text="heard of here")
    position = models.PointField(srid=4326, null=True)
    accuracy_m = models.FloatField(null=True)
    stated = models.JSONField(default=dict, help_text="lon, lat, datum and pin as given")
    distance_m = models.FloatField(null=True)
    limit_m = models.FloatField(null=True)
    near = models.BooleanField(null=True)
    arrival = models.BooleanField(default=False)
    pin = models.PointField(srid=4326, null=True)
    pin_refusal = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    met_requester = models.BooleanField(
        null=True, help_text="met the requester there (N18); null: not said"
    )
    to_decide = models.BooleanField(
        default=False, help_text="a person has yet to decide what becomes of the case"
    )

    objects: ClassVar[Any] = VisitQuerySet.as_manager()

    class Meta:
        db_table = "inspections_visit"
        constraints = [
            models.CheckConstraint(
                name="visit_outcome_known",
                condition=Q(outcome__in=[o.value for o in VisitOutcome]),
            ),
            models.CheckConstraint(
                name="visit_near_is_measured",
                condition=Q(near__isnull=True)
                | Q(position__isnull=False, distance_m__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_moved_names_the_pin",
                condition=~Q(outcome="pin_moved") | Q(pin__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="visit_to_decide", fields=["-id"], condition=Q(to_decide=True)),
        ]


register_visible(Visit, lambda user: Visit.objects.visible_to(user))
register_visible(FieldTask, lambda user: FieldTask.objects.visible_to(user))
