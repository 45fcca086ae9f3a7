"""Reading a slice of the ground from the database, in one round trip.

One statement with a branch for each kind of record answers with (kind, row, shape). A window of
the ground and the whole of it are read by the same branches, so that a single answer and a bulk
run rest on the same rows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection

from grid.ground.datums import LONGEST_EDGE_DEG, Datum, Pair, from_wgs84
from grid.ground.metric import to_metres
from grid.ground.models import City
from grid.jurisdiction.ground import (
    AreaRow,
    Body,
    CellRow,
    DutyRow,
    FacilityRow,
    GroundRow,
    GroundSlice,
    PartyRow,
    Shapes,
    Span,
)

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

# Hand-written: the ORM can neither join nine tables into one answer nor build the rows in place.
# `{seen}` keeps a row of the asked ground version, `{near}` prefilters by the window.
_BRANCHES = {
    "area": """
        SELECT 'area', jsonb_build_object('code', r.code, 'level', r.level, {span}),
               ST_AsBinary(r.boundary)
        FROM grid_area r WHERE {seen} AND r.boundary IS NOT NULL {near_boundary}""",
    "cell": """
        SELECT 'cell', jsonb_build_object('code', r.code, {span}), ST_AsBinary(r.boundary)
        FROM grid_cell r WHERE {seen} {near_boundary}""",
    "ownership": """
        SELECT 'ground', jsonb_build_object('kind',
                 CASE r.kind WHEN 'area' THEN 'ownership_area' ELSE r.kind END,
                 'code', r.code, 'organization', o.code, 'role', r.role,
                 'categories', to_jsonb(r.categories), 'document', r.document,
                 'area_m2', r.area_m2, {effective}, {span}), ST_AsBinary(r.boundary)
        FROM grid_ownership_area r JOIN grid_organization o ON o.id = r.organization_id
        WHERE {seen} {near_boundary}""",
    "precedent": """
        SELECT 'ground', jsonb_build_object('kind', 'precedent', 'code', r.code,
                 'organization', o.code, 'role', r.role, 'categories', to_jsonb(r.categories),
                 'document', r.document, 'area_m2', 0, {effective}, {span}), ST_AsBinary(r.boundary)
        FROM grid_precedent r JOIN grid_organization o ON o.id = r.organization_id
        WHERE {seen} {near_boundary}""",
    "facility": """
        SELECT 'facility', jsonb_build_object('code', f.code, 'category', r.category_id,
                 'parent', p.code, {span}), ST_AsBinary(r.location)
        FROM things t JOIN grid_facility f ON f.id = t.facility_id
        JOIN grid_facility_record r ON r.facility_id = t.facility_id
        LEFT JOIN grid_facility p ON p.id = r.parent_id
        WHERE {seen}""",
    "party": """
        SELECT 'party', jsonb_build_object('facility', f.code,
                 'kind', CASE r.role WHEN 'builder' THEN 'project' ELSE 'party' END,
                 'organization', o.code, 'role', r.role, 'source_code', f.code,
                 'document', r.document, {effective}, {span}), NULL
        FROM things t JOIN grid_facility f ON f.id = t.facility_id
        JOIN grid_facility_party r ON r.facility_id = t.facility_id
        JOIN grid_organization o ON o.id = r.organization_id WHERE {seen}""",
    "upkeep": """
        SELECT 'party', jsonb_build_object('facility', f.code, 'kind', 'upkeep',
                 'organization', o.code, 'role', r.role, 'source_code', f.code,
                 'document', r.document, {effective}, {span}), NULL
        FROM things t JOIN grid_facility f ON f.id = t.facility_id
        JOIN grid_upkeep r ON r.facility_id = t.facility_id
        JOIN grid_organization o ON o.id = r.organization_id WHERE {seen}""",
    "handover": """
        SELECT 'party', jsonb_build_object('facility', f.code, 'kind', r.standing,
                 'organization', o.code, 'role', r.role, 'source_code', h.code,
                 'document', r.document, {effective}, {span}), NULL
        FROM things t JOIN grid_facility f ON f.id = t.facility_id
        JOIN grid_handover_effect r ON r.facility_id = t.facility_id
        JOIN grid_handover h ON h.id = r.handover_id
        JOIN grid_organization o ON o.id = r.organization_id WHERE {seen}""",
    "duty": """
        SELECT 'duty', jsonb_build_object('number', r.id, 'category', r.category_id, 'scenario', r.scenario,
                 'area_code', r.area_code, 'role', r.role, 'organization', o.code,
                 'supervisor', s.code, 'custodian', c.code, 'legal_basis', r.legal_basis, {span}),
               NULL
        FROM grid_duty r
        LEFT JOIN grid_organization o ON o.id = r.organization_id
        LEFT JOIN grid_organization s ON s.id = r.supervisor_id
        LEFT JOIN grid_organization c ON c.id = r.custodian_id
        WHERE {seen} AND r.category_id = ANY(%(lineage)s)""",
    "body": """
        SELECT 'body', jsonb_build_object('code', o.code, 'name', r.name, 'kind', r.kind,
                 'parent', p.code, 'successor', s.code, 'area_code', r.area_code,
                 'contact', r.contact, 'successor_from',
                 r.successor_from::timestamp AT TIME ZONE %(timezone)s), NULL
        FROM grid_organization_record r JOIN grid_organization o ON o.id = r.organization_id
        LEFT JOIN grid_organization p ON p.id = r.parent_id
        LEFT JOIN grid_organization s ON s.id = r.successor_id WHERE {seen}""",
    "mapped": """
        SELECT 'mapped', to_jsonb(
            EXISTS (SELECT FROM grid_area r WHERE {seen} AND r.boundary IS NOT NULL)
            OR EXISTS (SELECT FROM grid_cell r WHERE {seen})), NULL""",
}
_PARTS = {
    "seen": "r.recorded_during @> %(version)s::bigint",
    "span": "'from', lower(r.valid_during), 'to', upper(r.valid_during)",
    "effective": "'effective_on', (lower(r.valid_during) AT TIME ZONE %(timezone)s)::date",
}
_NEAR = "AND r.boundary && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)"
# What a thing hangs on is read with it: a lamp without a record of its own takes its circuit's.
_THINGS = """
    WITH RECURSIVE asked AS (
        SELECT f.id AS facility_id FROM grid_facility f WHERE f.code = ANY(%(facilities)s)
        UNION
        SELECT r.facility_id FROM grid_facility_record r
        WHERE r.recorded_during @> %(version)s::bigint AND r.category_id = ANY(%(classes)s)
        {near}
    ), things AS (
        SELECT facility_id FROM asked
        UNION
        SELECT r.parent_id FROM things t JOIN grid_facility_record r ON r.facility_id = t.facility_id
        WHERE r.recorded_during @> %(version)s::bigint AND r.parent_id IS NOT NULL
    )"""
_NEAR_THING = "AND r.location && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)"


@dataclass(frozen=True, slots=True)
class Lineage:
    """The asked categories as the slice needs them, by primary key.

    `classes`: categories whose facilities may speak (asked ones and all below);
    `above`: category → itself and its parents, near first; `keys`: category → `kind:code`.
    """

    classes: tuple[int, ...]
    above: dict[int, tuple[int, ...]]
    keys: dict[int, str]


def lineage_of(asked: Sequence[int], version: int) -> Lineage:
    """The family of the asked categories as known at a version: all above and all below them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, r.parent_id, c.kind || ':' || c.code FROM grid_category_record r "
            "JOIN grid_category c ON c.id = r.category_id WHERE r.recorded_during @> %s::bigint",
            [version],
        )
        rows = cursor.fetchall()
    parents = {number: parent for number, parent, _ in rows}
    above = {number: _line(number, parents) for number in parents}
    classes = tuple(n for n, line in above.items() if set(asked).intersection(line))
    return Lineage(classes, above, {number: key for number, _, key in rows})


def _line(number: int, parents: dict[int, int | None]) -> tuple[int, ...]:
    line: list[int] = []
    step: int | None = number
    while step is not None and step not in line:
        line.append(step)
        step = parents.get(step)
    return tuple(line)


def read_slice(
    city: City,
    *,
    version: int,
    lineage: Lineage,
    facilities: Sequence[str] = (),
    box: Box | None = None,
) -> GroundSlice:
    """The ground known at a version: a window of it, or all of it where `box` is None.

    The facilities named by code are read wherever they lie.
    """
    near = _NEAR if box else ""
    things = _THINGS.format(near=_NEAR_THING if box else "")
    statement = things + " UNION ALL ".join(_BRANCHES.values()).format(**_PARTS, near_boundary=near)
    west, south, east, north = box or (0.0, 0.0, 0.0, 0.0)
    duties = {n for line in lineage.above.values() for n in line}
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "version": version,
                "timezone": city.timezone,
                "facilities": list(facilities),
                "classes": list(lineage.classes),
                "lineage": sorted(duties),
                "w": west,
                "s": south,
                "e": east,
                "n": north,
            },
        )
        rows = cursor.fetchall()
    return _assemble(city, lineage, rows)


def _assemble(
    city: City, lineage: Lineage, rows: Sequence[tuple[str, Any, memoryview | None]]
) -> GroundSlice:
    found: dict[str, list[tuple[dict[str, Any], Any]]] = {}
    for kind, row, shape in rows:
        found.setdefault(kind, []).append((json.loads(row) if isinstance(row, str) else row, shape))

    def rows_of(kind: str) -> list[dict[str, Any]]:
        return [row for row, _ in found.get(kind, ())]

    def shapes_of(kind: str) -> Shapes:
        raw = [bytes(shape) for _, shape in found.get(kind, ())]
        return in_metres(shapely.from_wkb(np.array(raw, dtype=object)), city.metric_srid)

    parties: dict[str, list[PartyRow]] = {}
    for row in rows_of("party"):
        party = PartyRow(
            facility=row["facility"],
            kind=row["kind"],
            organization=row["organization"],
            role=row["role"],
            source_code=row["source_code"],
            document=row["document"],
            effective_on=_day(row["effective_on"]),
            valid=_span(row),
        )
        parties.setdefault(party.facility, []).append(party)
    duties: dict[str, list[DutyRow]] = {}
    for row in rows_of("duty"):
        duty = DutyRow(
            number=row["number"],
            category=lineage.keys[row["category"]],
            scenario=row["scenario"],
            area_code=row["area_code"],
            role=row["role"],
            organization=row["organization"] or "",
            supervisor=row["supervisor"] or "",
            custodian=row["custodian"] or "",
            legal_basis=row["legal_basis"],
            valid=_span(row),
        )
        duties.setdefault(duty.category, []).append(duty)
    outline = None
    if city.boundary is not None:
        raw = shapely.from_wkb(bytes(city.boundary.wkb))
        outline = in_metres(np.array([raw], dtype=object), city.metric_srid)[0]
    return GroundSlice(
        outline=outline,
        anything_mapped=bool(rows_of("mapped")[0]),
        areas=[AreaRow(r["code"], r["level"], _span(r)) for r in rows_of("area")],
        area_shapes=shapes_of("area"),
        cells=[CellRow(r["code"], _span(r)) for r in rows_of("cell")],
        cell_shapes=shapes_of("cell"),
        grounds=[
            GroundRow(
                kind=r["kind"],
                code=r["code"],
                organization=r["organization"],
                role=r["role"],
                categories=frozenset(r["categories"]),
                document=r["document"],
                effective_on=_day(r["effective_on"]),
                area_m2=float(r["area_m2"]),
                valid=_span(r),
            )
            for r in rows_of("ground")
        ],
        ground_shapes=shapes_of("ground"),
        facilities=[
            FacilityRow(r["code"], lineage.keys[r["category"]], _span(r), r["parent"] or "")
            for r in rows_of("facility")
        ],
        facility_shapes=shapes_of("facility"),
        parties=parties,
        duties=duties,
        bodies={
            r["code"]: Body(
                code=r["code"],
                name=r["name"],
                kind=r["kind"],
                parent=r["parent"] or "",
                successor=r["successor"] or "",
                area_code=r["area_code"],
                contact=bool(r["contact"]),
                successor_from=_instant(r["successor_from"]),
            )
            for r in rows_of("body")
        },
        ancestry={
            lineage.keys[n]: tuple(lineage.keys[step] for step in line)
            for n, line in lineage.above.items()
        },
    )


def _span(row: dict[str, Any]) -> Span:
    return Span(_instant(row["from"]), _instant(row["to"]))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def in_metres(shapes: Shapes, srid: int) -> Shapes:
    """WGS84 shapes in a metric CRS (GroundSlice's coordinates).

    Edges are straight in degrees, as they are stored: a long one is divided first, since its chord in
    metres would lie metres away from it.
    """
    return to_metres(shapely.segmentize(shapes, LONGEST_EDGE_DEG), srid)


def points_in_metres(lons: Sequence[float], lats: Sequence[float], srid: int) -> Pair:
    """WGS84 degrees to metres in the city's CRS."""
    return from_wgs84(lons, lats, Datum("epsg", srid))
