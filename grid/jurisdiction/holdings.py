"""Ownership areas as they hold ground now, and where two of them hold the same."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from django.db import connection
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from grid.catalogue.models import Category
from grid.cells.coverage import wide_parts
from grid.cells.report import Finding
from grid.ground.metric import as_shapes, valid_in_metres
from grid.ground.models import City
from grid.jurisdiction.rules import NARROWNESS_M2, NARROWNESS_SHARE


@dataclass(frozen=True)
class Holding:
    """An ownership area in force now; `shape` in metres, `classes` empty for all."""

    code: str
    organization: str
    kind: str
    role: str
    classes: frozenset[str]
    documented: bool
    area_m2: float
    shape: BaseGeometry

    @property
    def agreed(self) -> bool:
        """Both sides of a border have signed it: it speaks before size."""
        return self.kind == "agreement" and self.documented

    @property
    def rank(self) -> tuple[bool, bool]:
        """What speaks before size: a red line, then an agreement."""
        return self.kind == "red_line", self.agreed


def holdings_now(city: City) -> list[Holding]:
    """Every ownership area in force now that speaks for its body, by code."""
    below = _classes_below()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT area.code, body.code, area.kind, area.role, area.categories,
                   area.document <> '', area.area_m2, ST_AsBinary(area.boundary)
            FROM grid_ownership_area AS area
            JOIN grid_organization AS body ON body.id = area.organization_id
            WHERE upper_inf(area.recorded_during) AND area.valid_during @> now()
              AND area.kind <> 'demarcation'
            ORDER BY area.code COLLATE "C"
            """
        )
        rows = cursor.fetchall()
    shapes = valid_in_metres(
        as_shapes([shapely.from_wkb(bytes(row[-1])) for row in rows]), city.metric_srid
    )
    return [
        Holding(code, body, kind, role, _widened(classes, below), documented, area_m2, shape)
        for (code, body, kind, role, classes, documented, area_m2, _), shape in zip(
            rows, shapes, strict=True
        )
    ]


def _classes_below() -> dict[str, set[str]]:
    """For each class the codes of all classes under it (a major stands for its minors)."""
    parents = dict(Category.objects.values_list("code", "parent__code"))
    below: dict[str, set[str]] = {}
    for code in parents:
        above: str | None = code
        while above := parents.get(above or ""):
            if code in below.setdefault(above, set()):
                break
            below[above].add(code)
    return below


def _widened(classes: Iterable[str], below: dict[str, set[str]]) -> frozenset[str]:
    return frozenset(code for named in classes for code in {named} | below.get(named, set()))


def find_overlaps(holdings: list[Holding], city: City) -> tuple[Finding, Finding]:
    """Areas of different bodies with the same role and classes in common on the same ground.

    Of these, `contested` is where no rule prefers one: both red lines or both areas, equally
    narrow, equally proven, and nothing narrower (or a red line) covers them.
    """
    overlaps, contested = Finding(), Finding()
    if not holdings:
        return overlaps, contested
    shapes = as_shapes([holding.shape for holding in holdings])
    tree = STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    for a, b in sorted({(int(x), int(y)) for x, y in zip(left, right, strict=True) if x < y}):
        one, other = holdings[a], holdings[b]
        if one.organization == other.organization or one.role != other.role:
            continue
        shared = (
            one.classes & other.classes
            if one.classes and other.classes
            else (one.classes | other.classes)
        )
        if not shared and one.classes and other.classes:
            continue
        common = wide_parts(one.shape.intersection(other.shape))
        if common.is_empty:
            continue
        said = {
            "codes": [one.code, other.code],
            "organizations": [one.organization, other.organization],
            "role": one.role,
            "categories": sorted(shared),
        }
        overlaps.add(common, city.metric_srid, **said)
        if _equal(one, other):
            above = [h.shape for h in holdings if h not in (one, other) and _beats(h, one)
                     and h.shape.intersects(common)]  # fmt: skip
            open_ = wide_parts(common.difference(shapely.union_all(as_shapes(above))))
            if not open_.is_empty:
                contested.add(open_, city.metric_srid, **said)
    return overlaps, contested


def _equal(one: Holding, other: Holding) -> bool:
    """Neither speaks before the other: the same kind, as narrow, as well proven."""
    narrow = min(one.area_m2, other.area_m2)
    apart = abs(one.area_m2 - other.area_m2)
    as_narrow = apart <= max(NARROWNESS_M2, narrow * NARROWNESS_SHARE)
    return one.rank == other.rank and as_narrow and one.documented == other.documented


def _beats(holding: Holding, equal: Holding) -> bool:
    """Does this area speak before the equal ones, for every class they cover?"""
    if holding.role != equal.role or (holding.classes and not holding.classes >= equal.classes):
        return False
    if holding.rank != equal.rank:
        return holding.rank > equal.rank
    return holding.area_m2 < equal.area_m2 * (1 - NARROWNESS_SHARE) - NARROWNESS_M2
