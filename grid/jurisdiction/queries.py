"""Reading a slice of the ground from the database: what moves with the place, in one round trip.

One statement with a branch for each kind of record. A window of the ground and the whole of it are
read by the same branches, so that a single answer and a bulk run rest on the same rows; a window's
statement is prepared, and every branch of it reads an index.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import shapely
from django.db import connection

from core.prepared import prepared_rows
from grid.ground.datums import Datum, Pair, from_wgs84
from grid.jurisdiction.ground import (
    CellRow,
    FacilityRow,
    GroundRow,
    GroundSlice,
    PartyRow,
    Span,
)
from grid.jurisdiction.reference import Reference, in_metres

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

# Hand-written: the ORM can neither join nine tables into one answer nor choose between them. `{seen}`
# keeps rows of the asked version (the newest has indexes of its own), `{near_…}` those that are near.
# Columns: kind, code, from, to, shape, a key (body or category), role, document, categories, area, a code or kind.
_THINGS = """
    WITH RECURSIVE asked AS (
        SELECT f.id AS facility_id FROM grid_facility f WHERE f.code = ANY(%(facilities)s::text[])
        UNION
        SELECT r.facility_id FROM grid_facility_record r
        WHERE r.category_id = ANY(%(classes)s::bigint[]) AND {seen} {near_thing}
    ), things AS (
        SELECT facility_id FROM asked
        UNION
        SELECT r.parent_id FROM things t JOIN grid_facility_record r ON r.facility_id = t.facility_id
        WHERE r.parent_id IS NOT NULL AND {seen}
    )
"""
_OF_THINGS = "FROM things t JOIN grid_facility f ON f.id = t.facility_id"
_BRANCHES = (
    """
    SELECT 'cell' AS kind, r.code, lower(r.valid_during), upper(r.valid_during),
           ST_AsBinary(r.boundary), NULL::bigint, NULL::text, NULL::text, NULL::text[],
           NULL::float8, NULL::text
    FROM grid_cell r WHERE {seen} {near_cell}""",
    """
    SELECT 'ground', r.code, lower(r.valid_during), upper(r.valid_during), ST_AsBinary(r.boundary),
           r.organization_id, r.role, r.document, r.categories::text[], r.area_m2, r.kind
    FROM grid_ownership_area r WHERE {seen} {near_ground}""",
    """
    SELECT 'ground', r.code, lower(r.valid_during), upper(r.valid_during), ST_AsBinary(r.boundary),
           r.organization_id, r.role, r.document, r.categories::text[], 0, 'precedent'
    FROM grid_precedent r WHERE {seen} {near_precedent}""",
    """
    SELECT 'facility', f.code, lower(r.valid_during), upper(r.valid_during),
           ST_AsBinary(r.location), r.category_id, NULL, NULL, NULL, NULL, p.code
    {of_things} JOIN grid_facility_record r ON r.facility_id = t.facility_id
    LEFT JOIN grid_facility p ON p.id = r.parent_id WHERE {seen}""",
    """
    SELECT CASE r.role WHEN 'builder' THEN 'project' ELSE 'party' END, f.code,
           lower(r.valid_during), upper(r.valid_during), NULL, r.organization_id, r.role, r.document,
           NULL, NULL, f.code
    {of_things} JOIN grid_facility_party r ON r.facility_id = t.facility_id WHERE {seen}""",
    """
    SELECT 'upkeep', f.code, lower(r.valid_during), upper(r.valid_during), NULL, r.organization_id,
           r.role, r.document, NULL, NULL, f.code
    {of_things} JOIN grid_upkeep r ON r.facility_id = t.facility_id WHERE {seen}""",
    """
    SELECT r.standing, f.code, lower(r.valid_during), upper(r.valid_during), NULL,
           r.organization_id, r.role, r.document, NULL, NULL, h.code
    {of_things} JOIN grid_handover_effect r ON r.facility_id = t.facility_id
    JOIN grid_handover h ON h.id = r.handover_id WHERE {seen}""",
)
_DATED = "r.recorded_during @> %(version)s::bigint"
_NEWEST = "upper_inf(r.recorded_during)"
_WINDOW = "ST_MakeEnvelope({0}w)s, {0}s)s, {0}e)s, {0}n)s, 4326)"
# Around many places, row by row from the places: a row is told once however many lie in it.
_SPOTS = """, spots AS MATERIALIZED (
    SELECT ST_Expand(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 1e-6) AS spot
    FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) AS place(lon, lat)
)"""
_AT_PLACES = "AND r.id IN (SELECT g.id FROM spots JOIN {table} g ON g.boundary && spots.spot)"
_PLACED = {
    "near_cell": "grid_cell",
    "near_ground": "grid_ownership_area",
    "near_precedent": "grid_precedent",
}
_PARTIES = {"project", "party", "upkeep", "signed", "claimed"}

Row = tuple[Any, ...]


class Superseded(Exception):
    """The version thought to be the newest is not."""


@cache
def statement(*, window: bool, newest: bool) -> str:
    """The text that reads a window or the whole, of the newest version or of any."""
    near = "AND r.boundary && " + _WINDOW.format("%(") if window else ""
    near_thing = "AND r.location && " + _WINDOW.format("%(t") if window else ""
    branches = _THINGS + " UNION ALL ".join(_BRANCHES)
    if newest:
        branches += (
            " UNION ALL (SELECT 'newest', token::text, NULL, NULL, NULL, number, NULL, NULL, NULL, "
            "NULL, NULL FROM grid_ground_version ORDER BY number DESC LIMIT 1)"
        )
    return branches.format(
        seen=_NEWEST if newest else _DATED,
        near_thing=near_thing,
        of_things=_OF_THINGS,
        **dict.fromkeys(_PLACED, near),
    )


@cache
def statement_at_places() -> str:
    """The text that reads what lies at many places (to a seam's width), of any version."""
    near = {name: _AT_PLACES.format(table=table) for name, table in _PLACED.items()}
    return (_THINGS + _SPOTS + " UNION ALL ".join(_BRANCHES)).format(
        seen=_DATED, near_thing="", of_things=_OF_THINGS, **near
    )


def read_slice(
    reference: Reference,
    *,
    categories: Iterable[str] = (),
    facilities: Sequence[str] = (),
    box: Box | None = None,
    things_box: Box | None = None,
    newest: bool = False,
) -> GroundSlice:
    """The ground of a reference's version: a window of it, or all of it where `box` is None.

    Facilities of the `categories` (`kind:code`) and below are read in `things_box` (else `box`),
    those named by code wherever they lie, and what any of them hangs on. `newest` says that the
    version is thought to be the newest: quicker; raises Superseded if it turns out not to be.
    """
    values: dict[str, Any] = {
        "facilities": list(facilities),
        "classes": reference.classes_of(categories),
        "version": reference.version,
    }
    if box is None:
        with connection.cursor() as cursor:
            cursor.execute(statement(window=False, newest=False), values)
            return _assemble(reference, cursor.fetchall())
    values |= dict(zip("wsen", box, strict=True))
    values |= dict(zip(("tw", "ts", "te", "tn"), things_box or box, strict=True))
    rows = prepared_rows(statement(window=True, newest=newest), values)
    known = (reference.version, reference.token)
    if newest and not any(r[0] == "newest" and (r[5], r[1]) == known for r in rows):
        raise Superseded
    return _assemble(reference, rows)


def read_at_places(
    reference: Reference, *, facilities: Sequence[str], lons: Sequence[float], lats: Sequence[float]
) -> GroundSlice:
    """The ground under many places (WGS84) in one round trip, with these facilities.

    Enough to decide there about the facilities named, without accuracy, path or margin: no other
    facilities are read, and no ground that does not cover a place or its seam.
    """
    values: dict[str, Any] = {
        "facilities": list(facilities),
        "classes": [],
        "version": reference.version,
        "lons": list(lons),
        "lats": list(lats),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement_at_places(), values)
        return _assemble(reference, cursor.fetchall())


def _assemble(reference: Reference, rows: Iterable[Row]) -> GroundSlice:
    groups: dict[str, list[Row]] = {"cell": [], "ground": [], "facility": []}
    parties: dict[str, list[PartyRow]] = {}
    for row in rows:
        if row[0] in groups:
            groups[row[0]].append(row)
        elif row[0] in _PARTIES:
            parties.setdefault(row[1], []).append(_party(row, reference))
    placed = [*groups["cell"], *groups["ground"], *groups["facility"]]
    raw = np.array([bytes(row[4]) for row in placed], dtype=object)
    shapes = in_metres(shapely.from_wkb(raw), reference.city.metric_srid)
    cells = len(groups["cell"])
    grounds = cells + len(groups["ground"])
    return GroundSlice(
        outline=reference.outline,
        anything_mapped=reference.anything_mapped,
        areas=reference.areas.rows,
        area_shapes=reference.areas.shapes,
        cells=[CellRow(row[1], Span(row[2], row[3])) for row in groups["cell"]],
        cell_shapes=shapes[:cells],
        grounds=[_ground(row, reference) for row in groups["ground"]],
        ground_shapes=shapes[cells:grounds],
        facilities=[
            FacilityRow(
                row[1], reference.categories[row[5]], Span(row[2], row[3]), parent=row[10] or ""
            )
            for row in groups["facility"]
        ],
        facility_shapes=shapes[grounds:],
        parties=parties,
        duties=reference.duties,
        bodies=reference.bodies,
        ancestry=reference.ancestry,
        indexed_areas=reference.areas,
    )


def _party(row: Row, reference: Reference) -> PartyRow:
    kind, facility, start, end, _, body, role, document, _, _, source = row
    return PartyRow(
        facility=facility,
        kind=kind,
        organization=reference.organizations[body],
        role=role,
        source_code=source,
        document=document,
        effective_on=_day(start, reference),
        valid=Span(start, end),
    )


def _ground(row: Row, reference: Reference) -> GroundRow:
    _, code, start, end, _, body, role, document, categories, area_m2, kind = row
    return GroundRow(
        kind="ownership_area" if kind == "area" else kind,
        code=code,
        organization=reference.organizations[body],
        role=role,
        categories=frozenset(categories),
        document=document,
        effective_on=_day(start, reference),
        area_m2=float(area_m2),
        valid=Span(start, end),
    )


def _day(start: datetime | None, reference: Reference) -> Any:
    """The day of the city on which a validity begins."""
    return start.astimezone(reference.zone).date() if start else None


def points_in_metres(lons: Sequence[float], lats: Sequence[float], srid: int) -> Pair:
    """WGS84 degrees to metres in the city's CRS."""
    return from_wgs84(lons, lats, Datum("epsg", srid))
