"""Files of requests: set by set, twice changes nothing, a new statement replaces the old."""

from dataclasses import replace
from datetime import UTC, datetime

from core.models import AuditEntry
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases import Registered, RequestRow, register_requests
from tests.inspections.conftest import Ward

AT = datetime(2025, 5, 1, 8, 30, 15, tzinfo=UTC)


def rows(ward: Ward, count: int) -> list[RequestRow]:
    return [
        RequestRow(
            code=f"25-{n:06d}",
            channel="phone" if n % 2 else "Mayor's letter box",
            category=ward.lamps,
            nature="complaint",
            text=f"第{n}盏",
            reported_at=AT,
            closed_at=AT if n % 3 else None,
            status="Closed" if n % 3 else "Open",
            lon=ward.lonlat(n % 900 + 5, 400)[0],
            lat=ward.lonlat(n % 900 + 5, 400)[1],
            accuracy_m=10,
        )
        for n in range(count)
    ]


def test_a_file_is_registered_once_however_often_it_is_loaded(ward: Ward) -> None:
    stated = rows(ward, 30)
    assert register_requests(stated, actor=ward.ada) == Registered(30, 0, 0)
    assert register_requests(stated, actor=ward.ada) == Registered(0, 0, 30)
    assert AuditEntry.objects.filter(act="register_requests").count() == 1
    kept = ServiceRequest.objects.get(code="25-000004")
    assert (kept.channel, kept.channel_name) == ("other", "Mayor's letter box")
    assert (kept.cell_code, kept.area_code) == ("500236001001001", "500236001001")
    assert kept.tracking_code != kept.code
    assert not kept.cases.exists()


def test_a_new_statement_of_a_record_replaces_the_old(ward: Ward) -> None:
    stated = rows(ward, 3)
    register_requests(stated, actor=ward.ada)
    before = ServiceRequest.objects.get(code="25-000000")
    stated[0] = replace(stated[0], status="Closed", closed_at=AT)
    assert register_requests(stated, actor=ward.ada) == Registered(0, 1, 2)
    after = ServiceRequest.objects.get(code="25-000000")
    assert (after.status, after.tracking_code) == ("Closed", before.tracking_code)


def test_a_code_twice_in_a_file_counts_once(ward: Ward) -> None:
    stated = rows(ward, 2)
    assert register_requests([*stated, stated[0]], actor=ward.ada) == Registered(2, 0, 1)


def test_places_are_optional(ward: Ward) -> None:
    register_requests([RequestRow(code="x", reported_at=AT, text="哪里?")], actor=ward.ada)
    assert ServiceRequest.objects.get().place is None
