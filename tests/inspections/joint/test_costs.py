"""Costs advanced: paid by one body, owed by another, recovered, in part or not at all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import NotPermitted, WrongState
from core.workflow import available_acts
from inspections.joint.costs.models import AdvanceCost, CostState
from inspections.joint.costs.use_cases import (
    MoreThanPaid,
    OwedByPayer,
    advance_cost,
    lay_upon,
    recover_cost,
    waive_cost,
)
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in


def advanced(ward: Ward, **more: Any) -> AdvanceCost:
    told: dict[str, Any] = {
        "payer": ward.bodies["street"],
        "amount": Decimal("2500.00"),
        "households": 5,
        "purpose": "临时照明，每户 500 元",
        "paid_on": date(2026, 11, 1),
    }
    return advance_cost(case_in(ward, "accepted"), actor=ward.ada, **told | more)


@pytest.mark.mission("N20")
def test_who_paid_is_not_who_owes_and_it_can_be_recovered(ward: Ward) -> None:
    with pytest.raises(OwedByPayer):
        advanced(ward, owed_by=ward.bodies["street"])
    cost = lay_upon(
        advanced(ward), actor=ward.ada, owed_by=ward.bodies["housing"], reason="裁定由建设单位承担"
    )
    with pytest.raises(MoreThanPaid):
        recover_cost(cost, actor=ward.ada, amount=Decimal("2500.01"))
    cost = recover_cost(cost, actor=ward.ada, amount=Decimal("2000"))
    assert (cost.state, cost.recovered) == ("recovered", Decimal("2000"))
    (row,) = client_of(ward.fu).get("/api/v1/advance-costs/?owed_by=HOUSING").json()["results"]
    assert (row["payer"]["code"], row["owed_by"]["code"]) == ("STREET", "HOUSING")
    assert client_of(ward.cy).get("/api/v1/advance-costs/").json()["results"] == []
    page = client_of(ward.ada).get(f"/api/v1/cases/{cost.case.number}/").json()["properties"]
    assert page["advance_costs"][0]["recovered"] == "2000.00"


WAYS = {"owe": "owed", "recover": "recovered", "waive": "waived"}


@pytest.mark.parametrize("state", CostState.values)
def test_a_state_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    for act in WAYS:
        cost = advanced(ward)
        if state == "recovered":
            cost = recover_cost(cost, actor=ward.ada)
        if state == "waived":
            cost = waive_cost(cost, actor=ward.ada, reason="协商未果")
        assert (act in {line.act for line in available_acts(cost, ward.lu)}) == (state == "owed")
        if state != "owed":
            with pytest.raises(WrongState):
                waive_cost(cost, actor=ward.ada, reason="再来")
    for name in ("di", "bo", "fu", "cy"):
        with pytest.raises(NotPermitted):
            waive_cost(advanced(ward), actor=ward.people[name], reason="无")


def test_over_http(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    ada = client_of(ward.ada)
    told = {
        "case": case.number,
        "payer": "STREET",
        "amount": "0",
        "purpose": "抢修",
        "paid_on": "2026-11-01",
    }
    assert ada.post("/api/v1/advance-costs/", told, format="json").status_code == 400
    made = ada.post("/api/v1/advance-costs/", told | {"amount": "80.50"}, format="json")
    assert made.status_code == 201, made.content
    path = f"/api/v1/advance-costs/{made.json()['id']}"
    owed = ada.post(f"{path}/owe/", {"owed_by": "HOUSING", "reason": "裁定"}, format="json")
    assert owed.json()["owed_by"]["code"] == "HOUSING"
    refused = ada.post(f"{path}/waive/", {}, format="json")
    assert refused.json()["code"] == "reason_required"
    back = ada.post(f"{path}/recover/", {}, format="json").json()
    assert (back["state"], back["recovered"]) == ("recovered", "80.50")


def test_a_case_that_is_not_there_is_named(ward: Ward) -> None:
    told = {"payer": "STREET", "amount": "80.50", "purpose": "抢修", "paid_on": "2026-11-01"}
    ada = client_of(ward.ada)
    answer = ada.post("/api/v1/advance-costs/", told | {"case": "2026-错"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "missing")
    assert "没有编号为“2026-错”的案卷" in answer.json()["detail"]
    hidden = case_in(ward, "accepted").number  # one may not even learn that it exists
    answer = client_of(ward.xi).post(
        "/api/v1/advance-costs/", told | {"case": hidden}, format="json"
    )
    assert answer.status_code == 404
    answer = ada.post(
        "/api/v1/advance-costs/", told | {"case": hidden, "amount": "八十"}, format="json"
    )
    assert answer.status_code == 400
    assert "amount" in answer.json()["details"]["fields"]
