"""The city as a row, ground versions, and the base of every row that is true at a time and known since a version."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.db.models import Exists, Q

from core.models import User


class MemberQuerySet(models.QuerySet[Any]):
    """Subjects that any member of any organization may see, and nobody else."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Everything for a member, nothing for anybody else (one EXISTS, no further query)."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(Exists(user.memberships.all()))


class City(models.Model):
    """The one city this database serves: its name, clock, metric CRS and outline."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    metric_srid = models.IntegerField(help_text="EPSG number; lengths and areas are measured in it")
    timezone = models.CharField(max_length=64, default="Asia/Shanghai")
    boundary = models.MultiPolygonField(srid=4326, null=True, blank=True)
    founded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "grid_city"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="city_is_one")]


class GroundVersion(models.Model):
    """One publication of the ground: numbered in commit order, never reused once committed.

    A publication that is rolled back (a what-if) gives its number back, never its `token`: whatever
    is kept of a version in memory or on disk is kept under the token.
    """

    number = models.BigIntegerField(primary_key=True)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    act = models.CharField(max_length=64)
    source_name = models.CharField(max_length=300, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_ground_version"
        ordering = ["number"]


def always() -> DateTimeTZRange:
    """The validity of a row whose dates nobody stated: unbounded both ways."""
    return DateTimeTZRange(None, None, "()")


class GroundQuerySet(MemberQuerySet):
    """Rows by their two times."""

    def known_at(self, version: int) -> Self:
        """Rows as recorded at a ground version."""
        return self.filter(recorded_during__contains=version)

    def current(self) -> Self:
        """Rows of the newest ground version (uses the partial indexes)."""
        return self.filter(recorded_during__upper_inf=True)

    def in_force(self, at: datetime) -> Self:
        """Rows valid at an instant."""
        return self.filter(valid_during__contains=at)

    def as_of(self, at: datetime, version: int | None) -> Self:
        """Rows valid at an instant, as known at a ground version (None: as known now)."""
        known = self.current() if version is None else self.known_at(version)
        return known.in_force(at)


class GroundRecord(models.Model):
    """Abstract: true during `valid_during`, known during `recorded_during` (ground versions)."""

    valid_during = DateTimeRangeField(default=always)
    recorded_during = BigIntegerRangeField()

    class Meta:
        abstract = True


def since(version: int) -> NumericRange:
    """Known from this ground version on."""
    return NumericRange(version, None, "[)")
