"""What came in without a case waits at the desk until it is placed, joined, answered or made one."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import AuditEntry
from inspections.intake.inbox.models import InboxItem
from inspections.intake.use_cases import receive
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases import RequestRow, register_requests
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, enquiry, report
from tests.inspections.intake.channels.conftest import bring, channel

FAR: dict[str, Any] = {"lon": -70.0, "lat": -33.0}


def inbox(ward: Ward, who: str = "ada", **asked: str) -> list[dict[str, Any]]:
    answer = client_of(ward.people[who]).get("/api/v1/desk/inbox/", asked)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def counts(ward: Ward) -> dict[str, int]:
    told: dict[str, int] = client_of(ward.ada).get("/api/v1/desk/inbox/counts/").json()
    return told


def act(ward: Ward, code: str, name: str, who: str = "ada", **body: Any) -> Any:
    client = client_of(ward.people[who])
    return client.post(f"/api/v1/requests/{code}/{name}/", body, format="json")


def said(ward: Ward, **stated: Any) -> ServiceRequest:
    usual: dict[str, Any] = {"text": "路灯不亮", "reported_at": timezone.now()}
    return receive(RequestRow(**usual | stated), actor=ward.ada).request


@pytest.mark.mission("C8", "N2")
def test_whatever_has_no_case_waits_and_what_has_one_does_not(ward: Ward) -> None:
    channel("SMS", "sms", "12345 短信")
    brought = bring("SMS", {"id": "1", "text": "我家门口的灯坏了", "phone": "13800000001"}).json()
    asked = enquiry(ward, "路灯几点亮？", channel="phone")
    far = said(ward, **FAR)
    report(ward)
    rows = inbox(ward)
    assert [(row["code"], row["waits_for"]) for row in rows] == [
        (brought["code"], "place"), (asked.code, "answer"), (far.code, "outside"),
    ]  # fmt: skip
    assert (rows[0]["intake_channel_name"], rows[0]["reachable"]) == ("12345 短信", True)
    assert rows[1]["answer_by"] is not None
    assert counts(ward) == {"place": 1, "answer": 1, "outside": 1}
    assert [row["code"] for row in inbox(ward, waits_for="answer")] == [asked.code]
    assert [row["code"] for row in inbox(ward, channel="sms")] == [brought["code"]]


def test_records_of_the_past_do_not_wait(ward: Ward) -> None:
    old = RequestRow(code="OLD-1", text="旧诉求", reported_at=timezone.now(), status="已办结")
    register_requests([old], actor=ward.ada)
    assert inbox(ward) == []


def test_a_place_opens_its_case_and_it_waits_no_more(ward: Ward) -> None:
    request = said(ward)
    lon, lat = ward.lonlat(250, 250)
    placed = act(ward, request.code, "locate", lon=lon, lat=lat, category="0118")
    assert placed.json()["properties"]["case"]
    assert inbox(ward) == []
    (row,) = inbox(ward, settled="true")
    assert (row["code"], row["settled_as"]) == (request.code, "opened")


def test_placed_outside_the_city_it_waits_on_for_the_right_place(ward: Ward) -> None:
    request = said(ward)
    act(ward, request.code, "locate", **FAR)
    assert counts(ward) == {"place": 0, "answer": 0, "outside": 1}
    refused = act(ward, request.code, "open", category="0118")
    assert (refused.status_code, refused.json()["code"]) == (400, "outside_city")
    lon, lat = ward.lonlat(250, 250)
    opened = act(
        ward,
        request.code,
        "open",
        lon=lon,
        lat=lat,
        accuracy_m=7,
        category="0118",
        reason="点位误报",
    )
    assert opened.status_code == 201, opened.content
    case = ServiceRequest.objects.get(code=request.code).cases.get()
    assert case.place.distance(Point(lon, lat, srid=4326)) < 1e-7
    assert (case.accuracy_m, case.category) == (7, ward.lamps)
    request.refresh_from_db()
    said_at: Any = request.place
    assert (said_at.x, said_at.y) == (FAR["lon"], FAR["lat"])  # what was said stays
    assert inbox(ward) == []
    assert AuditEntry.objects.get(act="open_request").reason == "点位误报"


def test_an_enquiry_with_something_to_do_becomes_a_case_by_the_desk(ward: Ward) -> None:
    request = enquiry(ward, "灯怎么还不修？")
    opened = act(ward, request.code, "open", category="0118")
    assert opened.status_code == 201, opened.content
    assert opened.json()["properties"]["case"]
    acts = {one["act"] for one in opened.json()["properties"]["available_acts"]}
    assert not acts & {"join", "open", "locate", "answer"}
    again = act(ward, request.code, "open", category="0118")
    assert (again.status_code, again.json()["code"]) == (409, "feeds_a_case")
    assert ServiceRequest.objects.get(code=request.code).cases.count() == 1


def test_without_a_place_no_case_is_opened_and_it_waits_on(ward: Ward) -> None:
    request = said(ward)
    refused = act(ward, request.code, "open", category="0118")
    assert (refused.status_code, refused.json()["code"]) == (400, "place_needed")
    assert counts(ward)["place"] == 1
    lon, lat = ward.lonlat(250, 250)
    assert act(ward, request.code, "open", lon=lon, lat=lat, category="0118").status_code == 201
    request.refresh_from_db()
    assert request.cell_code == "500236001001001"
    assert counts(ward)["place"] == 0


def test_it_joins_an_open_case_and_its_reporter_follows(ward: Ward) -> None:
    case, request = report(ward), said(ward)
    joined = act(ward, request.code, "join", case=case.number)
    assert joined.status_code == 201, joined.content
    assert joined.json()["properties"]["case"] == case.number
    (row,) = inbox(ward, settled="true")
    assert row["settled_as"] == "joined"
    ended = case_in(ward, "declined")
    other = said(ward)
    refused = act(ward, other.code, "join", case=ended.number)
    assert (refused.status_code, refused.json()["code"]) == (409, "case_not_open")
    assert act(ward, other.code, "join", case="20260101-000009").status_code == 404
    assert [row["code"] for row in inbox(ward)] == [other.code]


def test_answered_it_waits_no_more(ward: Ward) -> None:
    request = enquiry(ward, "路灯几点亮？")
    assert act(ward, request.code, "answer", text="日落后半小时。").status_code == 201
    assert inbox(ward) == []
    assert InboxItem.objects.get().settled_as == "answered"


def test_only_the_desk_decides_and_others_do_not_see_it(ward: Ward) -> None:
    request = said(ward)
    assert act(ward, request.code, "open", "cy").status_code == 404
    seen = act(ward, request.code, "open", "bo", lon=1, lat=1)  # an inspector reads it
    assert (seen.status_code, seen.json()["code"]) == (403, "not_permitted")
    assert act(ward, request.code, "join", "bo", case=report(ward).number).status_code == 403
    assert inbox(ward, "cy") == []
    assert [row["code"] for row in inbox(ward, "bo")] == [request.code]


def test_the_same_click_twice_is_one_case(ward: Ward) -> None:
    request = enquiry(ward, "灯怎么还不修？")
    client = client_of(ward.ada)
    answers = [
        client.post(
            f"/api/v1/requests/{request.code}/open/",
            {"category": "0118"},
            format="json",
            headers={"Idempotency-Key": "one-click"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


def test_three_rows_cost_as_many_queries_as_one(ward: Ward) -> None:
    channel("SMS", "sms", "12345 短信")

    def bring_one(number: int) -> None:
        told = {"id": str(number), "text": "灯坏了", "phone": "13800000001", "name": "王"}
        assert bring("SMS", told).status_code == 201

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            inbox(ward)
        return len(queries)

    bring_one(1)
    asked()
    one = asked()
    bring_one(2)
    bring_one(3)
    assert asked() == one


MANY_REQUESTS = """
    INSERT INTO inspections_request (code, tracking_code, channel, channel_name, category_name, nature,
        nature_name, text, reported_at, status, place_stated, facility_code, cell_code, area_code,
        recorded_at, recorded_by_id)
    SELECT 'many' || n, lpad(n::text, 13, '0'), 'sms', '', '', '', '', '', now(), '', '{}', '', '',
        CASE n %% 4 WHEN 0 THEN '500236001001' ELSE '510000001001' END, now(), %s
    FROM generate_series(1, 20000) AS n
"""
MANY_ITEMS = """
    INSERT INTO inspections_inbox_item (request_id, waits_for, since, settled_at, settled_as)
    SELECT id, CASE id / 20 %% 3 WHEN 0 THEN 'place' WHEN 1 THEN 'answer' ELSE 'outside' END,
        now() - id * interval '1 minute',
        CASE WHEN id %% 5 = 0 THEN NULL ELSE now() END,
        CASE WHEN id %% 5 = 0 THEN '' ELSE 'answered' END
    FROM inspections_request WHERE code LIKE 'many%%'
"""


def test_the_list_walks_along_an_index(ward: Ward) -> None:
    """Also for whoever sees one part of the city only."""
    with connection.cursor() as cursor:
        cursor.execute(MANY_REQUESTS, [ward.cy.pk])
        cursor.execute(MANY_ITEMS, [])
        cursor.execute("ANALYZE inspections_request, inspections_inbox_item")
    for who, asked in (
        ("ada", {}),
        ("vi", {}),
        ("ada", {"waits_for": "place"}),
        ("vi", {"waits_for": "place"}),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert len(inbox(ward, who, limit="20", **asked)) == 20
        (walk,) = [q["sql"] for q in queries if "LIMIT 21" in q["sql"] and "inbox_item" in q["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {walk}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on inspections_inbox_item" not in plan, plan
        assert "Seq Scan on inspections_request " not in plan, plan
        assert "Sort" not in plan, plan
