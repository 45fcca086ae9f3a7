"""What every dated table shares: one row of an identity at both times, and indexes of its place."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db.models import CheckConstraint, Index, Q
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


def version_indexes(name: str) -> list[Index]:
    """What became known, or ceased to be, with a ground version: how two versions are compared."""
    return [
        Index(RangeStartsWith("recorded_during"), name=f"{name}_since"),
        Index(RangeEndsWith("recorded_during"), name=f"{name}_until"),
    ]


def place_indexes(name: str, geometry: str) -> list[Index]:
    """Where and when, for the newest ground version (small, partial) and for any version.

    The geometry stands first: dates first is some forty times slower on a past date. (Two columns
    also because Django 5.2 silently drops the condition of a GiST index on one geometry column.)
    """
    return [
        GistIndex(
            name=f"{name}_now",
            fields=[geometry, "valid_during"],
            condition=Q(recorded_during__upper_inf=True),
        ),
        GistIndex(name=f"{name}_dated", fields=[geometry, "valid_during"]),
    ]
