"""Tiles and searches meet a million rows: their plans read no table from end to end."""

import json
from typing import Any

import pytest
from django.db import connection

from maps.base.queries import ROWS
from maps.finding import queries as finding
from maps.finding.sounds import folded
from maps.tiles import queries
from tests.maps.small_city import SmallCity
from tests.maps.tiles import tile_at

MANY = 30_000
LARGE = {"grid_facility", "grid_facility_record", "grid_handover_item", "maps_spoken_name"}


def crowd(town: SmallCity) -> None:
    """Put many more manholes on the ground, in a square of forty kilometres."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grid_facility (code, scheme) "
            "SELECT 'X' || n, 'local' FROM generate_series(1, %s) n",
            [MANY],
        )
        cursor.execute(
            "INSERT INTO grid_facility_record (facility_id, category_id, name, state, location, "
            "attributes, home_cell_code, valid_during, recorded_during) "
            "SELECT f.id, c.id, '', 'intact', ST_SetSRID(ST_MakePoint("
            "107.8 + random() * 0.4, 30.5 + random() * 0.4), 4326), '{}', '', "
            "tstzrange(NULL, NULL, '()'), int8range(%s, NULL, '[)') "
            "FROM grid_facility f, grid_category c WHERE f.code LIKE 'X%%' AND c.code = '0101'",
            [town.version.number],
        )
        cursor.execute(
            "INSERT INTO grid_handover_item (handover_id, facility_id) SELECT h.id, f.id "
            "FROM grid_facility f, grid_handover h WHERE f.code LIKE 'X%%' AND h.code = 'H-2'"
        )
        cursor.execute("ANALYZE grid_facility, grid_facility_record, grid_handover_item")


def tables_read_whole(statement: str, parameters: dict[str, Any]) -> set[str]:
    """The large tables that a statement's plan scans in sequence."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        (plan,) = cursor.fetchone()
    read: set[str] = set()
    nodes = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            read.add(node["Relation Name"])
    return read & LARGE


@pytest.mark.parametrize(
    ("statement", "zoom"),
    [
        (queries.FACILITIES, 16),
        (queries.LAND, 14),
        (queries.ROADS, 14),
        (queries.ROAD_NAMES, 14),
        (ROWS, 14),
    ],
    ids=["facilities", "land", "roads", "road names", "base map"],
)
def test_tiles_find_their_rows_by_index(town: SmallCity, statement: str, zoom: int) -> None:
    crowd(town)
    x, y = tile_at(zoom)
    assert tables_read_whole(statement, queries.parameters_of(zoom, x, y)) == set()


def test_search_finds_codes_by_index(town: SmallCity) -> None:
    crowd(town)
    parameters = {"code": "X123", "code_last": "X123" + finding.LAST, "code_like": "X123%"}
    assert tables_read_whole(finding.CODES, parameters) == set()


@pytest.mark.parametrize("words", ["tfl", "通丰路", "丰", "灯1234"])
def test_search_finds_names_by_index(town: SmallCity, words: str) -> None:
    crowd(town)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE grid_facility_record r SET name = '路灯' || f.code FROM grid_facility f "
            "WHERE f.id = r.facility_id AND f.code LIKE 'X%%'"
        )
        cursor.execute(
            "INSERT INTO maps_spoken_name (kind, name, folded, initials, sound) "
            "SELECT 'facility', r.name, lower(r.name), 'ld' || r.id, 'ludeng' || r.id "
            "FROM grid_facility_record r WHERE r.name LIKE '路灯X%%'"
        )
        cursor.execute("ANALYZE grid_facility_record, maps_spoken_name")
    statement = finding.statement_by_name()
    assert folded(words)
    assert tables_read_whole(statement, finding.heard(words)) == set()
