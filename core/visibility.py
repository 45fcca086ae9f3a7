"""Who may see what a row speaks of: a registry of subject type → the queryset a user may see.

Audit entries, events and evidence name their subject by type and id. The room that owns the subject
says here, once, who sees it; a type that nobody registered is seen by nobody.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Value, When
from django.db.models.functions import Cast

from core.models import AuditEntry, User

Visible = Callable[[User], "models.QuerySet[Any]"]

_VISIBLE: dict[str, Visible] = {}


def register_visible(model: type[models.Model], visible_to: Visible) -> None:
    """Say who sees the records of a model; called once, by the room that owns it."""
    label = model._meta.label_lower
    if _VISIBLE.setdefault(label, visible_to) is not visible_to:
        raise ValueError(f"{label} already says who sees it")


def visible(user: User, subject_type: str) -> models.QuerySet[Any]:
    """The records of a type that the user may see; none if nobody registered the type."""
    if subject_type in _VISIBLE:
        return _VISIBLE[subject_type](user)
    try:
        model = apps.get_model(subject_type)
    except (LookupError, ValueError):
        model = AuditEntry
    nothing: models.QuerySet[Any] = model._base_manager.none()
    return nothing


def may_see(user: User, subject_type: str, subject_id: str) -> bool:
    """Whether the user may see this one subject."""
    try:
        return visible(user, subject_type).filter(pk=subject_id).exists()
    except (ValueError, ValidationError):  # an id of another shape than this type's
        return False


def about_visible(user: User, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those rows (with `subject_type` and `subject_id`) whose subject the user may see.

    Each row's subject is looked up by its key, so that a page of rows costs a page of look-ups,
    however many subjects there are. The CASE keeps an id from being read as another type's key.
    """
    looked_up = []
    for subject_type in _VISIBLE:
        subjects = visible(user, subject_type)
        key = Cast(OuterRef("subject_id"), subjects.model._meta.pk)
        seen = Exists(subjects.filter(pk=key))
        looked_up.append(When(subject_type=subject_type, then=seen))
    nothing = Value(False, output_field=models.BooleanField())
    return rows.filter(Case(*looked_up, default=nothing))
