"""The lists: what the desk must decide first, filters, pages, a fixed number of queries, nothing that is not theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.disputes.models import ReturnRequest
from inspections.disputes.use_cases import refuse_return
from tests.conftest import client_of
from tests.inspections.conftest import Ward, argue, case_in
from tests.inspections.disputes.test_returns import ask

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def rows(ward: Ward, who: str, address: str) -> list[dict[str, Any]]:
    answer = client_of(ward.people[who]).get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_the_desk_sees_what_runs_out_first_with_its_countdown(ward: Ward) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        late = ask(ward, case_in(ward, "accepted"))
        clock.shift(timedelta(hours=3))
        later = ask(ward, case_in(ward, "accepted"))
        refuse_return(ask(ward, case_in(ward, "accepted")), actor=ward.ada, reason="判定明确")
        clock.move_to(datetime(2026, 3, 2, 8, 30, tzinfo=UTC))  # 16:30, four work hours after 10:00
        queue = rows(ward, "ada", "returns/?status=asked")
    assert [(one["case"], one["clock_state"]) for one in queue] == [
        (late.number, "overdue"),
        (later.number, "running"),
    ]
    assert queue[0]["decide_by"] == "2026-03-02T08:00:00Z"


def test_filters(ward: Ward) -> None:
    argued = argue(ward, case_in(ward, "accepted"))
    ask(ward, case_in(ward, "accepted"))
    assert len(rows(ward, "ada", "returns/")) == 2
    assert len(rows(ward, "ada", f"returns/?case={argued.number}")) == 1
    assert len(rows(ward, "ada", "returns/?status=appealed&status=granted")) == 1
    assert len(rows(ward, "ada", "returns/?organization=LAMP&grounds=not_our_duty")) == 1
    assert len(rows(ward, "ada", "transfers/?proposed_to=HOUSING&status=proposed")) == 1
    key = ReturnRequest.objects.earliest("id").pk
    assert len(rows(ward, "ada", f"returns/?subject_id={key}")) == 1
    refused = client_of(ward.ada).get("/api/v1/returns/?state=asked")
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_parameter")


def test_a_body_sees_its_own_and_strangers_nothing(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"))
    assert [one["case"] for one in rows(ward, "di", "returns/")] == [case.number]
    for name in ("cy", "fu", "xi"):
        assert rows(ward, name, "returns/") == []
    key = ReturnRequest.objects.get().pk
    assert client_of(ward.cy).get(f"/api/v1/returns/{key}/").status_code == 404


@pytest.mark.parametrize("address", ["returns/", "transfers/", "disputes/"])
def test_three_rows_take_as_many_queries_as_one(ward: Ward, address: str) -> None:
    client, counts = client_of(ward.ada), []
    for number in (1, 2):
        for _ in range(number):
            argue(ward, case_in(ward, "accepted"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
