"""The lists stay fast on a big city: no query reads a big table from end to end."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.models import User
from tests.conftest import client_of
from tests.everything import everything

pytestmark = pytest.mark.django_db

FACILITIES = 100_000
BIG = {
    "grid_facility",
    "grid_facility_record",
    "grid_facility_party",
    "grid_facility_cell",
    "grid_handover_item",
    "grid_handover_effect",
    "grid_cell",
    "grid_ownership_area",
}
# Every facility belongs to one of two large bodies or to a small one; two thirds are named in handovers.
CITY = f"""
INSERT INTO grid_facility (code, scheme)
    SELECT 'f-' || lpad(n::text, 8, '0'), 'local' FROM generate_series(1, {FACILITIES}) AS n;
INSERT INTO grid_facility_record (facility_id, category_id, name, state, location, attributes,
        home_cell_code, valid_during, recorded_during)
    SELECT id, (SELECT id FROM grid_category WHERE code = CASE WHEN id % 500 = 0 THEN 'rare' ELSE 'lamp' END),
        'lamp ' || id, CASE WHEN id % 1000 = 0 THEN 'lost' ELSE 'intact' END,
        ST_SetSRID(ST_MakePoint(109 + (id % 300) * 0.001, 31 + (id / 300) * 0.001), 4326), '{{}}',
        'c-' || id % 6000, tstzrange(NULL, NULL), int8range(1, NULL)
    FROM grid_facility WHERE code LIKE 'f-%';
INSERT INTO grid_facility_cell (record_id, cell_code)
    SELECT id, 'c-' || id % 6000 FROM grid_facility_record WHERE name LIKE 'lamp %';
INSERT INTO grid_facility_party (facility_id, role, organization_id, document, valid_during, recorded_during)
    SELECT id, role, (SELECT id FROM grid_organization WHERE code =
            CASE WHEN f.id % 700 = 0 THEN 'SMALL' WHEN f.id % 2 = 0 THEN 'H001' ELSE 'G001' END),
        '', tstzrange(NULL, NULL), int8range(1, NULL)
    FROM grid_facility f, unnest(ARRAY['owner', 'maintainer']) AS role WHERE code LIKE 'f-%';
INSERT INTO grid_handover (code, kind, state, document)
    SELECT 'ho-' || n, 'signed', CASE WHEN n % 100 = 0 THEN 'refused' ELSE 'signed' END, '' FROM generate_series(1, 3000) AS n;
INSERT INTO grid_handover_item (handover_id, facility_id)
    SELECT h.id, f.id FROM grid_facility f JOIN grid_handover h ON h.code = 'ho-' || f.id % 3000
    WHERE f.code LIKE 'f-%' AND f.id % 3 <> 0;
INSERT INTO grid_handover_effect (handover_id, facility_id, role, organization_id, standing, document, valid_during, recorded_during)
    SELECT i.handover_id, i.facility_id, 'owner', (SELECT min(id) FROM grid_organization), 'signed', '', tstzrange(NULL, NULL), int8range(1, NULL)
    FROM grid_handover_item i JOIN grid_handover h ON h.id = i.handover_id WHERE h.state = 'signed' AND h.code LIKE 'ho-%';
INSERT INTO grid_cell (edition_id, code, name, community_code, boundary, area_m2, valid_during, recorded_during)
    SELECT (SELECT min(id) FROM grid_edition), 'c-' || n, '', 'q-' || n % 60,
        ST_Multi(ST_MakeEnvelope(109 + (n % 100) * 0.001, 31 + n / 100 * 0.001, 109.001 + (n % 100) * 0.001, 31.001 + n / 100 * 0.001, 4326)),
        10000, tstzrange(NULL, NULL), int8range(1, NULL)
    FROM generate_series(0, 19999) AS n;
INSERT INTO grid_ownership_area (code, kind, organization_id, role, boundary, area_m2, categories, basis, document, valid_during, recorded_during)
    SELECT 'o-' || n, 'area', (SELECT id FROM grid_organization WHERE code = CASE WHEN n % 700 = 0 THEN 'SMALL' ELSE 'G001' END), 'owner',
        ST_Multi(ST_MakeEnvelope(109 + (n % 100) * 0.001, 31 + n / 100 * 0.001, 109.002 + (n % 100) * 0.001, 31.002 + n / 100 * 0.001, 4326)),
        10000, ARRAY['lamp'], '', '', tstzrange(NULL, NULL), int8range(1, NULL)
    FROM generate_series(1, 20000) AS n;
ANALYZE grid_facility, grid_facility_record, grid_facility_cell, grid_facility_party, grid_handover,
    grid_handover_item, grid_handover_effect, grid_cell, grid_ownership_area, grid_organization, grid_category;
"""  # noqa: S608 (a constant)

ASKED = [
    "facilities/",
    "facilities/?limit=1000",
    "facilities/?bbox=109.01,31.01,109.02,31.02",
    "facilities/?bbox=108,30,111,33",
    "facilities/?code=f-00000500",
    "facilities/f-00000500/",
    "facilities/?category=lamp",
    "facilities/?category=rare",
    "facilities/?cell=c-77",
    "facilities/?owner=H001",
    "facilities/?owner=SMALL",
    "facilities/?handover=none",
    "facilities/?handover=signed",
    "facilities/?handover=disputed",
    "facilities/?handover_code=ho-30",
    "facilities/?as_known_at=2100-01-01",
    "facilities/?at=2020-01-01&bbox=109.01,31.01,109.02,31.02",
    "cells/",
    "cells/c-77/",
    "cells/?community=q-7",
    "cells/?bbox=109.01,31.01,109.02,31.02",
    "ownership-areas/",
    "ownership-areas/?organization=SMALL",
    "ownership-areas/?bbox=109.01,31.01,109.02,31.02",
    "handovers/",
    "handovers/?facility=f-00000500",
    "handovers/ho-30/",
]


@pytest.fixture
def api(bo: User) -> APIClient:
    """Bo's client in a city of 100,000 facilities."""
    made = everything()
    made.bureau.__class__.objects.create(code="SMALL", name="小单位")
    made.lamp.category.__class__.objects.create(code="rare", kind="facility", name="罕见")
    with connection.cursor() as cursor:
        cursor.execute(CITY)
    return client_of(bo)


def read_from_end_to_end(plan: dict[str, Any]) -> set[str]:
    """The big tables that a plan scans sequentially."""
    found = {name for inner in plan.get("Plans", []) for name in read_from_end_to_end(inner)}
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in BIG:
        found.add(plan["Relation Name"])
    return found


def test_no_list_reads_a_big_table_from_end_to_end(api: APIClient) -> None:
    faults = {}
    for asked in ASKED:
        with CaptureQueriesContext(connection) as context:
            answer = api.get(f"/api/v1/{asked}")
            assert answer.status_code == 200, answer.content
        for query in context.captured_queries:
            sql = query["sql"]
            if not re.match("SELECT", sql):
                continue
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"))
                plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            if scanned := read_from_end_to_end(plan[0]["Plan"]):
                faults[asked] = (scanned, float(query["time"]), sql)
    assert faults == {}
