"""Marks upon cases, and copies of cases to leaders."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from inspections.cases.models import Case


class MarkKind(models.TextChoices):
    """What is the matter with a case, beyond what it reports."""

    UNCLEAR = "unclear", "权责不清"
    ILL_HANDLED = "ill_handled", "办理不力"
    REPEATED = "repeated", "反复提出"
    PING_PONG = "ping_pong", "反复退转"
    LISTED = "listed", "列为疑难"
    PUSHED_DOWN = "pushed_down", "下推基层"
    CROSS_DISTRICT = "cross_district", "跨区"


# The three triggers of F16, cases that go round (C19), and what the desk lists itself (N16).
HARD = (
    MarkKind.UNCLEAR,
    MarkKind.ILL_HANDLED,
    MarkKind.REPEATED,
    MarkKind.PING_PONG,
    MarkKind.LISTED,
)


class CaseMark(models.Model):
    """A mark upon a case: since when, found by which act, and until when it held. One of a kind at a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=16, choices=MarkKind.choices)
    since = models.DateTimeField()
    act = models.CharField(max_length=32, help_text="the act or scan that found it")
    told = models.JSONField(default=dict, help_text="numbers and references, no words")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inspections_case_mark"
        constraints = [
            models.UniqueConstraint(
                name="one_mark_of_a_kind", fields=["case", "kind"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="mark_kind_known", condition=Q(kind__in=[kind.value for kind in MarkKind])
            ),
        ]
        indexes = [
            models.Index(name="mark_register", fields=["kind", "-case"], condition=Q(ended_at=None))
        ]


class CopyCause(models.TextChoices):
    """Why a leader has a case before them."""

    SENT = "sent", "派遣时抄送"
    MARKED = "marked", "触发提级"
    REFERRED = "referred", "呈请领办"


class CaseCopy(models.Model):
    """A case was copied to a leader (抄送), at the moment of what caused it; `taken_at`: the leader took it on (领办)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="copies")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=16, choices=CopyCause.choices)
    kind = models.CharField(max_length=16, blank=True, help_text="of the mark that caused it")
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inspections_case_copy"
        constraints = [
            models.UniqueConstraint(
                name="copied_once", fields=["case", "leader", "cause", "kind", "at"]
            ),
            models.CheckConstraint(
                name="copy_cause_known", condition=Q(cause__in=[c.value for c in CopyCause])
            ),
        ]
        indexes = [models.Index(name="copy_leader", fields=["leader", "-case"])]


def marked(kinds: tuple[str, ...] | list[str]) -> Exists:
    """The condition on a case that one of these marks stands on it."""
    return Exists(
        CaseMark.objects.filter(case=OuterRef("pk"), kind__in=list(kinds), ended_at__isnull=True)
    )
