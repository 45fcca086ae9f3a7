"""A draft edition of the catalogue within a change set, and who wrote and reviewed its lines."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from grid.catalogue.models import CatalogueEdition, Duty
from grid.ground.models import MemberQuerySet
from inspections.changes.models import ChangeItem, ChangeSet


class EditionDraft(models.Model):
    """A change set whose content is a draft edition: only the lines that differ from what is in force.

    `item` is what previews and publishes it: its lines as a file, made when it is previewed. Once it
    is published, `edition` is the edition that it became.
    """

    change_set = models.OneToOneField(
        ChangeSet, on_delete=models.PROTECT, primary_key=True, related_name="edition_draft"
    )
    edition = models.OneToOneField(CatalogueEdition, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField(
        null=True, help_text="the day from which its lines hold; null: as each line says"
    )
    item = models.OneToOneField(ChangeItem, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        db_table = "inspections_edition_draft"


class DraftLine(models.Model):
    """Of one line of a draft: who wrote it, whether it ends a duty, and what the legal review said."""

    duty = models.OneToOneField(
        Duty, on_delete=models.CASCADE, primary_key=True, related_name="draft_line"
    )
    draft = models.ForeignKey(EditionDraft, on_delete=models.CASCADE, related_name="lines")
    ends = models.BooleanField(default=False, help_text="the duty is to end, not to change")
    replaces = ArrayField(
        models.CharField(max_length=64),
        default=list,
        help_text="codes of the classes that its class stands for from then on",
    )
    remark = models.TextField(blank=True, help_text="why the legal review gave it back")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        db_table = "inspections_draft_line"
