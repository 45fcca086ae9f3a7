"""Returns: in time, with grounds, once; the clocks run on; granted without fault, or refused with a reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from core.errors import LostRace, NotPermitted
from grid.organizations.models import Role
from inspections.calendar.models import DayKind, WorkDay
from inspections.cases.models import Case
from inspections.cases.queries import lead_of
from inspections.cases.use_cases import accept_case, close_case, handle_case, reassign_case
from inspections.disputes.models import Grounds, ReturnPending, ReturnRequest
from inspections.disputes.use_cases import (
    AskedBefore,
    NoReturnAsked,
    ReceiverNeeded,
    ReturnTooLate,
    TakenByConsent,
    grant_return,
    refuse_return,
    request_return,
    withdraw_return,
)
from inspections.disputes.use_cases.returning import NotItsEvidence, NotTheSame, SeveralReturns
from inspections.disputes.use_cases.transferring import agree_transfer, propose_transfer
from tests import factories
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, prove
from tests.inspections.disputes.test_disputes import contested

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in the city


def ask(ward: Ward, case: Case, **rest: Any) -> Case:
    given: dict[str, Any] = {
        "actor": ward.di,
        "grounds": Grounds.NOT_OUR_DUTY,
        "reason": "非我职责",
    }
    return request_return(case, **given | rest)


def page(ward: Ward, who: str, case: Case) -> dict[str, Any]:
    answer = client_of(ward.people[who]).get(f"/api/v1/cases/{case.number}/")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()["properties"]
    return told


@pytest.mark.mission("F14")
def test_the_first_receiver_cannot_refuse_but_may_ask(ward: Ward) -> None:
    case, di = case_in(ward, "dispatched"), client_of(ward.di)
    refused = di.post(f"/api/v1/cases/{case.number}/refuse/", {"reason": "不收"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "first_receiver_cannot_refuse")
    asked = di.post(
        f"/api/v1/cases/{case.number}/request_return/",
        {"reason": "非我职责", "grounds": "not_our_duty", "base_version": case.version},
        format="json",
    )
    assert asked.status_code == 201, asked.content
    told = asked.json()["properties"]
    assert (told["state"], told["lead"]["code"]) == ("dispatched", "LAMP")
    assert [one["state"] for one in told["returns"]] == ["asked"]
    assert {"request_return", "withdraw_return"} & {
        one["act"] for one in told["available_acts"]
    } == {"withdraw_return"}


def test_the_clocks_run_on_whatever_is_asked(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    before = page(ward, "ada", case)["clocks"]
    refuse_return(ask(ward, case), actor=ward.ada, reason="判定明确")
    assert page(ward, "ada", case)["clocks"] == before


def test_granted_it_goes_to_whom_the_desk_names_without_fault(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"), to=ward.bodies["housing"])
    due = case.resolve_by
    case = grant_return(case, actor=ward.ada, reason="属城管", to=ward.bodies["urban"])
    old = case.assignments.get(organization=ward.bodies["lamp"])
    new = lead_of(case)
    assert new is not None
    assert (case.state, new.organization.code) == ("dispatched", "URBAN")
    assert (old.ended_at is not None, old.end_reason) == (True, "return_granted")
    assert (case.resolve_by, new.resolve_by is not None) == (
        due,
        True,
    )  # the citizen's never resets
    (told,) = page(ward, "ada", case)["returns"]
    assert (told["wrong_dispatch"], told["granted_to"]["code"]) == (True, "URBAN")
    clocks = [one for one in page(ward, "ada", case)["clocks"] if one["clock"] == "resolve"]
    assert [one["state"] for one in clocks] == ["stopped", "running"]


def test_granted_without_a_name_it_goes_to_whom_the_body_named(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"), to=ward.bodies["housing"])
    lead = lead_of(grant_return(case, actor=ward.ada, reason="属住建"))
    assert lead is not None
    assert lead.organization.code == "HOUSING"


def test_it_never_goes_back_to_the_body_that_returned_it(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"))
    with pytest.raises(ReceiverNeeded):
        grant_return(case, actor=ward.ada, reason="同意")
    with pytest.raises(NotTheSame):
        grant_return(case, actor=ward.ada, reason="同意", to=ward.bodies["lamp"])
    with pytest.raises(NotTheSame):
        ask(ward, case_in(ward, "accepted"), to=ward.bodies["lamp"])
    assert ReturnRequest.objects.get().state == "asked"


def test_silence_is_acceptance(ward: Ward) -> None:
    WorkDay.objects.create(date="2026-03-03", kind=DayKind.REST, name="停")
    with time_machine.travel(MONDAY, tick=False) as clock:
        case = case_in(ward, "dispatched")
        told = page(ward, "di", case)
        assert told["return_by"] == "2026-03-04T10:00:00Z"  # the next work day, 18:00 in the city
        clock.move_to(datetime(2026, 3, 4, 10, 0, 1, tzinfo=UTC))
        with pytest.raises(ReturnTooLate) as late:
            ask(ward, case)
        assert "2026-03-04 18:00" in late.value.message_zh
        acts = {one["act"] for one in page(ward, "di", case)["available_acts"]}
        assert "request_return" not in acts
        assert "propose_transfer" in acts
        clock.move_to(datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
        assert ask(ward, case).state == "dispatched"


def test_the_late_ask_is_told_so_over_http(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    case.assignments.update(dispatched_at=case.opened_at - timedelta(days=30))
    answer = client_of(ward.di).post(
        f"/api/v1/cases/{case.number}/request_return/",
        {"reason": "非我职责", "grounds": "not_our_duty"},
        format="json",
        headers={"Accept-Language": "en"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "return_too_late")
    assert "silence was acceptance" in answer.json()["detail"]


def test_it_is_asked_once(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"))
    with pytest.raises(ReturnPending):
        ask(ward, case)
    case = refuse_return(case, actor=ward.ada, reason="判定明确")
    with pytest.raises(AskedBefore):
        ask(ward, case)


def test_withdrawn_it_may_be_asked_again(ward: Ward) -> None:
    case = withdraw_return(ask(ward, case_in(ward, "accepted")), actor=ward.di)
    assert ask(ward, case).state == "accepted"
    assert [one.state for one in ReturnRequest.objects.order_by("id")] == ["withdrawn", "asked"]


@pytest.mark.parametrize("how", ["handle", "reassign"])
def test_it_lapses_when_the_case_moves_otherwise(ward: Ward, how: str) -> None:
    case = ask(ward, case_in(ward, "accepted"))
    if how == "handle":
        handle_case(case, actor=ward.di)
    else:
        reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="职责在城管")
    assert ReturnRequest.objects.get().state == "lapsed"
    with pytest.raises(NoReturnAsked):
        grant_return(case, actor=ward.ada, reason="同意", to=ward.bodies["housing"])


def test_accepting_it_is_no_waiver_in_the_window(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "dispatched"))
    case = accept_case(case, actor=ward.di)  # bound to accept all the same
    assert ReturnRequest.objects.get().state == "asked"


def test_evidence_must_be_of_this_case(ward: Ward) -> None:
    case, other = case_in(ward, "accepted"), case_in(ward, "accepted", at=(600, 600))
    mine = prove(ward, case, by="di")
    theirs = prove(ward, other, at=(600, 600), by="di", seed=2)
    with pytest.raises(NotItsEvidence):
        ask(ward, case, evidence=[mine.pk, theirs.pk])
    ask(ward, case, evidence=[mine.pk])
    assert page(ward, "ada", case)["returns"][0]["evidence"] == [mine.pk]


def test_what_one_agreed_to_take_over_cannot_be_returned(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    case = propose_transfer(case, actor=ward.di, to=ward.bodies["housing"], reason="属住建")
    case = agree_transfer(case, actor=ward.fu)
    with pytest.raises(TakenByConsent):
        ask(ward, case, actor=ward.fu)


def test_a_body_that_assists_has_nothing_to_return(ward: Ward) -> None:
    case = case_in(ward, "filed")
    client_of(ward.ada).post(
        f"/api/v1/cases/{case.number}/dispatch/", {"assists": ["HOUSING"]}, format="json"
    )
    case.refresh_from_db()
    with pytest.raises(NotPermitted):
        ask(ward, case, actor=ward.fu)


def test_an_old_version_is_refused(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    with pytest.raises(LostRace):
        ask(ward, case, base_version=case.version - 1)


def test_a_co_receiver_is_released_and_the_others_go_on(ward: Ward) -> None:
    case = ask(ward, contested(ward), actor=ward.fu)
    case = ask(ward, case, actor=ward.su)
    with pytest.raises(SeveralReturns):
        grant_return(case, actor=ward.ada, reason="同意")
    case = grant_return(case, actor=ward.ada, reason="同意", organization=ward.bodies["housing"])
    assert case.state == "dispatched"
    held = case.assignments.filter(ended_at__isnull=True).order_by("id")
    assert set(held.values_list("organization__code", flat=True)) == {"STREET", "URBAN"}
    tasks = case.tasks.filter(status="open").values_list("organization__code", flat=True)
    assert set(tasks) == {"STREET", "URBAN"}


@pytest.mark.mission("C19")
def test_a_case_that_goes_round_is_escalated(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"), to=ward.bodies["housing"])
    assert page(ward, "ada", case)["escalated"] is None
    case = grant_return(case, actor=ward.ada, reason="属住建")
    ask(ward, case, actor=ward.fu, grounds=Grounds.OTHER)
    told = page(ward, "ada", case)
    assert (told["escalated"]["returns"], told["disputed"]) == (2, False)
    assert "提级" in told["escalated"]["words"]["zh-Hans"]


def test_the_trail_of_the_case_tells_of_it(ward: Ward) -> None:
    case = ask(ward, case_in(ward, "accepted"))
    refuse_return(case, actor=ward.ada, reason="判定明确")
    trail = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/trail/").json()["results"]
    told = [(row["act"], row["actor"], row["reason"]) for row in trail][-2:]
    assert told == [("request_return", "di", "非我职责"), ("refuse_return", "ada", "判定明确")]


def test_a_closed_case_keeps_its_returns(ward: Ward) -> None:
    case = refuse_return(ask(ward, case_in(ward, "accepted")), actor=ward.ada, reason="判定明确")
    case = handle_case(case, actor=ward.di)
    client_of(ward.bo).post(f"/api/v1/cases/{case.number}/check/", {}, format="json")
    prove(ward, case)
    case.refresh_from_db()
    close_case(case, actor=ward.bo)
    assert [one["state"] for one in page(ward, "di", case)["returns"]] == ["refused"]


def test_who_asks_does_not_decide(ward: Ward) -> None:
    both = factories.member("di", Role.DISPATCHER, ward.bodies["lamp"])
    case = ask(ward, case_in(ward, "accepted"))
    with pytest.raises(NotPermitted):
        grant_return(case, actor=both, reason="同意", to=ward.bodies["urban"])
