"""The handling body's word to the requester, the causes of rework, and ratings left out by approval."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.errors import DomainError, register_constraint
from core.models import User, Versioned
from core.visibility import register_visible
from grid.organizations.models import Organization
from inspections.cases.models import Callback, Case, seen_with_case


class Cause(models.TextChoices):
    """Why the requester is dissatisfied, or the work goes back (N13)."""

    NOT_SOLVED = "not_solved", "问题未解决"
    POOR_RESULT = "poor_result", "处置效果不好"
    LATE = "late", "办理不及时"
    NO_CONTACT = "no_contact", "未联系诉求人"
    ATTITUDE = "attitude", "态度不好"
    RELAPSED = "relapsed", "复发"
    NO_PROOF = "no_proof", "结案证据不足"
    BEYOND_RULES = "beyond_rules", "超出法规政策"
    UNREASONABLE = "unreasonable", "诉求不合理"
    MALICIOUS = "malicious", "恶意诉求"
    OTHER = "other", "其他"


EXCUSES = (
    Cause.BEYOND_RULES,
    Cause.UNREASONABLE,
    Cause.MALICIOUS,
)  # for which a rating may be left out


class ReplyWay(models.TextChoices):
    """How the handling body told the requester."""

    PHONE = "phone", "电话"
    VISIT = "visit", "当面"
    MESSAGE = "message", "信息"
    LETTER = "letter", "书面"


class HandlerReply(models.Model):
    """The body that handled it told the requester itself, by a named person (B12, B17): appended."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="replies")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField(max_length=16, choices=ReplyWay.choices)
    reached = models.BooleanField()
    text = models.TextField(help_text="what was told, numbers hidden")

    class Meta:
        db_table = "inspections_handler_reply"
        indexes = [models.Index(name="reply_of_case", fields=["case", "id"])]


class WithItsCase(models.QuerySet[Any]):
    """Read by whoever reads the case."""

    def visible_to(self, user: User) -> WithItsCase:
        """With the case."""
        return self.filter(seen_with_case(user))


class Rework(models.Model):
    """A case went back to the body that leads, and why: appended."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reworks")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cause = models.CharField(max_length=16, choices=Cause.choices)
    reason = models.TextField()

    objects: ClassVar[Any] = WithItsCase.as_manager()

    class Meta:
        db_table = "inspections_rework"
        constraints = [
            models.CheckConstraint(
                name="rework_cause_known", condition=Q(cause__in=[c.value for c in Cause])
            )
        ]
        indexes = [
            models.Index(name="rework_of_case", fields=["case", "id"]),
            models.Index(name="rework_by_body", fields=["organization", "cause", "-id"]),
            models.Index(name="rework_by_cause", fields=["cause", "-id"]),
            models.Index(name="rework_when", fields=["made_at"]),
        ]


class ExclusionState(models.TextChoices):
    """Where it stands."""

    ASKED = "asked", "待批准"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "不批准"


class ExclusionAsked(DomainError):
    """It was asked already that this rating be left out, or decided; a second person has the say."""

    status = 409
    zh = "该评价的剔除申请已提出或已决定：须由另一人审批。"


class Exclusion(Versioned):
    """A dissatisfied rating is to be left out of the figures (剔除不合理诉求): counts only if a second person approves."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions")
    callback = models.ForeignKey(
        Callback, on_delete=models.PROTECT, related_name="exclusions", help_text="whose rating"
    )
    state = models.CharField(max_length=16, choices=ExclusionState.choices)
    cause = models.CharField(max_length=16, choices=Cause.choices)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField(blank=True)

    objects: ClassVar[Any] = WithItsCase.as_manager()

    class Meta:
        db_table = "inspections_exclusion"
        constraints = [
            models.CheckConstraint(
                name="exclusion_state_known",
                condition=Q(state__in=[s.value for s in ExclusionState]),
            ),
            models.CheckConstraint(
                name="exclusion_by_two",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
            ),
            models.UniqueConstraint(name="exclusion_once", fields=["callback"]),
        ]
        indexes = [
            models.Index(
                name="exclusion_queue", fields=["asked_at", "id"], condition=Q(state="asked")
            )
        ]


register_visible(Rework, lambda user: Rework.objects.visible_to(user))
register_visible(Exclusion, lambda user: Exclusion.objects.visible_to(user))
register_constraint("exclusion_once", ExclusionAsked)
