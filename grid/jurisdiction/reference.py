"""What an answer rests on that does not move with the place, of one ground version.

Areas, bodies, duties, categories and the city are read once for each version and kept in the
process, immutable, under the version's token. A question then reads only the window around its place.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from core.prepared import prepared_rows
from grid.ground.datums import LONGEST_EDGE_DEG
from grid.ground.metric import as_shapes, to_metres
from grid.ground.models import City
from grid.ground.queries import the_city
from grid.jurisdiction.ground import AreaRow, Areas, Body, DutyRow, Shapes, Span

KEPT = 4  # versions kept at once: the newest, one before it for who still asks it, and what-ifs

# Each statement of a branch gives (kind, row, shape). Hand-written: rows built in place, one round trip.
_BRANCHES = (
    """
    SELECT 'area', jsonb_build_object('code', r.code, 'level', r.level,
             'from', lower(r.valid_during), 'to', upper(r.valid_during)), ST_AsBinary(r.boundary)
    FROM grid_area r WHERE r.recorded_during @> %(version)s::bigint AND r.boundary IS NOT NULL""",
    """
    SELECT 'duty', jsonb_build_object('number', r.id, 'category', r.category_id,
             'scenario', r.scenario, 'area_code', r.area_code, 'role', r.role,
             'organization', r.organization_id, 'supervisor', r.supervisor_id,
             'custodian', r.custodian_id, 'legal_basis', r.legal_basis,
             'from', lower(r.valid_during), 'to', upper(r.valid_during)), NULL
    FROM grid_duty r WHERE r.recorded_during @> %(version)s::bigint""",
    """
    SELECT 'body', jsonb_build_object('id', r.organization_id, 'name', r.name, 'kind', r.kind,
             'parent', r.parent_id, 'successor', r.successor_id, 'area_code', r.area_code,
             'contact', r.contact, 'successor_from',
             r.successor_from::timestamp AT TIME ZONE %(timezone)s), NULL
    FROM grid_organization_record r WHERE r.recorded_during @> %(version)s::bigint""",
    """
    SELECT 'category', jsonb_build_object('id', r.category_id, 'parent', r.parent_id), NULL
    FROM grid_category_record r WHERE r.recorded_during @> %(version)s::bigint""",
    "SELECT 'code', jsonb_build_array(id, code), NULL FROM grid_organization",
    "SELECT 'key', jsonb_build_array(id, kind || ':' || code), NULL FROM grid_category",
    """
    SELECT 'mapped', to_jsonb(EXISTS (
        SELECT FROM grid_cell r WHERE r.recorded_during @> %(version)s::bigint)), NULL""",
)
NEWEST = "SELECT number, token::text FROM grid_ground_version ORDER BY number DESC LIMIT 1"
KNOWN = "SELECT number, token::text FROM grid_ground_version WHERE number = %(version)s::bigint"


@dataclass(frozen=True)
class Reference:
    """The standing part of a ground version; shapes in the city's metric CRS.

    `token` tells apart versions of one number (a what-if's is taken back); `organizations` and `categories` lead from primary keys to codes and `kind:code`; `outline` is
    None where the city has none of its own.
    """

    version: int
    city: City
    outline: BaseGeometry | None
    anything_mapped: bool
    areas: Areas
    duties: Mapping[str, Sequence[DutyRow]]
    bodies: dict[str, Body]
    ancestry: Mapping[str, tuple[str, ...]]
    organizations: Mapping[int, str]
    categories: Mapping[int, str]
    token: str = ""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The city's clock."""
        return ZoneInfo(self.city.timezone)

    @cached_property
    def _below(self) -> Mapping[str, tuple[int, ...]]:
        below: dict[str, list[int]] = {}
        for number, key in self.categories.items():
            for above in self.ancestry.get(key, ()):
                below.setdefault(above, []).append(number)
        return {key: tuple(numbers) for key, numbers in below.items()}

    def classes_of(self, categories: Iterable[str]) -> list[int]:
        """Primary keys of these categories (`kind:code`) and of all below them."""
        return sorted({number for key in categories for number in self._below.get(key, ())})


def reference_at(version: int | None = None) -> Reference:
    """The reference of a ground version, the newest if none is named; raises NoCity."""
    found = (
        prepared_rows(NEWEST, {}) if version is None else prepared_rows(KNOWN, {"version": version})
    )
    if not found:  # nothing was published yet, so there is nothing worth keeping
        return _read(version or 0)
    reference = _kept(*found[0])
    if version is None:
        _Believed.newest = reference
    return reference


def believed_newest() -> Reference:
    """The reference that was the newest when last asked: whoever reads with it checks its token."""
    return _Believed.newest or reference_at()


class _Believed:
    newest: Reference | None = None


@lru_cache(maxsize=KEPT)
def _kept(number: int, token: str) -> Reference:
    return _read(number, token)


def forget() -> None:
    """Read anew: for tests, which write into a version after it was asked."""
    _kept.cache_clear()
    _Believed.newest = None


def _read(version: int, token: str = "") -> Reference:
    city = the_city()
    found: dict[str, list[tuple[Any, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(_BRANCHES), {"version": version, "timezone": city.timezone}
        )
        for kind, row, shape in cursor.fetchall():
            read = json.loads(row) if isinstance(row, str) else row
            found.setdefault(kind, []).append((read, shape))

    def rows_of(kind: str) -> list[Any]:
        return [row for row, _ in found.get(kind, ())]

    organizations: dict[int, str] = dict(rows_of("code"))
    categories: dict[int, str] = dict(rows_of("key"))
    areas = [AreaRow(r["code"], r["level"], _span(r)) for r in rows_of("area")]
    raw = [bytes(shape) for _, shape in found.get("area", ())]
    return Reference(
        version=version,
        token=token,
        city=city,
        outline=_outline(city),
        anything_mapped=bool(areas) or rows_of("mapped")[0],
        areas=Areas(
            areas, in_metres(shapely.from_wkb(np.array(raw, dtype=object)), city.metric_srid)
        ),
        duties=_duties(rows_of("duty"), organizations, categories),
        bodies=_bodies(rows_of("body"), organizations),
        ancestry=_ancestry(rows_of("category"), categories),
        organizations=organizations,
        categories=categories,
    )


def _outline(city: City) -> BaseGeometry | None:
    if city.boundary is None:
        return None
    raw = shapely.from_wkb(bytes(city.boundary.wkb))
    outline: BaseGeometry = in_metres(np.array([raw], dtype=object), city.metric_srid)[0]
    shapely.prepare(outline)
    return outline


def _duties(
    rows: Iterable[dict[str, Any]], organizations: Mapping[int, str], categories: Mapping[int, str]
) -> dict[str, list[DutyRow]]:
    duties: dict[str, list[DutyRow]] = {}
    for row in rows:
        duty = DutyRow(
            number=row["number"],
            category=categories[row["category"]],
            scenario=row["scenario"],
            area_code=row["area_code"],
            role=row["role"],
            organization=organizations.get(row["organization"], ""),
            supervisor=organizations.get(row["supervisor"], ""),
            custodian=organizations.get(row["custodian"], ""),
            legal_basis=row["legal_basis"],
            valid=_span(row),
        )
        duties.setdefault(duty.category, []).append(duty)
    return duties


def _bodies(rows: Iterable[dict[str, Any]], organizations: Mapping[int, str]) -> dict[str, Body]:
    bodies = [
        Body(
            code=organizations[row["id"]],
            name=row["name"],
            kind=row["kind"],
            parent=organizations.get(row["parent"], ""),
            successor=organizations.get(row["successor"], ""),
            area_code=row["area_code"],
            contact=row["contact"],
            successor_from=_instant(row["successor_from"]),
        )
        for row in rows
    ]
    return {body.code: body for body in bodies}


def _ancestry(
    rows: Iterable[dict[str, Any]], categories: Mapping[int, str]
) -> dict[str, tuple[str, ...]]:
    """Each category known at the version: itself and its parents, near first."""
    parents: dict[int, int | None] = {row["id"]: row["parent"] for row in rows}
    lines: dict[str, tuple[str, ...]] = {}
    for number in parents:
        line: list[str] = []
        step: int | None = number
        while step is not None and categories[step] not in line:
            line.append(categories[step])
            step = parents.get(step)
        lines[categories[number]] = tuple(line)
    return lines


def _span(row: dict[str, Any]) -> Span:
    return Span(_instant(row["from"]), _instant(row["to"]))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def in_metres(shapes: Shapes, srid: int) -> Shapes:
    """WGS84 shapes in a metric CRS (GroundSlice's coordinates).

    Edges are straight in degrees, as they are stored: a long one is divided first, since its chord in
    metres would lie metres away from it.
    """
    bounds = shapely.bounds(shapes)
    large = (bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0.0) > LONGEST_EDGE_DEG / 2
    divided = as_shapes(shapes)
    divided[large] = shapely.segmentize(divided[large], LONGEST_EDGE_DEG)
    return to_metres(divided, srid)
