"""Disputes: two denials, or an appeal, make one; the custodian acts; nobody opens one by hand."""

from typing import Any

import pytest
from shapely import Point

from core.models import OutboxEvent
from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case, file_case
from inspections.disputes.models import Dispute, Grounds
from inspections.disputes.use_cases import (
    appeal_return,
    grant_return,
    refuse_return,
    request_return,
    withdraw_return,
)
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, report


def contested(ward: Ward) -> Case:
    """Tongfeng Road: housing and urban management both stand in the papers, the subdistrict leads."""
    lamp = ground.facility("L1", "0118", Point(250, 250), ward.version)
    ground.party(lamp, "maintainer", "URBAN", ward.version, document="台账")
    ground.upkeep(lamp, "HOUSING", ward.version, document="维修单")
    case = file_case(report(ward), actor=ward.ada, facility=lamp)
    return dispatch_case(case, actor=ward.ada)


def deny(ward: Ward, case: Case, who: str, grounds: Grounds = Grounds.NOT_OURS) -> Case:
    words = {"fu": "已损坏的不在物业管理范围，未办理移交", "su": "并未移交城管局"}
    return request_return(
        case, actor=ward.people[who], grounds=grounds, reason=words.get(who, "不属我们")
    )


def page(ward: Ward, case: Case) -> dict[str, Any]:
    told: dict[str, Any] = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/").json()
    properties: dict[str, Any] = told["properties"]
    return properties


@pytest.mark.mission("F6", "F5")
def test_two_denials_make_a_dispute_at_once(ward: Ward) -> None:
    case = deny(ward, contested(ward), "fu")
    assert page(ward, case)["disputed"] is False
    case = deny(ward, case, "su")
    told = page(ward, case)
    (dispute,) = told["disputes"]
    assert (told["disputed"], dispute["state"], dispute["cause"]) == (True, "open", "two_denials")
    assert dispute["custodian"]["code"] == "STREET"
    assert [(one["organization"]["code"], one["reason"]) for one in dispute["denials"]] == [
        ("HOUSING", "已损坏的不在物业管理范围，未办理移交"),
        ("URBAN", "并未移交城管局"),
    ]
    assert told["lead"]["code"] == "STREET"  # who acts meanwhile
    kinds = list(OutboxEvent.objects.order_by("id").values_list("kind", flat=True))
    assert {"return_requested", "case_disputed"} <= set(kinds)


@pytest.mark.mission("F6")
def test_one_body_after_the_other_is_two_denials_too(ward: Ward) -> None:
    case = deny(ward, case_in(ward, "accepted"), "di", Grounds.NOT_OUR_DUTY)
    case = grant_return(case, actor=ward.ada, reason="改派住建", to=ward.bodies["housing"])
    assert not Dispute.objects.exists()
    deny(ward, case, "fu")
    dispute = Dispute.objects.get()
    assert {one.organization.code for one in dispute.denials.all()} == {"LAMP", "HOUSING"}


def test_a_withdrawn_denial_and_other_grounds_do_not_count(ward: Ward) -> None:
    case = withdraw_return(deny(ward, contested(ward), "fu"), actor=ward.fu)
    case = deny(ward, case, "su", Grounds.OTHER)
    assert not Dispute.objects.exists()


@pytest.mark.mission("F6")
def test_an_appeal_makes_a_dispute(ward: Ward) -> None:
    case = deny(ward, case_in(ward, "accepted"), "di")
    case = refuse_return(case, actor=ward.ada, reason="判定明确")
    case = appeal_return(case, actor=ward.di, reason="权属资料有误")
    told = page(ward, case)
    assert (told["disputed"], told["disputes"][0]["cause"]) == (True, "appeal")
    assert (told["state"], told["lead"]["code"]) == ("accepted", "LAMP")  # keeps it meanwhile
    assert told["returns"][0]["appeal"] == "权属资料有误"


def test_a_dispute_is_opened_once_and_gathers_the_denials(ward: Ward) -> None:
    case = deny(ward, case_in(ward, "accepted"), "di")
    case = refuse_return(case, actor=ward.ada, reason="判定明确")
    case = appeal_return(case, actor=ward.di, reason="权属资料有误")
    client_of(ward.ada).post(
        f"/api/v1/cases/{case.number}/reassign/",
        {"to": "HOUSING", "reason": "先行处置"},
        format="json",
    )
    case.refresh_from_db()
    deny(ward, case, "fu")
    assert Dispute.objects.get().denials.count() == 2


def test_a_contested_case_takes_both_replies_through_the_api(ward: Ward) -> None:
    case = contested(ward)
    for who in ("fu", "su"):
        answer = client_of(ward.people[who]).post(
            f"/api/v1/cases/{case.number}/request_return/",
            {"grounds": "not_ours", "reason": "不属我们"},
            format="json",
        )
        assert answer.status_code == 201, answer.content
    assert answer.json()["properties"]["disputed"] is True


def test_the_list_of_disputes_is_read_only(ward: Ward) -> None:
    case = deny(ward, deny(ward, contested(ward), "fu"), "su")
    ada = client_of(ward.ada)
    (row,) = ada.get(f"/api/v1/disputes/?status=open&case={case.number}").json()["results"]
    assert row["case"] == case.number
    assert len(ada.get("/api/v1/disputes/?organization=URBAN").json()["results"]) == 1
    assert ada.get("/api/v1/disputes/?organization=LAMP").json()["results"] == []
    assert ada.post("/api/v1/disputes/", {}, format="json").status_code == 405
