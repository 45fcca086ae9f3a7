"""What everybody may read: their state, never their words or photos before they are released."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grid.evidence.models import Evidence
from inspections.cases.models import Case
from inspections.intake.use_cases.releasing import release_evidence
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases.desk import answer_request, release_request
from tests.inspections.conftest import Ward, case_in, report
from tests.inspections.intake.open311.conftest import Program, tree
from tests.photos import photo

pytestmark = pytest.mark.django_db


def ids(told: list[dict[str, Any]]) -> list[str]:
    return [request["service_request_id"] for request in told]


def test_a_report_is_listed_at_once_without_its_words(program: Program) -> None:
    lon, lat = program.ward.lonlat(250, 250)
    with time_machine.travel(datetime(2026, 11, 21, 10, 50, tzinfo=UTC), tick=False):
        key = program.report(address_string="我家", phone="13812345678")
        (told,) = program.read("requests.json")
    assert told == {
        "service_request_id": key,
        "status": "open",
        "status_notes": "Received",
        "service_name": program.ward.lamps.name,
        "service_code": "0118",
        "description": "",
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": "2026-11-21T18:50:00+08:00",
        "updated_datetime": "2026-11-21T18:50:00+08:00",
        "address": "500236001001, 500236001, 500236",
        "address_id": "",
        "zipcode": "",
        "lat": pytest.approx(lat, abs=1e-6),
        "long": pytest.approx(lon, abs=1e-6),
        "media_url": "",
    }
    with time_machine.travel(datetime(2026, 11, 21, 10, 51, tzinfo=UTC), tick=False):
        assert program.read(f"requests/{key}.json") == [told]
    for path in (
        "requests.json",
        "requests.xml",
        f"requests/{key}.xml",
        "requests.json?extensions=true",
    ):
        words = program.get(path).content.decode()
        assert not [secret for secret in ("路灯不亮", "我家", "138") if secret in words]
        code = ServiceRequest.objects.get().tracking_code
        assert code not in words


def test_words_and_photos_show_once_released(ward: Ward, program: Program) -> None:
    from_phone = report(ward).requests.get()
    assert program.read("requests.json") == []  # what came otherwise is nobody's business
    assert program.get(f"requests/{from_phone.pk}.json").status_code == 404
    key = program.report(address_string="通丰路", media=_file())
    ours = ServiceRequest.objects.get(pk=key)
    release_request(ours, actor=ward.ada)
    release_request(from_phone, actor=ward.ada, text="路灯不亮（已核）")
    release_evidence(Evidence.objects.get(), actor=ward.ada)
    first, second = program.read("requests.json", extensions="true")
    assert (first["address"], first["description"].splitlines()[0]) == (
        "通丰路",
        "路灯不亮，请打 ***",
    )
    assert first["media_url"].startswith("http://testserver/evidence/")
    assert first["extended_attributes"]["photos"] == [{"media_url": first["media_url"]}]
    assert second["description"] == "路灯不亮（已核）"
    release_request(from_phone, actor=ward.ada, text="")  # taken back
    assert ids(program.read("requests.json")) == [key]


def _file() -> Any:
    return SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")


def test_a_request_tells_who_has_it_until_when_and_when_it_ended(
    ward: Ward, program: Program
) -> None:
    dispatched = case_in(ward, "dispatched", channel="open311")
    closed = case_in(ward, "closed", channel="open311", lon=ward.lonlat(260, 250)[0])
    desk = ServiceRequest.objects.get(
        pk=program.report(lat=None, long=None, address_string="不知道")
    )
    answer_request(desk, actor=ward.ada, text="已转告")
    told = {row["service_request_id"]: row for row in program.read("requests.json")}
    assert dispatched.resolve_by is not None
    under_way = told[str(dispatched.requests.get().pk)]
    assert (under_way["status"], under_way["agency_responsible"]) == ("open", "路灯管理处")
    assert datetime.fromisoformat(under_way["expected_datetime"]) == dispatched.resolve_by.replace(
        microsecond=0
    )
    done = told[str(closed.requests.get().pk)]
    assert (done["status"], done["status_notes"]) == ("closed", "Solved")
    closed_at = Case.objects.get(pk=closed.pk).closed_at
    assert closed_at is not None
    assert datetime.fromisoformat(done["updated_datetime"]) == closed_at.replace(microsecond=0)
    assert (told[str(desk.pk)]["status"], told[str(desk.pk)]["status_notes"]) == (
        "closed",
        "Answered",
    )
    assert "已转告" not in str(told)
    assert set(ids(program.read("requests.json", status="open"))) == {
        under_way["service_request_id"]
    }
    assert len(program.read("requests.json", status="closed")) == 2
    assert len(program.read("requests.json", status="open,closed")) == 3
    assert program.get("requests.json", status="lost").status_code == 400


def _at(ward: Ward, days_ago: float, **stated: Any) -> str:
    case = report(
        ward, channel="open311", reported_at=timezone.now() - timedelta(days=days_ago), **stated
    )
    return str(case.requests.get().pk)


def test_lists_are_narrowed_by_time(ward: Ward, program: Program) -> None:
    new, old, older = (_at(ward, days) for days in (1, 80, 100))
    now = timezone.now()

    def day(ago: float) -> str:
        return (now - timedelta(days=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert ids(program.read("requests.json")) == [new, old]  # the last 90 days
    assert ids(program.read("requests.json", start_date=day(110))) == [old, older]
    assert ids(program.read("requests.json", end_date=day(30))) == [old, older]
    assert ids(program.read("requests.json", start_date=day(90), end_date=day(70))) == [old]
    offset = (now - timedelta(days=2)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    unescaped = f"/open311/v2/requests.json?start_date={offset}"  # the + arrives as a blank
    assert ids(program.client.get(unescaped).json()) == [new]
    for wrong in (
        {"start_date": day(200), "end_date": day(1)},
        {"start_date": day(1), "end_date": day(2)},
        {"start_date": "yesterday"},
    ):
        assert program.get("requests.json", **wrong).status_code == 400


def test_lists_are_narrowed_by_service_place_and_id(ward: Ward, program: Program) -> None:
    lamp = _at(ward, 2)
    bin_ = _at(
        ward, 1, category=ward.bins, lon=ward.lonlat(800, 800)[0], lat=ward.lonlat(800, 800)[1]
    )
    assert ids(program.read("requests.json", service_code="0305")) == [bin_]
    assert ids(program.read("requests.json", service_code="0305, 0118")) == [bin_, lamp]
    assert program.read("requests.json", service_code="none") == []
    (west, south), (east, north) = ward.lonlat(700, 700), ward.lonlat(900, 900)
    assert ids(program.read("requests.json", bbox=f"{west},{south},{east},{north}")) == [bin_]
    for wrong in ("1,2,3", "a,b,c,d", "5,0,1,1", "0,0,999,1"):
        assert program.get("requests.json", bbox=wrong).status_code == 400
    several = f"{lamp},{bin_},999999,x, "
    assert ids(program.read("requests.json", service_request_id=several, status="closed")) == [
        lamp,
        bin_,
    ]
    assert program.get("requests/999999.xml").status_code == 404
    assert program.get(f"requests/{'9' * 30}.json").status_code == 404


def test_lists_are_paged(ward: Ward, program: Program) -> None:
    keys = [_at(ward, days) for days in (1, 2, 3)]
    assert [ids(program.read("requests.json", page=page, page_size=2)) for page in (1, 2, 3)] == [
        keys[:2],
        keys[2:],
        [],
    ]
    for wrong in (
        {"page": 0},
        {"page_size": 1001},
        {"page": "x"},
        {"page": 100000, "page_size": 9},
    ):
        assert program.get("requests.json", **wrong).status_code == 400


def test_a_list_asks_as_much_for_three_as_for_one(ward: Ward, program: Program) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            program.read("requests.json")
        return len(queries)

    _at(ward, 1)
    asked()
    one = asked()
    _at(ward, 2)
    case_in(ward, "dispatched", channel="open311")
    assert (asked(), one < 20) == (one, True)


def test_xml_holds_what_xml_can_hold(ward: Ward, program: Program) -> None:
    key = program.report()
    release_request(ServiceRequest.objects.get(pk=key), actor=ward.ada, text="坏\x0b<b>&\ufffe")
    root = tree(program.get(f"requests/{key}.xml"))
    assert root[0].findtext("description") == "坏<b>&"


def test_what_a_file_states_as_closed_is_closed(ward: Ward, program: Program) -> None:
    ServiceRequest.objects.create(
        code="16-1",
        channel="open311",
        category=ward.lamps,
        reported_at=timezone.now() - timedelta(days=2),
        closed_at=timezone.now() - timedelta(days=1),
        recorded_by=ward.ada,
    )
    (told,) = program.read("requests.json")
    assert (told["status"], told["status_notes"]) == ("closed", "Closed")


MANY = """
    INSERT INTO inspections_request (code, tracking_code, channel, channel_name, category_name, nature,
        nature_name, text, reported_at, status, place_stated, facility_code, cell_code, area_code,
        recorded_at, recorded_by_id)
    SELECT 'many' || n, lpad(n::text, 13, '0'), CASE n %% 10 WHEN 0 THEN 'open311' ELSE 'phone' END, '', '', '',
        '', '', now() - n * interval '1 minute', '', '{}', '', '', '', now(), %s
    FROM generate_series(1, 30000) AS n
"""


def test_lists_walk_along_an_index(ward: Ward, program: Program) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, [ward.ada.pk])
        cursor.execute("ANALYZE inspections_request")
    with CaptureQueriesContext(connection) as queries:
        assert len(program.read("requests.json", page_size=5)) == 5
    walks = [
        q["sql"] for q in queries if "inspections_request" in q["sql"] and "LIMIT 5" in q["sql"]
    ]
    assert len(walks) == 2
    for walk in walks:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {walk}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on inspections_request " not in plan, plan
