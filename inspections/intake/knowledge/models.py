"""A question with its answer, dated and reviewed; and each time that the desk answered with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.models import Versioned
from core.visibility import register_visible
from grid.catalogue.models import Category
from grid.ground.models import MemberQuerySet
from inspections.requests.models import ServiceRequest


class KnowledgeState(models.TextChoices):
    """Where an entry stands; `replaced`: a later entry says it better."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    REPLACED = "replaced", "已被取代"
    WITHDRAWN = "withdrawn", "已停用"


class KnowledgeEntry(Versioned):
    """One question and its answer. What was published is not edited: a draft replaces it.

    It holds from `valid_from` to before `valid_to` (none: without end). Every member reads it.
    """

    question = models.CharField(max_length=300)
    answer = models.TextField()
    basis = models.TextField(blank=True, help_text="law, notice or minutes the answer rests on")
    keywords = models.CharField(max_length=300, blank=True, help_text="other words people use")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    pinned = models.BooleanField(default=False, help_text="hot by decision of the desk")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="the first day on which it no longer holds")
    state = models.CharField(max_length=16, choices=KnowledgeState.choices)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = ArrayField(models.CharField(max_length=40), default=list)
    question_words = ArrayField(models.CharField(max_length=40), default=list)

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        db_table = "inspections_knowledge"
        constraints = [
            models.CheckConstraint(
                name="knowledge_state_known",
                condition=Q(state__in=[state.value for state in KnowledgeState]),
            ),
            models.CheckConstraint(
                name="knowledge_days",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="knowledge_second_person",
                condition=Q(published_at__isnull=True)
                | Q(reviewer__isnull=False) & ~Q(reviewer=F("author")),
            ),
        ]
        indexes = [
            GinIndex(name="knowledge_words", fields=["words"], condition=Q(state="published")),
            models.Index(
                name="knowledge_of_category",
                fields=["category", "id"],
                condition=Q(state="published"),
            ),
            models.Index(name="knowledge_in_state", fields=["state", "id"]),
        ]

    def __str__(self) -> str:
        return self.question


class KnowledgeUse(models.Model):
    """The desk answered a request with an entry."""

    entry = models.ForeignKey(KnowledgeEntry, on_delete=models.PROTECT, related_name="uses")
    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="+")
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    used_at = models.DateTimeField()

    class Meta:
        db_table = "inspections_knowledge_use"
        indexes = [models.Index(name="knowledge_used", fields=["used_at", "entry"])]


register_visible(KnowledgeEntry, lambda user: KnowledgeEntry.objects.visible_to(user))
