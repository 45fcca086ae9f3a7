"""What a few letters find on the ground: each part reads an index and stops after a few rows."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from grid.catalogue.heirs import with_superseded
from grid.catalogue.models import Category, CategoryHeir
from maps.finding.models import Kind
from maps.finding.sounds import folded, readings

NOW = "upper_inf({0}.recorded_during) AND {0}.valid_during @> now()"
MOST_NAMES = 60  # beginnings looked at in the order of their index; the shortest are kept
SHOWN = 6  # of each kind
SHORTEST_LIKENESS = 4  # letters of pinyin: what is shorter is like everything
LAST = "\U0010ffff"
# A name one part of which is typed is looked for among these alone: a million facilities have names
# that share their parts, and nobody finds one of them so.
FEW = (Kind.ROAD, Kind.AREA, Kind.CELL, Kind.ORGANIZATION)

_BOUNDS = "jsonb_build_array(ST_XMin({0}), ST_YMin({0}), ST_XMax({0}), ST_YMax({0}))"


def _beginning(kind: Kind, column: str, rank: int) -> str:
    """The names of a kind that begin so; the whole name stands first."""
    return f"""
    (SELECT name, kind, CASE WHEN {column} = %({column})s THEN {rank} - 10 ELSE {rank} END AS rank
    FROM maps_spoken_name
    WHERE kind = '{kind}' AND {column} >= %({column})s AND {column} < %({column}_last)s
    ORDER BY {column} LIMIT {MOST_NAMES})"""


def _within(kinds: Iterable[Kind], column: str, rank: int) -> str:
    """The names that have the letters somewhere, by the trigrams of the few."""
    few = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""
    (SELECT name, kind, {rank} FROM maps_spoken_name
    WHERE kind IN ({few}) AND kind <> 'facility' AND {column} LIKE %({column}_part)s
    ORDER BY length(name), name LIMIT {MOST_NAMES})"""


NAMES = " UNION ALL ".join(
    [
        *(_beginning(kind, "folded", 12) for kind in Kind),
        *(_beginning(kind, "initials", 13) for kind in Kind),
        *(_beginning(kind, "sound", 14) for kind in Kind),
        _within(FEW, "folded", 15),
        _within(FEW, "sound", 16),
    ]
)
SIMILAR = f"""
    SELECT name, kind, 20 - round(similarity(sound, %(sound)s) * 4) AS rank FROM maps_spoken_name
    WHERE kind <> 'facility' AND kind <> 'cell' AND sound %% %(sound)s
    ORDER BY similarity(sound, %(sound)s) DESC, length(name), name LIMIT {SHOWN}"""

# What bears the names, and where it lies. A street is all its segments of that name.
_BEARERS = f"""
    WITH heard AS (
        SELECT name COLLATE "default" AS name, kind, min(rank) AS rank FROM ({{names}}) AS each
        GROUP BY name, kind
    ), placed AS (
        SELECT *, row_number() OVER (
            PARTITION BY kind ORDER BY rank, length(name), name) AS place FROM heard
    ), best AS (SELECT * FROM placed WHERE place <= {2 * SHOWN})
    (SELECT b.rank, CASE WHEN s.flat THEN 'facility' ELSE 'road' END AS kind, s.code, b.name,
        s.category, s.spot, s.bounds
    FROM best b CROSS JOIN LATERAL (
        SELECT min(f.code) AS code, mode() WITHIN GROUP (ORDER BY c.name) AS category,
            ST_PointOnSurface((array_agg(r.location ORDER BY f.code))[(count(*) + 1) / 2]) AS spot,
            {_BOUNDS.format("ST_Extent(r.location)")} AS bounds,
            bool_and(ST_Dimension(r.location) = 2) AS flat
        FROM grid_facility_record r
        JOIN grid_facility f ON f.id = r.facility_id
        JOIN grid_category c ON c.id = r.category_id
        WHERE r.name = b.name AND r.name <> '' AND {NOW.format("r")}
            AND ST_Dimension(r.location) > 0
    ) AS s WHERE b.kind = 'road' AND s.code IS NOT NULL)
    UNION ALL
    (SELECT b.rank + 1, 'facility', s.code, b.name, s.category, s.spot, NULL
    FROM best b CROSS JOIN LATERAL (
        SELECT f.code, c.name AS category, ST_PointOnSurface(r.location) AS spot
        FROM grid_facility_record r
        JOIN grid_facility f ON f.id = r.facility_id
        JOIN grid_category c ON c.id = r.category_id
        WHERE r.name = b.name AND r.name <> '' AND {NOW.format("r")}
            AND ST_Dimension(r.location) = 0 AND r.state <> 'removed'
        ORDER BY r.facility_id LIMIT 3
    ) AS s WHERE b.kind = 'facility')
    UNION ALL
    (SELECT b.rank, 'area', a.code, a.name, NULL, ST_PointOnSurface(a.boundary),
        {_BOUNDS.format("a.boundary")}
    FROM best b JOIN grid_area a ON a.name = b.name AND {NOW.format("a")}
    WHERE b.kind = 'area' AND a.boundary IS NOT NULL)
    UNION ALL
    (SELECT b.rank + 2, 'cell', g.code, g.name, NULL, ST_PointOnSurface(g.boundary),
        {_BOUNDS.format("g.boundary")}
    FROM best b JOIN grid_cell g ON g.name = b.name AND {NOW.format("g")}
    WHERE b.kind = 'cell')
    UNION ALL
    (SELECT b.rank + 2, 'organization', o.code, o.name, NULL, s.spot, s.bounds
    FROM best b JOIN grid_organization o ON o.name = b.name
    CROSS JOIN LATERAL (
        SELECT ST_SetSRID(ST_Centroid(ST_Extent(w.boundary)), 4326) AS spot,
            {_BOUNDS.format("ST_Extent(w.boundary)")} AS bounds
        FROM grid_ownership_area w WHERE w.organization_id = o.id AND {NOW.format("w")}
    ) AS s WHERE b.kind = 'organization' AND s.spot IS NOT NULL)"""

# Codes by their beginning: of facilities, areas, cells, and bodies that own ground.
CODES = f"""
    (SELECT CASE WHEN f.code = %(code)s THEN 0 ELSE 10 END AS rank, 'facility' AS kind, f.code,
        r.name, c.name AS category, ST_PointOnSurface(r.location) AS spot, NULL::jsonb AS bounds
    FROM grid_facility f
    JOIN grid_facility_record r ON r.facility_id = f.id AND {NOW.format("r")}
    JOIN grid_category c ON c.id = r.category_id
    WHERE f.code ~>=~ %(code)s AND f.code ~<~ %(code_last)s
    ORDER BY f.code USING ~<~ LIMIT {SHOWN})
    UNION ALL
    (SELECT CASE WHEN a.code = %(code)s THEN 0 ELSE 11 END, 'area', a.code, a.name, NULL,
        ST_PointOnSurface(a.boundary), {_BOUNDS.format("a.boundary")}
    FROM grid_area a
    WHERE {NOW.format("a")} AND a.boundary IS NOT NULL AND a.code LIKE %(code_like)s
    ORDER BY length(a.code), a.code LIMIT {SHOWN})
    UNION ALL
    (SELECT CASE WHEN g.code = %(code)s THEN 0 ELSE 12 END, 'cell', g.code, g.name, NULL,
        ST_PointOnSurface(g.boundary), {_BOUNDS.format("g.boundary")}
    FROM grid_cell g WHERE {NOW.format("g")} AND g.code LIKE %(code_like)s
    ORDER BY g.code LIMIT {SHOWN})
    UNION ALL
    (SELECT 12, 'organization', o.code, o.name, NULL, ST_SetSRID(ST_Centroid(ST_Extent(w.boundary)), 4326),
        {_BOUNDS.format("ST_Extent(w.boundary)")}
    FROM grid_organization o
    JOIN grid_ownership_area w ON w.organization_id = o.id AND {NOW.format("w")}
    WHERE o.code LIKE %(code_like)s GROUP BY o.id ORDER BY o.code LIMIT {SHOWN})"""

# Where two streets of these names meet, or come nearest within fifty metres or so.
CROSSING = f"""
    WITH line AS (
        SELECT r.name, r.location FROM grid_facility_record r
        WHERE r.name = ANY(%(names)s) AND r.name <> '' AND {NOW.format("r")}
            AND ST_Dimension(r.location) > 0
    ), met AS (
        SELECT DISTINCT ON (a.name, b.name) a.name || ' × ' || b.name AS name,
            ST_ClosestPoint(a.location, b.location) AS spot
        FROM line a JOIN line b ON a.name = ANY(%(first)s) AND b.name = ANY(%(second)s)
            AND a.name <> b.name AND ST_DWithin(a.location, b.location, 0.0005)
        ORDER BY a.name, b.name, ST_Distance(a.location, b.location)
    )
    SELECT 1 AS rank, 'crossing' AS kind, '' AS code, name, NULL AS category, spot,
        NULL::jsonb AS bounds
    FROM met ORDER BY length(name), name LIMIT {SHOWN}"""

PLACE = """
    SELECT 0 AS rank, 'place' AS kind, '' AS code, '' AS name, NULL AS category,
        ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS spot, NULL::jsonb AS bounds"""

# As JSON, with the subdistrict and the community in which it lies.
_TOLD = f"""
    SELECT jsonb_build_object('kind', kind, 'code', code, 'name', name, 'category', category,
        'lon', ST_X(spot), 'lat', ST_Y(spot), 'bounds', bounds, 'rank', rank, 'area', (
            SELECT string_agg(a.name, ' ' ORDER BY length(a.code)) FROM grid_area a
            WHERE {NOW.format("a")} AND a.level <> 'district' AND ST_Covers(a.boundary, spot)
        ))::text
    FROM (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY rank, length(name), name, code) AS n
        FROM ({{found}}) AS each
    ) AS found
    WHERE n <= {SHOWN} ORDER BY rank, length(name), name, code"""

NEW_NAMES = """
    SELECT kind, name FROM (
        SELECT CASE WHEN ST_Dimension(r.location) > 0 THEN 'road' ELSE 'facility' END AS kind, r.name
        FROM grid_facility_record r
        WHERE lower(r.recorded_during) > %(version)s AND upper_inf(r.recorded_during)
            AND r.name <> ''
        UNION SELECT 'area', a.name FROM grid_area a WHERE upper_inf(a.recorded_during)
        UNION SELECT 'cell', g.name FROM grid_cell g
            WHERE upper_inf(g.recorded_during) AND g.name <> ''
        UNION SELECT 'organization', o.name FROM grid_organization o
    ) AS every
    WHERE NOT EXISTS (
        SELECT FROM maps_spoken_name s WHERE s.kind = every.kind AND s.name = every.name)
    ORDER BY kind, name LIMIT %(most)s"""


def new_names(version: int, most: int | None) -> list[tuple[str, str]]:
    """(kind, name) of what came to the ground after a version and is not yet in the cache."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_NAMES, {"version": version, "most": most})
        return list(cursor.fetchall())


def heard(words: str) -> dict[str, str]:
    """The parameters of `NAMES` and `SIMILAR`."""
    plain = folded(words)
    _, sound = readings(words)[0] if plain else ("", "")
    spoken = {"folded": plain, "initials": plain, "sound": sound}
    return spoken | {
        key: value
        for column, typed in spoken.items()
        for key, value in ((f"{column}_last", typed + LAST), (f"{column}_part", f"%{typed}%"))
    }


def by_name(words: str) -> list[dict[str, Any]]:
    """What bears a name that is written, shortened or spoken so."""
    parameters = heard(words)
    return _read(_BEARERS.format(names=NAMES), parameters) if parameters["folded"] else []


def by_likeness(words: str) -> list[dict[str, Any]]:
    """What has a name that sounds nearly so."""
    parameters = heard(words)
    if len(parameters["sound"]) < SHORTEST_LIKENESS:
        return []
    return _read(_BEARERS.format(names=SIMILAR), parameters)


def by_code(code: str) -> list[dict[str, Any]]:
    """What has a code that begins so."""
    literal = code.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    parameters = {"code": code, "code_last": code + LAST, "code_like": f"{literal}%"}
    return _read(CODES, parameters)


def by_crossing(first: str, second: str) -> list[dict[str, Any]]:
    """Where a street of one name crosses a street of the other."""
    names = [road_names(words) for words in (first, second)]
    if not all(names):
        return []
    return _read(CROSSING, {"first": names[0], "second": names[1], "names": [*names[0], *names[1]]})


def by_position(lon: float, lat: float) -> list[dict[str, Any]]:
    """The position itself."""
    return _read(PLACE, {"lon": lon, "lat": lat})


def road_names(words: str) -> list[str]:
    """The names of streets that are written, shortened or spoken so, the likeliest first."""
    parameters = heard(words)
    if not parameters["folded"]:
        return []
    parts = " UNION ALL ".join(
        _beginning(Kind.ROAD, column, rank)
        for column, rank in (("folded", 12), ("initials", 13), ("sound", 14))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT name FROM ({parts}) AS each GROUP BY name
            ORDER BY min(rank), length(name), name LIMIT {SHOWN}""",
            parameters,
        )
        return [name for (name,) in cursor.fetchall()]


def category_names() -> list[dict[str, Any]]:
    """Categories that a report may be of (no others within them), with the letters that find them.

    `was`: codes and names of the classes that one stands for; those themselves are left out.
    """
    rows = with_superseded(Category.objects.filter(children=None, drafted=False))
    was: dict[int, list[str]] = {}
    for heir, *former in CategoryHeir.objects.values_list("heir", "former__code", "former__name"):
        was.setdefault(heir, []).extend(former)
    told = []
    for one in rows.filter(superseded=False).order_by("code", "kind"):
        initials, sound = readings(one.name)[0]
        found = {"code": one.code, "name": one.name, "initials": initials, "sound": sound}
        told.append(found | ({"was": was[one.pk]} if one.pk in was else {}))
    return told


def statement_by_name() -> str:
    """The whole statement behind `by_name`, for the test of its plan."""
    return _TOLD.format(found=_BEARERS.format(names=NAMES))


def _read(found: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_TOLD.format(found=found), parameters)
        return [json.loads(row) for (row,) in cursor.fetchall()]


def best(found: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The nearest first, each thing once, at most `SHOWN` of a kind."""
    kept: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(found, key=lambda each: each["rank"]):
        kept.setdefault((one["kind"], one["code"], one["name"]), one)
    counted: dict[str, int] = {}
    results = []
    for one in kept.values():
        counted[one["kind"]] = counted.get(one["kind"], 0) + 1
        if counted[one["kind"]] <= SHOWN:
            results.append({key: value for key, value in one.items() if key != "rank"})
    return results[:most]
