"""The constraint every dated table shares: one row of an identity at a valid time and a version."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import CheckConstraint, Q
from django.db.models.constraints import BaseConstraint


def one_at_a_time(name: str, *identity: str) -> list[BaseConstraint]:
    """Two rows of the same identity never overlap in both times, and neither range is empty."""
    expressions: list[tuple[Any, str]] = [(field, RangeOperators.EQUAL) for field in identity]
    expressions += [
        ("valid_during", RangeOperators.OVERLAPS),
        ("recorded_during", RangeOperators.OVERLAPS),
    ]
    return [
        ExclusionConstraint(name=f"{name}_once", expressions=expressions),
        CheckConstraint(
            name=f"{name}_ranges",
            condition=Q(valid_during__isempty=False) & Q(recorded_during__isempty=False),
        ),
    ]
