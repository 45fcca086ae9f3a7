"""The lists of joint work: a fixed number of queries, whoever asks and however long they are."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.joint.costs.use_cases import advance_cost
from inspections.joint.marks.use_cases import list_hard
from inspections.joint.meetings.models import MeetingKind
from inspections.joint.meetings.use_cases import call_meeting
from inspections.joint.shifts.use_cases import begin_shift, enter_turn, hand_over_shift
from inspections.joint.undertakings.models import UndertakingKind
from inspections.joint.undertakings.use_cases import Given, give_undertaking
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, instruct


def part(ward: Ward, number: int) -> None:
    given = Given(kind=UndertakingKind.PART, text="挖沟埋管")
    case = case_in(ward, "accepted")
    give_undertaking(actor=ward.di, organization=ward.bodies["housing"], given=given, case=case)


def cost(ward: Ward, number: int) -> None:
    advance_cost(
        case_in(ward, "accepted"),
        actor=ward.ada,
        payer=ward.bodies["lamp"],
        amount=Decimal("500"),
        purpose="临时照明",
        paid_on=timezone.localdate(),
    )


def turn(ward: Ward, number: int) -> None:
    starts_at = timezone.now() + timedelta(days=number)
    enter_turn(
        actor=ward.ada,
        organization=ward.bodies["lamp"],
        name="赵值班",
        phone="12345",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
    )


MAKE: dict[str, Callable[[Ward, int], object]] = {
    "undertakings/": part,
    "undertakings/?kind=instruction": lambda ward, _: instruct(ward, case_in(ward, "accepted")),
    "meetings/": lambda ward, _: call_meeting(
        actor=ward.ada, kind=MeetingKind.CONSULT, case=case_in(ward, "accepted")
    ),
    "marked-cases/": lambda ward, _: list_hard(
        case_in(ward, "accepted"), actor=ward.ada, reason="久拖不决"
    ),
    "shifts/": lambda ward, _: hand_over_shift(
        begin_shift(actor=ward.ada), actor=ward.ada, reason="夜班已交"
    ),
    "duty-turns/": turn,
    "advance-costs/": cost,
}


@pytest.mark.parametrize("address", MAKE)
@pytest.mark.parametrize("who", ["ada", "di", "lu"])
def test_three_rows_take_as_many_queries_as_one(ward: Ward, address: str, who: str) -> None:
    client, counts, rows = client_of(ward.people[who]), [], []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            MAKE[address](ward, number)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 200, answer.content
        rows.append(len(answer.json()["results"]))
        counts.append(len(queries))
    assert rows in ([1, 3], [0, 0])  # nothing: not theirs to see
    assert counts[0] == counts[1], address


def test_the_page_of_a_case_asks_no_more_for_three_undertakings(ward: Ward) -> None:
    case, client, counts = case_in(ward, "accepted"), client_of(ward.ada), []
    for times in (1, 2):
        for _ in range(times):
            instruct(ward, case)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/api/v1/cases/{case.number}/").json()["properties"]
        counts.append(len(queries))
    assert len(page["undertakings"]) == 3
    assert counts[0] == counts[1]
