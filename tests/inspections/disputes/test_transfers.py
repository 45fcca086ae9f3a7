"""Transfers: the first receiver stays accountable until the other agrees."""

from typing import Any

import pytest

from core.errors import LostRace
from grid.organizations.models import OrganizationKind
from inspections.cases.models import Case
from inspections.cases.queries import lead_of
from inspections.cases.use_cases import handle_case, reassign_case
from inspections.disputes.models import Transfer, TransferPending
from inspections.disputes.use_cases import (
    NobodyThere,
    NoTransferProposed,
    NotToCommunity,
    NotToItself,
    agree_transfer,
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in


def propose(ward: Ward, case: Case, to: str = "housing", **rest: Any) -> Case:
    return propose_transfer(case, actor=ward.di, to=ward.bodies[to], reason="属住建", **rest)


def lead(case: Case) -> str:
    held = lead_of(case)
    assert held is not None
    return held.organization.code


@pytest.mark.mission("F15")
def test_the_first_receiver_is_accountable_until_the_other_agrees(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    first = lead_of(case)
    assert first is not None
    case = propose(ward, case)
    assert (case.state, lead(case), case.assignments.count()) == ("dispatched", "LAMP", 1)
    case = agree_transfer(case, actor=ward.fu)
    assert (case.state, lead(case)) == ("accepted", "HOUSING")
    first.refresh_from_db()
    second = lead_of(case)
    assert second is not None
    assert (first.end_reason, first.accepted_at) == ("take_over", None)
    assert (second.accepted_by, second.dispatched_at == first.ended_at) == (ward.fu, True)
    assert Transfer.objects.get().made == second
    assert case.tasks.get(status="open").organization == ward.bodies["housing"]


@pytest.mark.mission("F15")
def test_refused_or_withdrawn_nothing_has_changed(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    before = list(case.assignments.values())
    case = refuse_transfer(propose(ward, case), actor=ward.fu, reason="不属我们")
    case = withdraw_transfer(propose(ward, case), actor=ward.di)
    assert list(case.assignments.values()) == before
    assert lead(handle_case(case, actor=ward.di)) == "LAMP"


def test_who_is_asked_sees_the_case_until_it_has_answered(ward: Ward) -> None:
    case, fu = case_in(ward, "accepted"), client_of(ward.fu)
    address = f"/api/v1/cases/{case.number}/"
    assert fu.get(address).status_code == 404
    propose(ward, case)
    acts = {one["act"] for one in fu.get(address).json()["properties"]["available_acts"]}
    assert acts == {"agree_transfer", "refuse_transfer"}
    answer = fu.post(f"{address}refuse_transfer/", {"reason": "不属我们"}, format="json")
    assert answer.status_code == 201, answer.content
    assert fu.get(address).status_code == 404
    (kept,) = fu.get("/api/v1/transfers/").json()["results"]
    assert (kept["state"], kept["decision"]) == ("refused", "不属我们")


def test_the_take_over_itself_is_no_act_of_anybody(ward: Ward) -> None:
    case = propose(ward, case_in(ward, "accepted"))
    answer = client_of(ward.fu).post(f"/api/v1/cases/{case.number}/take_over/", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_act")


@pytest.mark.mission("P12")
def test_a_community_is_never_asked(ward: Ward) -> None:
    ward.bodies["housing"].kind = OrganizationKind.COMMUNITY
    ward.bodies["housing"].save()
    with pytest.raises(NotToCommunity) as refused:
        propose(ward, case_in(ward, "accepted"))
    assert "社区不兜底" in refused.value.message_zh


def test_only_somebody_else_who_could_agree_is_asked(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    with pytest.raises(NotToItself):
        propose(ward, case, to="lamp")
    with pytest.raises(NobodyThere):
        propose(ward, case, to="watch")  # a verifier works there, no handler
    answer = client_of(ward.di).post(
        f"/api/v1/cases/{case.number}/propose_transfer/", {"reason": "x"}, format="json"
    )
    assert (answer.status_code, "to" in answer.json()["details"]["fields"]) == (400, True)


@pytest.mark.mission("N7")
def test_work_of_a_department_is_not_pushed_down_without_a_word(ward: Ward) -> None:
    ward.bodies["housing"].kind = OrganizationKind.SUBDISTRICT
    ward.bodies["housing"].save()
    propose(ward, case_in(ward, "accepted"))
    (told,) = client_of(ward.ada).get("/api/v1/transfers/").json()["results"]
    assert [one["code"] for one in told["warnings"]] == ["pushed_down"]


def test_one_at_a_time(ward: Ward) -> None:
    case = propose(ward, case_in(ward, "accepted"))
    with pytest.raises(TransferPending):
        propose(ward, case, to="urban")


@pytest.mark.parametrize("how", ["handle", "reassign"])
def test_it_lapses_when_the_case_moves_otherwise(ward: Ward, how: str) -> None:
    case = propose(ward, case_in(ward, "accepted"))
    if how == "handle":
        case = handle_case(case, actor=ward.di)
    else:
        case = reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="职责在城管")
    assert Transfer.objects.get().state == "lapsed"
    with pytest.raises(NoTransferProposed):
        agree_transfer(case, actor=ward.fu)


def test_an_assisting_body_may_take_over_and_then_leads(ward: Ward) -> None:
    case = case_in(ward, "filed")
    client_of(ward.ada).post(
        f"/api/v1/cases/{case.number}/dispatch/", {"assists": ["HOUSING", "URBAN"]}, format="json"
    )
    case.refresh_from_db()
    case = agree_transfer(propose(ward, case), actor=ward.fu)
    held = case.assignments.filter(ended_at__isnull=True).values_list("organization__code", "kind")
    assert set(held) == {("HOUSING", "lead"), ("URBAN", "assist")}


def test_an_old_version_is_refused(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    with pytest.raises(LostRace):
        propose(ward, case, base_version=case.version - 1)


def test_a_body_lists_what_is_asked_of_it(ward: Ward) -> None:
    case = propose(ward, case_in(ward, "accepted"))
    address = "/api/v1/transfers/?status=proposed&mine=true"
    (row,) = client_of(ward.fu).get(address).json()["results"]
    assert (row["case"], row["category_name"]) == (case.number, ward.lamps.name)
    for name in ("di", "ada", "lu", "cy"):
        assert client_of(ward.people[name]).get(address).json()["results"] == []
