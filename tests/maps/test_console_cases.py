"""The console's figures and points of cases: under the list's filters, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from inspections.cases.models import Callback, Case, CaseState
from inspections.cases.queries import needs_callback, needs_verification
from inspections.cases.waiting import Waiting, conditions
from inspections.intake.duplicates.use_cases import merge_case
from inspections.requests.models import Requester
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, evidence_folder, report, ward

__all__ = ["evidence_folder", "ward"]  # fixtures

pytestmark = [pytest.mark.mission("D9"), pytest.mark.django_db]

COUNTS, POINTS = "/console/cases/counts.json", "/console/cases/points.json"


def groups(client: APIClient, **asked: Any) -> dict[str, int]:
    """The groups that have any."""
    told: dict[str, int] = client.get(COUNTS, asked).json()["groups"]
    return {word: count for word, count in told.items() if count}


def drawn(client: APIClient, **asked: Any) -> list[str]:
    """Numbers of the points."""
    return [point[0] for point in client.get(POINTS, asked).json()["points"]]


def test_each_open_case_waits_for_one_thing(ward: Ward) -> None:
    for state in set(CaseState.values) - {"merged"}:  # a merged case needs another beside it
        case_in(ward, state)
    merge_case(
        case_in(ward, "reported"),
        into=report(ward, channel="web"),
        actor=ward.ada,
        reason="同一盏灯",
    )
    told = groups(client_of(ward.ada))
    words = [word for word in Waiting.values if word != "callback"]
    assert {word: told[word] for word in words} == {
        "verify": 1,
        "file": 2,
        "dispatch": 1,
        "accept": 1,
        "handle": 1,
        "check": 1,
        "close": 2,
    }
    assert told["all"] == sum(told[word] for word in words)
    assert told["done"] == 5  # answered, declined, closed, archived, merged
    for word, where in conditions().items():
        listed = client_of(ward.ada).get("/api/v1/cases/", {"waits_for": word}).json()["features"]
        assert len(listed) == Case.objects.filter(where).count() == told.get(word, 0)


def test_conditions_say_what_one_case_says_of_itself(ward: Ward) -> None:
    owed = case_in(ward, "checked")
    tried = case_in(ward, "checked")
    for case in (owed, tried):
        Requester.objects.update_or_create(
            request=case.requests.get(), defaults={"reachable": True}
        )
    for _ in range(3):
        Callback.objects.create(case=tried, made_at=timezone.now(), made_by=ward.ada, reached=False)
    report(ward, channel="sms")
    report(ward)
    where = conditions()
    for case in Case.objects.all():
        waits = {word for word in where if Case.objects.filter(where[word], pk=case.pk).exists()}
        assert len(waits) == 1
        assert ("verify" in waits) == needs_verification(case)
        if case.state == CaseState.CHECKED:
            assert ("callback" in waits) == needs_callback(case)
    assert groups(client_of(ward.ada))["callback"] == 1


def test_filters_of_the_list_narrow_counts_and_points(ward: Ward) -> None:
    lamp = case_in(ward, "dispatched", text="通丰路路灯不亮")
    bin_ = report(ward, (750, 750), category=ward.bins, text="垃圾满溢", channel="web")
    client = client_of(ward.ada)
    assert drawn(client) == [bin_.number, lamp.number]
    assert drawn(client, q="垃圾") == drawn(client, category="0305") == [bin_.number]
    assert drawn(client, organization="LAMP") == [lamp.number]
    assert drawn(client, waits_for="verify") == [bin_.number]
    assert groups(client, channel="web") == {"all": 1, "verify": 1}
    west, south = ward.lonlat(0, 0)
    east, north = ward.lonlat(500, 500)
    assert drawn(client, bbox=f"{west},{south},{east},{north}") == [lamp.number]
    told = client.get(COUNTS).json()
    assert [(one["code"], one["count"]) for one in told["categories"]] == [("0118", 1), ("0305", 1)]
    assert told["bodies"] == [{"code": "LAMP", "name": "路灯管理处", "count": 1}]


def test_a_point_says_where_and_how_pressing(ward: Ward) -> None:
    case = report(ward)
    Case.objects.filter(pk=case.pk).update(
        urgency="urgent", due_at=timezone.now() - timedelta(minutes=1)
    )
    (point,) = client_of(ward.ada).get(POINTS).json()["points"]
    number, lon, lat, *rest = point
    assert (number, rest) == (case.number, ["reported", 1, 1])
    assert (lon, lat) == pytest.approx(ward.lonlat(250, 250), abs=2e-6)
    assert groups(client_of(ward.ada))["overdue"] == 1


@pytest.mark.parametrize(
    ("asked", "code"), [("colour=red", "unknown_parameter"), ("state=lost", "invalid")]
)
@pytest.mark.parametrize("address", [COUNTS, POINTS])
def test_a_misspelt_filter_is_refused(ward: Ward, address: str, asked: str, code: str) -> None:
    answer = client_of(ward.ada).get(f"{address}?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_nobody_counts_what_is_not_theirs(ward: Ward) -> None:
    mine = case_in(ward, "dispatched")
    report(ward)
    for name in ("cy", "fu", "xi"):
        client = client_of(ward.people[name])
        assert groups(client) == {}
        assert drawn(client) == []
        told = client.get(COUNTS).json()
        assert told["categories"] == told["bodies"] == told["channels"] == []
    assert drawn(client_of(ward.di)) == [mine.number]
    assert groups(client_of(ward.di)) == {"all": 1, "accept": 1}
    for address in (COUNTS, POINTS):
        assert APIClient().get(address).status_code == 401


@pytest.mark.parametrize("address", [COUNTS, POINTS])
def test_more_cases_ask_no_more_queries(ward: Ward, address: str) -> None:
    client = client_of(ward.ada)
    asked = []
    for _ in range(2):
        case_in(ward, "dispatched")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
