"""Shifts of the desk with what they hand over; who is on duty, and which bodies nobody can call."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import NotPermitted, WrongState
from core.workflow import available_acts
from grid.organizations.models import Organization, Role
from inspections.cases.models import Case
from inspections.joint.shifts.models import Shift, ShiftState
from inspections.joint.shifts.use_cases import (
    NoDesk,
    TurnHasNoTime,
    begin_shift,
    enter_turn,
    hand_over_shift,
    take_shift,
    withdraw_turn,
)
from inspections.joint.shifts.views import ACTS
from tests import factories
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in


@pytest.mark.mission("C9")
def test_open_cases_are_listed_when_a_shift_is_handed_over(ward: Ward) -> None:
    night = factories.member("ni", Role.DISPATCHER, ward.bodies["centre"])
    waits, late, calm = (case_in(ward, state) for state in ("filed", "accepted", "accepted"))
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    Case.objects.filter(pk=calm.pk).update(
        due_at=timezone.now() + timedelta(days=3), warn_at=timezone.now() + timedelta(days=2)
    )
    case_in(ward, "closed")
    shift = begin_shift(actor=ward.ada)
    shift = hand_over_shift(shift, actor=ward.ada, reason="住建委电话无人接")
    assert shift.counts == {"open": 3, "dispatch": 1, "handle": 2}
    told = client_of(night).get(f"/api/v1/shifts/{shift.pk}/").json()
    listed = {row["case"]: (row["waits_for"], row["clock"]) for row in told["cases"]}
    assert listed == {waits.number: ("dispatch", ""), late.number: ("handle", "overdue")}
    assert told["note"] == "住建委电话无人接"
    taken = take_shift(shift, actor=night)
    assert (taken.taken_by, Shift.objects.get(state="on").began_by) == (night, night)


WAYS = {"hand_over": {"on": "handed"}, "take": {"handed": "taken"}}


@pytest.mark.parametrize("state", ShiftState.values)
def test_a_state_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    other = factories.member("ni", Role.DISPATCHER, ward.bodies["centre"])
    for act, ways in WAYS.items():
        Shift.objects.filter(state="on").delete()
        shift = begin_shift(actor=ward.ada)
        if state in {"handed", "taken"}:
            shift = hand_over_shift(shift, actor=ward.ada)
        if state == "taken":
            shift = take_shift(shift, actor=other)
        assert (act in {line.act for line in available_acts(shift, other)}) == (state in ways)
        if state in ways:
            assert ACTS[act][0](shift, actor=other).state == ways[state]
        else:
            with pytest.raises(WrongState):
                ACTS[act][0](shift, actor=other)


def test_one_desk_has_one_shift_and_nobody_takes_from_himself(ward: Ward) -> None:
    begin_shift(actor=ward.ada)
    ada = client_of(ward.ada)
    second = ada.post("/api/v1/shifts/", {}, format="json")
    assert (second.status_code, second.json()["code"]) == (409, "shift_runs")
    shift = hand_over_shift(Shift.objects.get(), actor=ward.ada)
    with pytest.raises(NotPermitted):
        take_shift(shift, actor=ward.ada)
    with pytest.raises(NoDesk):
        begin_shift(actor=ward.bo)


@pytest.mark.mission("N9")
@pytest.mark.mission("C6")
def test_bodies_nobody_can_call_are_flagged_until_somebody_is_on_duty(ward: Ward) -> None:
    body = ward.bodies["watch"]
    Organization.objects.filter(pk=body.pk).update(phone="", chief="督查室主任")
    ada = client_of(ward.ada)

    def gaps(lacks: str) -> set[str]:
        rows = ada.get(f"/api/v1/duty-gaps/?lacks={lacks}&limit=100").json()["results"]
        return {row["code"] for row in rows}

    assert gaps("contact") == {"WATCH"}
    assert "WATCH" not in gaps("chief")
    assert {"LAMP", "STREET"} <= gaps("chief")
    now = timezone.now()
    turn = enter_turn(
        actor=ward.ada,
        organization=body,
        name="赵值班",
        phone="0571-1",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
    )
    assert gaps("contact") == set()
    on_duty = ada.get("/api/v1/duty-turns/?now=true").json()["results"]
    assert [(row["organization"]["code"], row["name"]) for row in on_duty] == [("WATCH", "赵值班")]
    withdraw_turn(turn, actor=ward.ada)
    assert gaps("contact") == {"WATCH"}


def test_a_body_keeps_its_own_roster_only(ward: Ward) -> None:
    now = timezone.now()
    turn: dict[str, Any] = {
        "name": "赵",
        "phone": "1",
        "starts_at": now,
        "ends_at": now + timedelta(hours=8),
    }
    enter_turn(actor=ward.di, organization=ward.bodies["lamp"], **turn)
    with pytest.raises(NotPermitted):
        enter_turn(actor=ward.di, organization=ward.bodies["housing"], **turn)
    with pytest.raises(TurnHasNoTime):
        enter_turn(actor=ward.ada, organization=ward.bodies["lamp"], **turn | {"ends_at": now})
