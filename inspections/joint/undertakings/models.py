"""What one body is to do by a time, beside or within a case, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.models import User, Versioned
from core.visibility import register_visible
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Case, let_bodies_see, seen_with_case
from inspections.joint.meetings.models import Meeting


class UndertakingKind(models.TextChoices):
    """Why a body is to do it."""

    PART = "part", "分工"
    INSTRUCTION = "instruction", "批示"
    STOP_WORK = "stop_work", "停工令"
    COMMITMENT = "commitment", "表态"


class UndertakingState(models.TextChoices):
    """Where it stands; `settled` (销号) only by somebody other than the body."""

    GIVEN = "given", "待办"
    ANSWERED = "answered", "已反馈"
    SETTLED = "settled", "已销号"
    WITHDRAWN = "withdrawn", "已撤销"


class LeaderLevel(models.TextChoices):
    """Of which level the leader is who instructed (C15)."""

    CITY = "city", "市级"
    DISTRICT = "district", "区县级"
    STREET = "street", "街道乡镇级"


OWED = (UndertakingState.GIVEN, UndertakingState.ANSWERED)


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    """Undertakings by who may read them, and by their time."""

    def visible_to(self, user: User) -> UndertakingQuerySet:
        """With the case; those without one by the desk, leaders and auditors; one's own body's always."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        own = Q(organization__in=user.memberships.filter(role=Role.HANDLER).values("organization"))
        if has_role(user, Role.DISPATCHER, Role.LEADER, Role.AUDITOR):
            own |= Q(case=None)
        return self.filter(own | seen_with_case(user))

    def late(self, now: datetime) -> UndertakingQuerySet:
        """Those the body has not answered though their time is over."""
        return self.filter(state=UndertakingState.GIVEN, due_at__lte=now)


class Undertaking(Versioned):
    """A body is to do something by a time: its part of a case (分工), a leader's instruction (批示),
    an order to stop work (停工令), or what its chief promised in a meeting (表态).

    `signed_by` and `signed_on`: the leader who instructed, the office that orders, the chief who promised.
    """

    kind = models.CharField(max_length=16, choices=UndertakingKind.choices)
    state = models.CharField(max_length=16, choices=UndertakingState.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="undertakings")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="undertakings"
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    level = models.CharField(max_length=16, choices=LeaderLevel.choices, blank=True)
    signed_by = models.CharField(max_length=100, blank=True)
    signed_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[Any] = UndertakingQuerySet.as_manager()

    class Meta:
        db_table = "inspections_undertaking"
        constraints = [
            models.CheckConstraint(
                name="undertaking_kind_known",
                condition=Q(kind__in=[kind.value for kind in UndertakingKind]),
            ),
            models.CheckConstraint(
                name="undertaking_state_known",
                condition=Q(state__in=[state.value for state in UndertakingState]),
            ),
            models.CheckConstraint(
                name="undertaking_case_where_needed",
                condition=Q(kind__in=["instruction", "commitment"]) | Q(case__isnull=False),
            ),
            models.CheckConstraint(
                name="undertaking_instruction_has_level",
                condition=~Q(kind="instruction") | (~Q(level="") & ~Q(signed_by="")),
            ),
            models.CheckConstraint(
                name="undertaking_commitment_is_signed",
                condition=~Q(kind="commitment") | (~Q(signed_by="") & Q(signed_on__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="undertaking_body", fields=["organization", "-id"]),
            models.Index(name="undertaking_case", fields=["case", "id"]),
            models.Index(name="undertaking_kind", fields=["kind", "-id"]),
            models.Index(
                name="undertaking_due", fields=["due_at", "id"], condition=Q(state="given")
            ),
        ]


def _has_something_to_do(bodies: Sequence[int]) -> Q:
    """A case in which a body has something to do is seen by it."""
    own = Undertaking.objects.filter(case=OuterRef("pk"), organization__in=bodies).exclude(
        state=UndertakingState.WITHDRAWN
    )
    return Q(Exists(own))


let_bodies_see(_has_something_to_do)
register_visible(Undertaking, lambda user: Undertaking.objects.visible_to(user))
