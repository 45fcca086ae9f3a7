"""The desk's lists and counts walk along an index, however much there is of the past."""

from collections.abc import Sequence

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.intake.upstream.models import UpstreamLink
from inspections.intake.upstream.use_cases import send_due
from tests.conftest import client_of
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import channel

REQUESTS = """
    INSERT INTO inspections_request (code, tracking_code, channel, channel_name, category_name, nature,
        nature_name, text, reported_at, status, place_stated, facility_code, cell_code, area_code,
        recorded_at, recorded_by_id)
    SELECT 'many' || n, lpad(n::text, 13, '0'), CASE n %% 3 WHEN 0 THEN 'upstream' ELSE 'phone' END,
        '', '', '', '', '', now() - n * interval '1 hour', '', '{}', '', '',
        CASE n %% 4 WHEN 0 THEN '500236001001' ELSE '510000001001' END, now(), %s
    FROM generate_series(1, 20000) AS n
"""
RECEIPTS = """
    INSERT INTO inspections_channel_receipt (channel_id, external_id, request_id, content_mark,
        sender_mark, notes, received_at)
    SELECT %s, code, id, '', '', '[]', reported_at FROM inspections_request WHERE code LIKE 'many%%'
"""
REQUESTERS = """
    INSERT INTO inspections_requester (request_id, kind, sealed, phone_mark, reachable)
    SELECT id, 'citizen', '', '', false FROM inspections_request WHERE code LIKE 'many%%'
"""
ORDERS = """
    INSERT INTO inspections_upstream_order (link_id, number, request_id, received_at)
    SELECT %s, code, id, reported_at FROM inspections_request WHERE code LIKE 'many%%'
"""
REPORTS = """
    INSERT INTO inspections_upstream_report (order_id, kind, cause, key, body, made_at, attempts,
        next_at, sent_at, refused_at, answer)
    SELECT id, 'receipt', 'receipt', gen_random_uuid(), '{}', now(), 1, received_at,
        CASE WHEN id %% 1000 = 0 THEN NULL ELSE now() END,
        CASE WHEN id %% 1000 = 0 THEN now() END, ''
    FROM inspections_upstream_order
"""
BIG = (
    "inspections_request",
    "inspections_channel_receipt",
    "inspections_requester",
    "inspections_upstream_order",
    "inspections_upstream_report",
)


def whole_reads(queries: CaptureQueriesContext) -> list[str]:
    """The plans, among these queries, that read one of the big tables from end to end."""
    found = []
    for query in queries:
        if not query["sql"].startswith("SELECT") or not any(one in query["sql"] for one in BIG):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        if any(f"Seq Scan on {one} " in plan for one in BIG):
            found.append(f"{query['sql']}\n{plan}")
    return found


def many(ward: Ward) -> None:
    made = channel("UP", "upstream", "市平台")
    link = UpstreamLink.objects.create(channel=made, url="http://127.0.0.1:1/")
    statements: Sequence[tuple[str, list[int]]] = (
        (REQUESTS, [ward.cy.pk]),
        (RECEIPTS, [made.pk]),
        (REQUESTERS, []),
        (ORDERS, [link.pk]),
        (REPORTS, []),
    )
    with connection.cursor() as cursor:
        for statement, asked in statements:
            cursor.execute(statement if asked else statement.replace("%%", "%"), asked or None)
        cursor.execute(f"ANALYZE {', '.join(BIG)}")


def test_shares_and_orders_walk_along_an_index(ward: Ward) -> None:
    many(ward)
    today = timezone.now().date()
    asked = (
        f"channels/shares/?from={today.isoformat()}",
        "upstream-orders/?limit=20",
        "upstream-orders/?limit=20&number=many77",
        "upstream-orders/?limit=20&refused=true",
    )
    for who in ("ada", "vi"):
        client = client_of(ward.people[who])
        for address in asked:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/api/v1/{address}").status_code == 200
            assert whole_reads(queries) == [], (who, address)
    with CaptureQueriesContext(connection) as queries:
        assert send_due(timezone.now()) == 0
    assert whole_reads(queries) == []
