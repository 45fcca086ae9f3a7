"""Reading the catalogue: its duties at an edition, and what differs between two editions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from grid.catalogue.heirs import heirs_named
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.ground.queries import newest_version

PROSE = ("legal_basis", "filing_condition", "closing_condition", "standard", "guide")
BODIES = ("organization", "supervisor", "custodian")
FIELDS = ("role", *BODIES, "assists", *PROSE, "severity", "photos", "reviewed_by", "reviewed_on")
CLOCKS = ("file_by", "respond_by", "arrive_by", "resolve_by")
READ = Duty.objects.select_related(
    "organization", "supervisor", "custodian", "edition", "category__parent"
).prefetch_related("limits")


@dataclass(frozen=True, slots=True)
class Reading:
    """At which ground version and instant the catalogue is read."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One duty in two readings, either None; with the fields and limits that differ.

    `limits`: (urgency, zone, clock, before, after).
    """

    before: Duty | None
    after: Duty | None
    fields: tuple[str, ...]
    limits: tuple[tuple[str, str, str, str, str], ...]

    @property
    def duty(self) -> Duty:
        """Whichever there is, the later first."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two differs from nothing
        return found

    @property
    def change(self) -> str:
        """added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def reading_of(edition: CatalogueEdition) -> Reading:
    """A published edition as it stood when it was published, or when it began to hold if later.

    A draft: its own duties alone.
    """
    version = edition.version
    if version is None:
        return Reading(edition.draft_version, timezone.now())
    begins = edition.valid_during.lower if edition.valid_during else None
    return Reading(version.number, max(version.published_at, begins or version.published_at))


def reading_now() -> Reading:
    """The catalogue as it is known and holds now."""
    return Reading(newest_version(), timezone.now())


def duties_read(reading: Reading) -> QuerySet[Duty]:
    """The duties of a reading."""
    return READ.filter(
        recorded_during__contains=reading.version, valid_during__contains=reading.at
    ).order_by("category__kind", "category__code", "scenario", "area_code")


def named_like(words: str) -> Q:
    """Duties whose class, a former class of it, scenario, body or law says every one of these words."""
    condition = Q()
    for word in words.split()[:8]:
        condition &= (
            Q(category__name__icontains=word)
            | Q(category__code__startswith=word)
            | Q(category__parent__name__icontains=word)
            | Q(scenario__icontains=word)
            | Q(organization__name__icontains=word)
            | Q(supervisor__name__icontains=word)
            | Q(legal_basis__icontains=word)
            | Q(standard__icontains=word)
            | Q(category__in=heirs_named(word))
        )
    return condition


def within(category: Category) -> Q:
    """Duties of a class, and of those directly below it."""
    return Q(category=category) | Q(category__parent=category)


def differences(before: Reading, after: Reading) -> list[Difference]:
    """What differs between two readings, in the order of the classes."""
    pairs = _pairs(before, after)
    found = READ.in_bulk([key for pair in pairs for key in pair if key is not None])
    told = (
        compare(found.get(old) if old else None, found.get(new) if new else None)
        for old, new in pairs
    )
    return sorted((one for one in told if one.fields or one.limits or not (one.before and one.after)), key=_order)  # fmt: skip


def compare(before: Duty | None, after: Duty | None) -> Difference:
    """What differs between two lines of the catalogue."""
    if before is None or after is None:
        return Difference(before, after, (), ())
    names = tuple(name for name in FIELDS if _said(before, name) != _said(after, name))
    return Difference(before, after, names, tuple(_limits_apart(before, after)))


def limits_said(duty: Duty | None) -> dict[tuple[str, str], dict[str, str]]:
    """The limits of a duty: (urgency, zone) → clock → limit."""
    if duty is None:
        return {}
    return {
        (limit.urgency, limit.zone): {clock: getattr(limit, clock) for clock in CLOCKS}
        for limit in duty.limits.all()
    }


def in_force_for(lines: Iterable[Duty], reading: Reading) -> Mapping[tuple[int, str, str], Duty]:
    """What the catalogue says, in a reading, under the keys of these lines."""
    keys = {line.category_id for line in lines}
    return {key_of(duty): duty for duty in duties_read(reading).filter(category__in=keys)}


def key_of(duty: Duty) -> tuple[int, str, str]:
    """What makes two lines the same duty: class, scenario and area."""
    return duty.category_id, duty.scenario, duty.area_code


def _said(duty: Duty, name: str) -> Any:
    return getattr(duty, f"{name}_id" if name in BODIES else name)


def _limits_apart(before: Duty, after: Duty) -> Iterable[tuple[str, str, str, str, str]]:
    old, new = limits_said(before), limits_said(after)
    for urgency, zone in sorted(old.keys() | new.keys()):
        for clock in CLOCKS:
            was = old.get((urgency, zone), {}).get(clock, "")
            now = new.get((urgency, zone), {}).get(clock, "")
            if was != now:
                yield urgency, zone, clock, was, now


def _order(one: Difference) -> tuple[str, ...]:
    duty = one.duty
    return duty.category.kind, duty.category.code, duty.scenario, duty.area_code


def _pairs(before: Reading, after: Reading) -> list[tuple[int | None, int | None]]:
    """Duties of the same key in both readings that are not the very same row; joined in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH old AS (SELECT id, category_id, scenario, area_code FROM grid_duty
                         WHERE recorded_during @> %(old)s::bigint AND valid_during @> %(old_at)s),
                 new AS (SELECT id, category_id, scenario, area_code FROM grid_duty
                         WHERE recorded_during @> %(new)s::bigint AND valid_during @> %(new_at)s)
            SELECT old.id, new.id FROM old FULL JOIN new USING (category_id, scenario, area_code)
            WHERE old.id IS DISTINCT FROM new.id
            """,
            {
                "old": before.version,
                "old_at": before.at,
                "new": after.version,
                "new_at": after.at,
            },
        )
        return list(cursor.fetchall())
