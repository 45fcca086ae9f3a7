"""How a case ends: outcome and conditions, the handler's own word, causes, exclusions by two, and reopening."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from core.errors import DomainError, NotPermitted
from grid.organizations.models import Role
from inspections.cases.clocks import clocks_of
from inspections.cases.closing.conditions import conditions_of
from inspections.cases.closing.models import Cause, Exclusion, HandlerReply, Rework
from inspections.cases.closing.use_cases import approve_exclusion, ask_exclusion, refuse_exclusion
from inspections.cases.commands import acts_open_to, carry_out
from inspections.cases.models import Case, ClosingOutcome, Rating
from inspections.cases.use_cases import (
    accept_case,
    call_back,
    check_case,
    close_case,
    fix_on_spot,
    handle_case,
    look_back,
    reopen_case,
    reply_to_requester,
    rework_case,
)
from inspections.cases.use_cases.closing import Said
from inspections.fieldwork.models import TaskKind, TaskStatus, VisitOutcome
from tests import factories
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, prove, report, visit

pytestmark = pytest.mark.django_db


def refusal(act: object, *args: object, **rest: object) -> str:
    with pytest.raises(DomainError) as refused:
        act(*args, **rest)  # type: ignore[operator]
    return refused.value.code


def rated(ward: Ward, rating: Rating = Rating.DISSATISFIED, **said: bool | None) -> Case:
    case = case_in(ward, "checked")
    prove(ward, case, seed=5000 + case.pk)
    return call_back(case, actor=ward.ada, said=Said(rating=rating, **said))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("灯亮", ["灯亮"]),
        ("1. 灯亮；2、现场清理。", ["灯亮", "现场清理"]),
        ("lamp lit; site clean\npole plumb", ["lamp lit", "site clean", "pole plumb"]),
    ],
)
def test_conditions_are_read_from_the_duty(text: str, found: list[str]) -> None:
    assert conditions_of(text) == found


def test_conditions_are_shown_and_ticked(ward: Ward) -> None:
    case = case_in(ward, "checked")
    assert case.duty is not None
    case.duty.closing_condition = "1. 灯亮；2. 现场清理"
    case.duty.save()
    prove(ward, case)
    shown = client_of(ward.bo).get(f"/api/v1/cases/{case.number}/").json()["properties"]
    assert [one["text"] for one in shown["closing_conditions"]] == ["灯亮", "现场清理"]
    case = Case.objects.get(pk=case.pk)
    assert refusal(close_case, case, actor=ward.bo, conditions=[0]) == "conditions_unmet"
    closed = close_case(case, actor=ward.bo, conditions=[0, 1])
    assert [one["met"] for one in closed.closing_conditions] == [True, True]


@pytest.mark.mission("N21")
@pytest.mark.parametrize(
    ("outcome", "solved"),
    [("solved", True), ("explained", False), ("mediated", False), ("unsolved", False)],
)
def test_how_it_ended_is_not_whether_it_closed(ward: Ward, outcome: str, solved: bool) -> None:
    case = case_in(ward, "checked")
    prove(ward, case)
    closed = carry_out("close", case, actor=ward.bo, given={"outcome": outcome})
    assert (closed.state, closed.closing_outcome, closed.solved) == ("closed", outcome, solved)


def test_solved_is_not_said_against_the_requester(ward: Ward) -> None:
    case = rated(ward, Rating.BASICALLY_SATISFIED, solved=False)
    code = refusal(close_case, case, actor=ward.bo, outcome=ClosingOutcome.SOLVED)
    assert code == "outcome_contradicts"


@pytest.mark.mission("B12")
@pytest.mark.mission("B17")
def test_the_handler_tells_the_requester_and_so_does_the_centre(
    ward: Ward, settings: Settings
) -> None:
    case = rated(ward, Rating.SATISFIED, contacted=False, solved=True)
    assert refusal(close_case, case, actor=ward.bo) == "feedback_owed"
    other = case_in(ward, "checked")
    other = carry_out(
        "reply", other, actor=ward.di, given={"reason": "已修复，电话 13812345678", "way": "phone"}
    )
    reply = HandlerReply.objects.get()
    assert (reply.organization.code, reply.made_by, reply.text) == (
        "LAMP",
        ward.di,
        "已修复，电话 ***",
    )
    prove(ward, other, seed=901)
    other = call_back(other, actor=ward.ada, said=Said(rating=Rating.SATISFIED))
    settings.HANDLER_FEEDBACK_REQUIRED = True
    assert close_case(other, actor=ward.bo).state == "closed"
    third = rated(ward, Rating.SATISFIED)
    assert refusal(close_case, third, actor=ward.bo) == "feedback_owed"


@pytest.mark.mission("B12")
def test_both_are_required_unless_the_city_says_otherwise() -> None:
    asked = "import config.settings as stated; print(stated.HANDLER_FEEDBACK_REQUIRED)"
    for value, required in ((None, "True"), ("0", "False")):
        environment = {k: v for k, v in os.environ.items() if k != "LAMPLIGHTER_HANDLER_FEEDBACK"}
        if value is not None:
            environment["LAMPLIGHTER_HANDLER_FEEDBACK"] = value
        told = subprocess.run(
            [sys.executable, "-c", asked],
            env=environment,
            cwd=django_settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip().endswith(required)


def test_why_work_goes_back_and_which_ratings_wait_as_lists(ward: Ward) -> None:
    rework_case(rated(ward), actor=ward.ada, reason="不满意", cause=Cause.ATTITUDE)
    for _ in range(2):
        rework_case(rated(ward, solved=False), actor=ward.ada, reason="仍不亮")
    asked = ask_exclusion(rated(ward), actor=ward.ada, cause=Cause.UNREASONABLE, reason="超出职责")
    desk = client_of(ward.ada)
    told = desk.get("/api/v1/reworks/causes/").json()["results"]
    assert [(one["cause"], one["count"]) for one in told] == [("not_solved", 2), ("attitude", 1)]
    (row,) = desk.get("/api/v1/reworks/?cause=attitude").json()["results"]
    assert (row["rating"], row["organization"]["code"]) == ("dissatisfied", "LAMP")
    (row,) = desk.get("/api/v1/exclusions/?status=asked").json()["results"]
    assert (row["case"], row["cause"], row["asked_by"]) == (asked.number, "unreasonable", "ada")
    assert desk.get("/api/v1/exclusions/?status=approved").json()["results"] == []
    for address in ("reworks/", "exclusions/", "reworks/causes/"):
        assert client_of(ward.cy).get(f"/api/v1/{address}").json()["results"] == []


@pytest.mark.parametrize("address", ["reworks/", "exclusions/"])
def test_three_rows_take_as_many_queries_as_one(ward: Ward, address: str) -> None:
    counts: list[int] = []
    client = client_of(ward.ada)
    for number in (1, 2):
        for _ in range(number):
            case = rated(ward)
            ask_exclusion(case, actor=ward.ada, cause=Cause.UNREASONABLE, reason="超出职责")
            rework_case(case, actor=ward.ada, reason="不满意", cause=Cause.ATTITUDE)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(f"/api/v1/{address}").json()["results"]) == len(counts) * 2 + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_reply_that_reached_nobody_is_none(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case)
    case = reply_to_requester(case, actor=ward.di, reason="无人接听", reached=False)
    case = call_back(case, actor=ward.ada, said=Said(rating=Rating.SATISFIED, contacted=False))
    assert refusal(close_case, case, actor=ward.bo) == "feedback_owed"
    assert close_case(case, actor=ward.bo, reason="已由中心告知").state == "closed"


@pytest.mark.mission("N13")
def test_rework_after_dissatisfaction_names_its_cause(ward: Ward) -> None:
    case = rated(ward)
    assert refusal(rework_case, case, actor=ward.ada, reason="不满意") == "cause_needed"
    case = rework_case(case, actor=ward.ada, reason="不满意", cause=Cause.ATTITUDE)
    told = rework_case(rated(ward, solved=False), actor=ward.ada, reason="仍不亮")
    assert list(
        Rework.objects.order_by("id").values_list("case", "cause", "organization__code")
    ) == [
        (case.pk, "attitude", "LAMP"),
        (told.pk, "not_solved", "LAMP"),
    ]


@pytest.mark.mission("N13")
def test_a_rating_is_left_out_only_if_a_second_person_approves(ward: Ward) -> None:
    case = rated(ward)
    eli = factories.member("eli", Role.DISPATCHER, ward.bodies["centre"])
    asked = {line.act for line in acts_open_to(case, ward.ada)}
    assert "ask_exclusion" in asked
    case = ask_exclusion(case, actor=ward.ada, cause=Cause.UNREASONABLE, reason="要求超出职责")
    assert refusal(close_case, case, actor=ward.bo) == "dissatisfied_needs_reason"
    for nobody in (ward.ada, ward.di, ward.cy, ward.bo):
        with pytest.raises(NotPermitted):
            approve_exclusion(case, actor=nobody)
    assert refusal(ask_exclusion, case, actor=eli, cause=Cause.OTHER, reason="x") == (
        "exclusion_asked"
    )
    case = approve_exclusion(case, actor=eli)
    assert Exclusion.objects.get().decided_by == eli
    assert close_case(case, actor=ward.bo).state == "closed"


def test_an_exclusion_that_is_refused_counts(ward: Ward) -> None:
    case = ask_exclusion(rated(ward), actor=ward.ada, cause=Cause.MALICIOUS, reason="多次")
    case = refuse_exclusion(case, actor=ward.lu, reason="诉求合理")
    assert refusal(close_case, case, actor=ward.bo) == "dissatisfied_needs_reason"
    assert refusal(approve_exclusion, case, actor=ward.lu) == "no_exclusion_asked"


def test_only_a_dissatisfied_rating_can_be_left_out(ward: Ward) -> None:
    case = rated(ward, Rating.SATISFIED)
    code = refusal(ask_exclusion, case, actor=ward.ada, cause=Cause.OTHER, reason="x")
    assert code == "nothing_to_exclude"


@pytest.mark.mission("N17")
def test_looked_back_at_on_the_spot_and_found_undone_it_opens_again(ward: Ward) -> None:
    case = look_back(case_in(ward, "archived"), actor=ward.ada)
    task = case.tasks.get(kind=TaskKind.LOOK_BACK)
    look: dict[str, Any] = {
        "by": "bo",
        "kind": TaskKind.LOOK_BACK,
        "outcome": VisitOutcome.RELAPSED,
    }
    visit(ward, case, (900, 900), **look)  # from afar nothing is proven
    visit(ward, case, None, **look)
    case.refresh_from_db()
    assert case.state == "archived"
    visit(ward, case, (255, 250), note="又灭了", met=True, **look)
    case.refresh_from_db()
    task.refresh_from_db()
    assert (case.state, task.status) == ("dispatched", TaskStatus.DONE)
    assert (case.closed_at, case.solved, case.closing_outcome) == (None, None, "")
    assert [one.organization.code for one in case.assignments.filter(ended_at=None)] == ["LAMP"]
    assert task.visits.order_by("-id")[0].met_requester is True


@pytest.mark.mission("N17")
def test_looked_back_at_and_it_holds(ward: Ward) -> None:
    case = look_back(case_in(ward, "closed"), actor=ward.ada)
    visit(ward, case, by="bo", kind=TaskKind.LOOK_BACK, outcome=VisitOutcome.DONE)
    case.refresh_from_db()
    assert case.state == "closed"
    assert case.tasks.get(kind=TaskKind.LOOK_BACK).status == TaskStatus.DONE


def test_a_case_opened_again_is_proven_again(ward: Ward) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        case = case_in(ward, "closed")
    case = reopen_case(case, actor=ward.bo, reason="复发")
    first, second = [c for c in clocks_of(case, case.assignments.all()) if c.clock == "resolve"]
    assert first.done_at is not None
    assert second.done_at is None
    case = handle_case(accept_case(case, actor=ward.di), actor=ward.di)
    case = check_case(case, actor=ward.bo)
    assert refusal(close_case, case, actor=ward.bo) == "proof_missing"
    prove(ward, case, seed=77)
    assert close_case(case, actor=ward.bo).state == "closed"


def test_what_no_body_had_is_not_opened_again(ward: Ward) -> None:
    case = report(ward, channel="patrol")
    prove(ward, case)
    case = fix_on_spot(case, actor=ward.bo)
    assert refusal(reopen_case, case, actor=ward.ada, reason="x") == "nobody_worked_on_it"
    assert "reopen" not in {line.act for line in acts_open_to(case, ward.ada)}
    assert "reopen" in {line.act for line in acts_open_to(case_in(ward, "closed"), ward.ada)}
