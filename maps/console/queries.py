"""What the console must know before it draws, and one facility by its code."""

import json
from typing import Any

from django.db import connection

NOW = "upper_inf({0}.recorded_during) AND {0}.valid_during @> now()"

# One statement, so that all figures are of one moment; 100,000 facilities take about 0.2 s, and
# the answer is kept until the ground changes.
SUMMARY = f"""
    WITH facility AS (
        SELECT r.facility_id, r.category_id FROM grid_facility_record r
        WHERE {NOW.format("r")} AND r.state <> 'removed'
    ), standing AS (
        SELECT h.state, count(*) AS n FROM (
            SELECT DISTINCT ON (facility_id) facility_id, handover_id FROM grid_handover_item
            ORDER BY facility_id, handover_id DESC
        ) AS newest
        JOIN grid_handover h ON h.id = newest.handover_id
        JOIN facility USING (facility_id) GROUP BY h.state
    ), owned AS (
        SELECT w.* FROM grid_ownership_area w WHERE {NOW.format("w")}
    ), box AS (
        SELECT COALESCE(
            (SELECT ST_Extent(boundary) FROM grid_city),
            (SELECT ST_Extent(boundary) FROM grid_area a WHERE {NOW.format("a")}),
            (SELECT ST_Extent(boundary) FROM grid_cell c WHERE {NOW.format("c")}),
            (SELECT ST_Extent(location) FROM grid_facility_record r WHERE {NOW.format("r")})
        ) AS box
    )
    SELECT jsonb_build_object(
        'counts', jsonb_build_object(
            'areas', (SELECT count(*) FROM grid_area a WHERE {NOW.format("a")}),
            'cells', (SELECT count(*) FROM grid_cell c WHERE {NOW.format("c")}),
            'facilities', (SELECT count(*) FROM facility),
            'ownership', (SELECT count(*) FROM owned)),
        'bounds', (SELECT CASE WHEN box IS NOT NULL THEN
            jsonb_build_array(ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)) END FROM box),
        'categories', COALESCE((SELECT jsonb_agg(t ORDER BY t.code) FROM (
            SELECT c.code, c.name, count(f.facility_id) AS count FROM grid_category c
            LEFT JOIN facility f ON f.category_id = c.id
            WHERE c.kind = 'facility'
            GROUP BY c.id
            HAVING count(f.facility_id) > 0
                OR EXISTS (SELECT FROM grid_duty d WHERE d.category_id = c.id)
        ) AS t), '[]'),
        'handover', COALESCE((SELECT jsonb_object_agg(state, n) FROM standing), '{{}}')
            || jsonb_build_object('none', (SELECT count(*) FROM facility)
                - COALESCE((SELECT sum(n) FROM standing), 0)),
        'bodies', COALESCE((SELECT jsonb_agg(t ORDER BY t.ground DESC, t.code) FROM (
            SELECT o.code, o.name, o.kind, count(*) AS count, sum(w.area_m2) AS ground
            FROM owned w JOIN grid_organization o ON o.id = w.organization_id GROUP BY o.id
        ) AS t), '[]'),
        'areas', COALESCE((SELECT jsonb_object_agg(a.code, a.name) FROM grid_area a
            WHERE {NOW.format("a")}), '{{}}'),
        'unproven', (SELECT count(*) FROM owned WHERE document = ''),
        'red_lines', (SELECT count(*) FROM owned WHERE kind = 'red_line'))"""

FACILITY = f"""
    SELECT 1 AS rank, 'facility' AS kind, f.code, r.name, c.name AS category,
        ST_PointOnSurface(r.location) AS spot, NULL::jsonb AS bounds
    FROM grid_facility f
    JOIN grid_facility_record r ON r.facility_id = f.id AND {NOW.format("r")}
    JOIN grid_category c ON c.id = r.category_id
    WHERE f.code = %(code)s"""


def _found(statement: str, parameters: dict[str, str]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT jsonb_build_object('kind', kind, 'code', code, 'name', name,
                'category', category, 'lon', ST_X(spot), 'lat', ST_Y(spot), 'bounds', bounds)::text
            FROM ({statement}) AS found ORDER BY rank, length(name), name, code""",
            parameters,
        )
        return [_json(row) for (row,) in cursor.fetchall()]


def summary() -> dict[str, Any]:
    """Counts, bounds, categories, handover states and owners of ground, of this moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({SUMMARY})::text")
        (row,) = cursor.fetchone()
    return _json(row)


def facility(code: str) -> list[dict[str, Any]]:
    """The facility of this very code, if it is on the ground now."""
    return _found(FACILITY, {"code": code})


def _json(text: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(text)
    return read
