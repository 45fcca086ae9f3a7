"""Undertakings: divided work, instructions, stop-work orders and promises, and what a case owes before it closes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import NotPermitted, WrongState
from core.models import AuditEntry
from core.workflow import available_acts
from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases import add_assist, close_case, handle_case
from inspections.cases.use_cases.sending import AssistsAlready
from inspections.joint.undertakings.models import (
    Undertaking,
    UndertakingKind,
    UndertakingState,
)
from inspections.joint.undertakings.use_cases import (
    CaseEnded,
    CaseNeeded,
    DueInThePast,
    Given,
    PartsOwed,
    SignatureNeeded,
    WorkStopped,
    answer_undertaking,
    give_undertaking,
    settle_undertaking,
    withdraw_undertaking,
)
from inspections.joint.undertakings.views import ACTS
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, instruct, prove


def give(ward: Ward, case: Case | None, who: str = "ada", to: str = "housing", **more: Any) -> Any:
    told: dict[str, Any] = {"kind": UndertakingKind.PART, "text": "挖沟埋管"}
    return give_undertaking(
        actor=ward.people[who],
        organization=ward.bodies[to],
        given=Given(**told | more),
        case=case,
    )


@pytest.mark.mission("C14")
def test_a_case_closes_after_all_its_parts_are_done(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    part = give(ward, case, "di", due_at=timezone.now() + timedelta(days=2))
    assert part.state == UndertakingState.GIVEN
    held = Assignment.objects.get(case=case, organization=ward.bodies["housing"])
    assert (held.kind, held.ended_at) == ("assist", None)
    assert held.resolve_by is not None  # clocks of its own, from now
    assert case in Case.objects.visible_to(ward.fu)
    handle_case(case, actor=ward.di)
    case.refresh_from_db()
    Case.objects.filter(pk=case.pk).update(state="checked", checked_at=timezone.now())
    prove(ward, case)
    with pytest.raises(PartsOwed) as refusal:
        close_case(case, actor=ward.bo)
    assert refusal.value.details["bodies"] == ["住建委"]
    answer_undertaking(part, actor=ward.fu, reason="已埋管，回填完成")
    assert close_case(case, actor=ward.bo).state == "closed"


@pytest.mark.mission("C3")
def test_no_case_closes_while_work_is_stopped(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case)
    order = give(ward, case, kind=UndertakingKind.STOP_WORK, text="即刻停工整改")
    for _ in range(2):
        with pytest.raises(WorkStopped):
            close_case(case, actor=ward.bo)
        if order.state == UndertakingState.GIVEN:
            order = answer_undertaking(order, actor=ward.fu, reason="已整改")
    settle_undertaking(order, actor=ward.ada)
    assert close_case(case, actor=ward.bo).state == "closed"


@pytest.mark.mission("C15")
def test_instructions_are_counted_by_level(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    first = instruct(ward, case)
    give(
        ward,
        None,
        kind=UndertakingKind.INSTRUCTION,
        level="city",
        signed_by="市领导",
        due_at=timezone.now() + timedelta(hours=1),
    )
    answer_undertaking(first, actor=ward.di, reason="已更换")
    Undertaking.objects.filter(level="city").update(due_at=timezone.now() - timedelta(hours=1))
    told = client_of(ward.lu).get("/api/v1/undertakings/counts/").json()["results"]
    assert [(row["level"], row["state"], row["count"], row["late"]) for row in told] == [
        ("city", "given", 1, 1),
        ("district", "answered", 1, 0),
    ]
    late = client_of(ward.lu).get("/api/v1/undertakings/?late=true").json()["results"]
    assert [row["level"] for row in late] == ["city"]


# Who does it, and where it leads from which states: the way written a second time.
WAYS = {
    "reply": ("fu", {"given": "answered"}),
    "send_back": ("ada", {"answered": "given"}),
    "settle": ("ada", {"answered": "settled"}),
    "call_off": ("ada", {"given": "withdrawn", "answered": "withdrawn"}),
}
ALSO = {
    "reply": set(),
    "send_back": {"di", "lu"},
    "settle": {"di", "lu"},
    "call_off": {"di", "lu"},
}


def part_in(ward: Ward, case: Case, state: str) -> Undertaking:
    part: Undertaking = give(ward, case)
    if state in {"answered", "settled"}:
        part = answer_undertaking(part, actor=ward.fu, reason="完成")
    if state == "settled":
        part = settle_undertaking(part, actor=ward.ada)
    if state == "withdrawn":
        part = withdraw_undertaking(part, actor=ward.ada, reason="不再需要")
    return part


@pytest.mark.parametrize("state", UndertakingState.values)
def test_a_state_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    case = case_in(ward, "accepted")
    for act, (who, ways) in WAYS.items():
        part = part_in(ward, case, state)
        actor, before = ward.people[who], AuditEntry.objects.count()
        offered = {line.act for line in available_acts(part, actor)}
        if state in ways:
            assert act in offered
            assert ACTS[act][0](part, actor=actor, reason="说明").state == ways[state]
            assert AuditEntry.objects.count() == before + 1
        else:
            assert act not in offered
            with pytest.raises(WrongState):
                ACTS[act][0](part, actor=actor, reason="说明")


@pytest.mark.parametrize("act", WAYS)
def test_nobody_else_may(ward: Ward, act: str) -> None:
    who, ways = WAYS[act]
    part = part_in(ward, case_in(ward, "accepted"), next(iter(ways)))
    for name in set(ward.people) - {who} - ALSO[act]:
        with pytest.raises(NotPermitted):
            ACTS[act][0](part, actor=ward.people[name], reason="说明")


def test_what_does_not_hold_together_is_refused(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    with pytest.raises(CaseNeeded):
        give(ward, None)
    with pytest.raises(SignatureNeeded):
        give(ward, case, kind=UndertakingKind.INSTRUCTION)
    with pytest.raises(SignatureNeeded):
        give(ward, case, kind=UndertakingKind.COMMITMENT, signed_by="局长")
    with pytest.raises(DueInThePast):
        give(ward, case, due_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(CaseEnded):
        give(ward, case_in(ward, "closed"))
    with pytest.raises(NotPermitted):
        give(ward, case, "fu")
    assert not Undertaking.objects.exists()


@pytest.mark.mission("C2")
def test_a_body_in_the_field_adds_another_and_each_is_timed(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    case = add_assist(case, actor=ward.di, to=ward.bodies["crew"], reason="带高空车来")
    part = case.assignments.get(organization=ward.bodies["crew"])
    lead = case.assignments.get(kind="lead")
    assert part.arrive_by is not None
    assert lead.arrive_by is not None
    assert part.arrive_by > lead.arrive_by
    assert case.tasks.filter(organization=ward.bodies["crew"], status="open").count() == 1
    with pytest.raises(AssistsAlready):
        add_assist(case, actor=ward.di, to=ward.bodies["crew"], reason="再来")


def test_over_http_once(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    told = {"kind": "part", "case": case.number, "organization": "HOUSING", "text": "挖沟"}
    ada = client_of(ward.ada)
    answers = [
        ada.post("/api/v1/undertakings/", told, format="json", headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    made = answers[0].json()
    assert answers[1].json()["id"] == made["id"]
    fu = client_of(ward.fu)
    path = f"/api/v1/undertakings/{made['id']}/reply/"
    refused = fu.post(path, {"reason": ""}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_required")
    done = fu.post(path, {"reason": "已挖"}, format="json").json()
    assert (done["state"], done["answer"]) == ("answered", "已挖")
    page = ada.get(f"/api/v1/cases/{case.number}/").json()["properties"]
    (shown,) = page["undertakings"]
    assert {one["act"] for one in shown["available_acts"]} == {"send_back", "settle", "call_off"}
    assert page["may_undertake"] == ["part", "stop_work", "instruction", "commitment"]
    trail = ada.get(f"/api/v1/cases/{case.number}/trail/").json()["results"]
    assert [entry["act"] for entry in trail][-3:] == ["undertake", "add_assist", "reply"]
    assert fu.get("/api/v1/undertakings/?mine=true").json()["results"][0]["id"] == made["id"]
