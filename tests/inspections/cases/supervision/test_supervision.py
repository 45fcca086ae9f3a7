"""Supervision: every state × act, its own clock, and the ladder it climbs when nobody answers."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry
from inspections.cases.commands import acts_open_to, carry_out
from inspections.cases.models import Case
from inspections.cases.supervision.commands import SUPERVISION_ACTS
from inspections.cases.supervision.models import Supervision, SupervisionState
from inspections.cases.supervision.use_cases import (
    escalate_unanswered,
    issue_reminders,
    supervise_case,
)
from inspections.cases.supervision.workflow import SUPERVISIONS
from inspections.cases.use_cases import reassign_case
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in

WHO = {
    "supervise": "lu",
    "answer_supervision": "di",
    "escalate_supervision": "lu",
    "end_supervision": "lu",
}
ALSO = {act: {"ada"} for act in WHO if act != "answer_supervision"}
WAYS: dict[str, dict[str, str]] = {
    "none": {"supervise": "open"},
    "open": {
        "answer_supervision": "answered",
        "escalate_supervision": "open",  # of the new one, a level up
        "end_supervision": "ended",
    },
    "answered": {"escalate_supervision": "open", "end_supervision": "ended"},
    "ended": {"supervise": "open"},
    "escalated": {},
    "lapsed": {"supervise": "open"},
}
STEPS: dict[str, list[str]] = {
    "none": [],
    "open": ["supervise"],
    "answered": ["supervise", "answer_supervision"],
    "ended": ["supervise", "end_supervision"],
    "lapsed": ["supervise", "reassign"],
}


def do(ward: Ward, case: Case, act: str, who: str = "", **given: Any) -> Case:
    if act == "reassign":
        return reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="派错")
    actor = ward.people[who or WHO[act]]
    return carry_out(act, case, actor=actor, given={"reason": "群众反映强烈"} | given)


def case_with(ward: Ward, steps: list[str]) -> Case:
    case = case_in(ward, "accepted")
    for act in steps:
        case = do(ward, case, act)
    return case


def last(case: Case) -> Supervision | None:
    found: Supervision | None = case.supervisions.order_by("-id").first()
    return found


def state_of(case: Case) -> str:
    found = last(case)
    return found.state if found else "none"


def test_every_act_of_the_table_is_an_address_and_the_other_way_round() -> None:
    lines = {line.act for line in SUPERVISIONS.transitions}
    assert lines - {"lapse_supervision"} == set(SUPERVISION_ACTS) == set(WHO)
    assert set(WAYS) - {"none"} == set(SupervisionState.values)


@pytest.mark.parametrize("state", STEPS)
def test_a_supervision_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    case = case_with(ward, STEPS[state])
    assert state_of(case) == state
    for act in WHO:
        offered = {line.act for line in acts_open_to(case, ward.people[WHO[act]])}
        if act in WAYS[state]:
            assert act in offered
            case = do(ward, case, act)
            assert state_of(case) == WAYS[state][act]
            case = case_with(ward, STEPS[state])
        else:
            assert act not in offered
            before = AuditEntry.objects.count()
            with pytest.raises(DomainError):
                do(ward, case, act)
            assert (state_of(case), AuditEntry.objects.count()) == (state, before)


@pytest.mark.parametrize("state", ["reported", "filed", "closed"])
def test_nobody_is_supervised_where_nobody_has_it(ward: Ward, state: str) -> None:
    case = case_in(ward, state)
    assert "supervise" not in {line.act for line in acts_open_to(case, ward.lu)}
    with pytest.raises(DomainError) as refused:
        supervise_case(case, actor=ward.lu, reason="群众反映强烈")
    assert refused.value.code == "nobody_to_supervise"


@pytest.mark.parametrize("act", WHO)
def test_nobody_else_may(ward: Ward, act: str) -> None:
    case = case_with(ward, [] if act == "supervise" else ["supervise"])
    for name in set(ward.people) - {WHO[act]} - ALSO.get(act, set()):
        assert act not in {line.act for line in acts_open_to(case, ward.people[name])}
        with pytest.raises(DomainError) as refused:
            do(ward, case, act, name)
        assert refused.value.status == 403, (name, refused.value.code)


@pytest.mark.mission("B14")
def test_what_nobody_answers_climbs_to_the_top_and_no_further(ward: Ward) -> None:
    case = do(ward, case_in(ward, "accepted"), "supervise", level="subdistrict", within="4h")
    first = Supervision.objects.get()
    assert first.respond_by - first.opened_at == timedelta(hours=4)
    now = timezone.now()
    assert escalate_unanswered(now + timedelta(hours=3), actor=ward.ada) == 0
    for _ in range(4):
        escalate_unanswered(now + timedelta(days=60), actor=ward.ada)
    ladder = Supervision.objects.order_by("id")
    assert [(one.level, one.state) for one in ladder] == [
        ("subdistrict", "escalated"),
        ("district", "escalated"),
        ("city", "open"),
    ]
    assert [one.follows for one in ladder] == [None, ladder[0], ladder[1]]
    with pytest.raises(DomainError) as refused:
        do(ward, case, "escalate_supervision")
    assert refused.value.code == "top_of_the_ladder"


def test_an_answered_supervision_does_not_climb_and_was_met_or_missed(ward: Ward) -> None:
    case = do(ward, case_in(ward, "accepted"), "supervise", within="4h")
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        do(ward, case, "answer_supervision")
        assert escalate_unanswered(timezone.now(), actor=ward.ada) == 0
        told = client_of(ward.di).get("/api/v1/supervisions/?status=answered").json()["results"]
    assert [(one["case"], one["clock_state"], one["answer"]) for one in told] == [
        (case.number, "missed", "群众反映强烈")
    ]
    assert client_of(ward.cy).get("/api/v1/supervisions/").json()["results"] == []


@pytest.mark.parametrize("address", ["reminders/", "supervisions/"])
def test_three_rows_take_as_many_queries_as_one(ward: Ward, address: str) -> None:
    client, counts = client_of(ward.ada), []
    for number in (1, 2):
        for _ in range(number):
            do(ward, case_in(ward, "accepted"), "supervise")
        issue_reminders(timezone.now() + timedelta(days=1), actor=ward.ada)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
