"""The SQL of the tiles: rows of the newest ground version, in force now, encoded by ST_AsMVT.

Each statement prefilters in degrees, where the GiST index is, and transforms only what is drawn
(an index in 3857 would gain 5 to 15 % for points). Attributes are few and small: they cost more
than the geometry. Statements are put together from constants of this module alone; what a request
says is bound. See https://postgis.net/docs/ST_AsMVT.html and ST_TileEnvelope.html.
"""

from typing import Any

from django.db import connection

from maps.tiles.roads import GREEN_CLASSES, ROAD_RANKS, WATER_CLASSES

FEATURE_CAP = 20_000  # a city denser than this at street zoom is shown in part, never not at all
BINS = 64  # low zoom: facilities are counted in 64 x 64 bins a tile
RAW_FROM = 14  # from this zoom on each facility is drawn
CELLS_FROM = 13  # 1e5 cells at z10 weigh 2.4 MB; at z13 a tile holds a readable number
LABELLED_CELLS_FROM = 15

# The tile and, with 1/64 around it for lines and symbols that reach over its edge, what to fetch.
BOX = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
REACH = "ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.015625), 4326)"
NOW = "upper_inf({0}.recorded_during) AND {0}.valid_during @> now()"
# Half a pixel of a 512-pixel tile, in metres of Mercator.
PIXEL = "(40075016.7 / 2 ^ %(z)s / 1024)"


def _geometry(column: str, *, simplify: bool = False) -> str:
    drawn = f"ST_Transform({column}, 3857)"
    if simplify:
        drawn = f"ST_Simplify({drawn}, {PIXEL}, true)"
    return f"ST_AsMVTGeom({drawn}, {BOX}, 4096, 64, true)"


def _encoded(layer: str, rows: str) -> str:
    """The layer of a tile from rows whose geometry is called `geom`."""
    return f"SELECT ST_AsMVT(t, '{layer}', 4096, 'geom') FROM ({rows}) AS t WHERE geom IS NOT NULL"


def _spots(attributes: str, source: str) -> str:
    """A point for a name, in the one tile that holds it, so that no name is drawn twice."""
    return f"""
    SELECT {attributes}, ST_AsMVTGeom(ST_Transform(spot, 3857), {BOX}, 4096, 0, true) AS geom
    FROM (SELECT *, ST_PointOnSurface(boundary) AS spot FROM ({source}) AS s) AS spots
    LIMIT {FEATURE_CAP}"""


# The newest handover in which a facility is named says how it stands.
HANDOVER_STATE = """
    LEFT JOIN LATERAL (
        SELECT h.state FROM grid_handover_item i JOIN grid_handover h ON h.id = i.handover_id
        WHERE i.facility_id = r.facility_id ORDER BY i.handover_id DESC LIMIT 1
    ) AS handover ON true"""

FACILITIES = f"""
    SELECT ST_AsMVT(t, 'facilities', 4096, 'geom', 'id') FROM (
        SELECT r.facility_id AS id, f.code, c.code AS category, handover.state AS handover,
            NULLIF(r.state, 'intact') AS state, {_geometry("r.location")} AS geom
        FROM grid_facility_record r
        JOIN grid_facility f ON f.id = r.facility_id
        JOIN grid_category c ON c.id = r.category_id
        {HANDOVER_STATE}
        WHERE {NOW.format("r")} AND r.location && {REACH}
        LIMIT {FEATURE_CAP}
    ) AS t WHERE geom IS NOT NULL"""

# Binned in degrees, so that one point a bin is transformed instead of every facility. A facility
# alone in its bin is named.
FACILITY_BINS = f"""
    SELECT ST_AsMVT(t, 'facilities', 4096, 'geom') FROM (
        SELECT n, NULLIF(bins.troubled, 0) AS troubled, f.code,
            ST_AsMVTGeom(ST_Transform(ST_SetSRID(ST_MakePoint(x, y), 4326), 3857),
                {BOX}, 4096, 0, true) AS geom
        FROM (SELECT count(*)::int AS n, count(troubled.facility_id)::int AS troubled,
            avg(ST_X(r.location)) AS x, avg(ST_Y(r.location)) AS y, min(r.facility_id) AS one
        FROM grid_facility_record r
        CROSS JOIN (SELECT ST_Transform({BOX}, 4326) AS box) AS tile
        LEFT JOIN (
            SELECT DISTINCT i.facility_id FROM grid_handover_item i
            JOIN grid_handover h ON h.id = i.handover_id
            WHERE h.state IN ('applied', 'refused', 'overdue', 'disputed')
        ) AS troubled ON troubled.facility_id = r.facility_id
        WHERE {NOW.format("r")} AND r.location && ST_Transform({BOX}, 4326)
            AND GeometryType(r.location) = 'POINT' AND r.state <> 'removed'
        GROUP BY
            floor((ST_X(r.location) - ST_XMin(box)) / (ST_XMax(box) - ST_XMin(box)) * {BINS}),
            floor((ST_Y(r.location) - ST_YMin(box)) / (ST_YMax(box) - ST_YMin(box)) * {BINS})
        ) AS bins LEFT JOIN grid_facility f ON f.id = bins.one AND bins.n = 1
    ) AS t WHERE geom IS NOT NULL"""

_CELLS = f"SELECT * FROM grid_cell g WHERE {NOW.format('g')} AND g.boundary && {REACH}"
CELLS = f"""
    SELECT ST_AsMVT(t, 'cells', 4096, 'geom', 'id') FROM (
        SELECT id, code, NULLIF(name, '') AS name, NULLIF(community_code, '') AS community,
            {_geometry("boundary", simplify=True)} AS geom
        FROM ({_CELLS}) AS g LIMIT {FEATURE_CAP}
    ) AS t WHERE geom IS NOT NULL"""
CELL_LABELS = _encoded("cell_labels", _spots("code", _CELLS))

_OWNERSHIP = f"""
    SELECT w.*, o.code AS organization, o.name AS organization_name, o.kind AS organization_kind
    FROM grid_ownership_area w JOIN grid_organization o ON o.id = w.organization_id
    WHERE {NOW.format("w")} AND w.boundary && {REACH}"""
_OWNERSHIP_ATTRIBUTES = """code, kind, role, organization, organization_name AS name,
            organization_kind AS body, NULLIF(document = '', false) AS unproven,
            ',' || NULLIF(array_to_string(categories, ','), '') || ',' AS categories"""
OWNERSHIP = f"""
    SELECT ST_AsMVT(t, 'ownership', 4096, 'geom', 'id') FROM (
        SELECT id, {_OWNERSHIP_ATTRIBUTES}, {_geometry("boundary", simplify=True)} AS geom
        FROM ({_OWNERSHIP}) AS w ORDER BY area_m2 DESC LIMIT {FEATURE_CAP}
    ) AS t WHERE geom IS NOT NULL"""
# A strip along a street has no room for a name until one stands in it.
OWNERSHIP_LABELS = _encoded(
    "ownership_labels",
    _spots(
        _OWNERSHIP_ATTRIBUTES,
        f"""{_OWNERSHIP} AND (%(z)s >= 17 OR
        4 * pi() * ST_Area(w.boundary) > 0.3 * ST_Perimeter(w.boundary) ^ 2)""",
    ),
)

CITY_ROWS = f"""
    SELECT {_geometry("boundary", simplify=True)} AS geom FROM grid_city
    WHERE boundary && {REACH}"""
CITY = _encoded("city", CITY_ROWS)

_AREAS = f"""
    SELECT * FROM grid_area a WHERE {NOW.format("a")} AND a.boundary && {REACH}
    AND (level = 'district' OR (level = 'subdistrict' AND %(z)s >= 10) OR %(z)s >= 13)"""
AREA_ROWS = f"""
    SELECT id, code, level, {_geometry("boundary", simplify=True)} AS geom
    FROM ({_AREAS}) AS a LIMIT {FEATURE_CAP}"""
AREAS = f"SELECT ST_AsMVT(t, 'areas', 4096, 'geom', 'id') FROM ({AREA_ROWS}) AS t WHERE geom IS NOT NULL"
AREA_LABEL_ROWS = _spots("code, name, level", _AREAS)
AREA_LABELS = _encoded("area_labels", AREA_LABEL_ROWS)

# A line or polygon of the ground, with the word that says what it is. The condition on the
# dimension is that of the partial index maps_line_now: points, most of the rows, are not read.
_SHAPES = f"""
    SELECT f.code, r.name AS record_name, r.attributes, r.location, c.name AS category,
        regexp_replace(lower(COALESCE(r.attributes->>'class', r.attributes->>'highway',
            r.attributes->>'natural', r.attributes->>'landuse', r.attributes->>'leisure',
            r.attributes->>'waterway', '')), '_link$', '') AS class
    FROM grid_facility_record r
    JOIN grid_facility f ON f.id = r.facility_id
    JOIN grid_category c ON c.id = r.category_id
    WHERE {NOW.format("r")} AND ST_Dimension(r.location) > 0 AND r.location && {REACH}
        AND r.state <> 'removed'"""
LAND_ROWS = f"""
    SELECT COALESCE(NULLIF(record_name, ''), attributes->>'name') AS name,
        CASE WHEN class = ANY(%(water)s::text[]) THEN 'water' ELSE 'green' END AS class,
        {_geometry("location", simplify=True)} AS geom
    FROM ({_SHAPES}) AS s WHERE class = ANY(%(water)s::text[]) OR class = ANY(%(green)s::text[])
    LIMIT {FEATURE_CAP}"""
LAND = _encoded("land", LAND_ROWS)
_ROADS = f"""
    SELECT s.code, COALESCE(NULLIF(record_name, ''), attributes->>'name') AS name,
        attributes->>'part' AS part, COALESCE(ranks.rank, 5) AS rank, s.location
    FROM ({_SHAPES}) AS s
    LEFT JOIN (SELECT * FROM unnest(%(words)s::text[], %(ranks)s::int[])) AS ranks(word, rank)
        ON ranks.word = s.class
    WHERE (ranks.rank IS NOT NULL OR s.category ~* 'road|street|道路|车行道|人行道')
        AND ST_Dimension(s.location) = 1
        AND COALESCE(ranks.rank, 5) <= CASE
            WHEN %(z)s < 10 THEN 1 WHEN %(z)s < 12 THEN 2 WHEN %(z)s < 13 THEN 3
            WHEN %(z)s < 14 THEN 5 ELSE 9 END"""
ROAD_ROWS = f"""
    SELECT code, part, rank, {_geometry("location", simplify=True)} AS geom
    FROM ({_ROADS}) AS r LIMIT {FEATURE_CAP}"""
ROADS = _encoded("roads", ROAD_ROWS)
# Segments end at every crossing: a name needs the street in one piece to run along it.
ROAD_NAME_ROWS = f"""
    SELECT name, rank, ST_AsMVTGeom(
        ST_LineMerge(ST_Collect(ST_Transform(location, 3857))), {BOX}, 4096, 64, true) AS geom
    FROM ({_ROADS}) AS r WHERE name IS NOT NULL AND part IS DISTINCT FROM 'footway'
    GROUP BY name, rank LIMIT {FEATURE_CAP}"""
ROAD_NAMES = _encoded("road_names", ROAD_NAME_ROWS)


# Which cases are drawn is decided by what the reader may see; their keys are bound.
CASES = f"""
    SELECT COALESCE(ST_AsMVT(t, 'cases', 4096, 'geom', 'id'), '') FROM (
        SELECT id, number, state, NULLIF(urgency, 'normal') AS urgency,
            NULLIF(resolve_by < now(), false) AS overdue, {_geometry("place")} AS geom
        FROM inspections_case WHERE id = ANY(%(keys)s)
    ) AS t WHERE geom IS NOT NULL"""


def _statements(layer: str, z: int) -> list[str]:
    if layer == "facilities":
        return [FACILITIES if z >= RAW_FROM else FACILITY_BINS]
    if layer == "cells":
        return [CELLS, CELL_LABELS][: 0 if z < CELLS_FROM else 1 if z < LABELLED_CELLS_FROM else 2]
    if layer == "ownership":
        return [OWNERSHIP, OWNERSHIP_LABELS]
    if layer == "base":
        return [CITY, LAND, AREAS, ROADS, AREA_LABELS, ROAD_NAMES]
    raise ValueError(f"no ground layer is called {layer}")


def encode_cases(keys: list[int], z: int, x: int, y: int) -> bytes:
    """The tile of these cases, empty if none lies in it."""
    with connection.cursor() as cursor:
        cursor.execute(CASES, {"z": z, "x": x, "y": y, "keys": keys})
        (body,) = cursor.fetchone()
    return bytes(body)


def parameters_of(z: int, x: int, y: int) -> dict[str, Any]:
    """What the statements of this module bind."""
    return {
        "z": z,
        "x": x,
        "y": y,
        "words": list(ROAD_RANKS),
        "ranks": list(ROAD_RANKS.values()),
        "water": WATER_CLASSES,
        "green": GREEN_CLASSES,
    }


def encode(layer: str, z: int, x: int, y: int) -> bytes:
    """The tile of a ground layer as Mapbox vector tile (spec 2.1), empty if nothing lies in it."""
    statements = _statements(layer, z)
    if not statements:
        return b""
    # The layers of a tile are its encoded parts one after another: a tile is one protobuf message.
    parts = " || ".join(f"COALESCE(({statement}), '')" for statement in statements)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}", parameters_of(z, x, y))
        (body,) = cursor.fetchone()
    return bytes(body)
