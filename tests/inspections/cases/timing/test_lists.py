"""The desk's queues of extensions and parkings: what waits, a fixed number of queries."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.cases.timing.use_cases import approve_extension, approve_parking
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, put_off


def rows(ward: Ward, who: str, address: str) -> list[dict[str, Any]]:
    answer = client_of(ward.people[who]).get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


@pytest.mark.parametrize("address", ["extensions/", "parkings/"])
def test_three_rows_take_as_many_queries_as_one(ward: Ward, address: str) -> None:
    client, counts = client_of(ward.ada), []
    for number in (1, 2):
        for _ in range(number):
            put_off(ward, case_in(ward, "accepted"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_queue_holds_what_waits_and_the_case_says_what_rests(ward: Ward) -> None:
    waiting = put_off(ward, case_in(ward, "accepted"))
    done = put_off(ward, case_in(ward, "accepted"))
    approve_extension(done, actor=ward.ada)
    approve_parking(done, actor=ward.ada)
    for address in ("extensions/", "parkings/"):
        assert [one["case"] for one in rows(ward, "ada", f"{address}?status=asked")] == [
            waiting.number
        ]
        assert rows(ward, "cy", address) == []
    whole = client_of(ward.ada).get(f"/api/v1/cases/{done.number}/").json()["properties"]
    assert whole["parked"]["until"] == str(done.parkings.get().until)
    assert [one["clock"] for one in whole["deadline_changes"]] == ["resolve"]
    found = client_of(ward.ada).get("/api/v1/cases/?parked=true").json()["features"]
    assert [one["id"] for one in found] == [done.number]
    trail = client_of(ward.ada).get(f"/api/v1/cases/{done.number}/trail/").json()["results"]
    assert {"request_extension", "approve_extension", "approve_parking"} <= {
        one["act"] for one in trail
    }
