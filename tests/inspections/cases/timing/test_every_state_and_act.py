"""Every state × every act of extensions and parkings: what the tables allow is done, all else is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry
from core.workflow import WORKFLOWS
from inspections.cases.commands import acts_open_to, carry_out
from inspections.cases.models import Case, CaseState
from inspections.cases.timing.commands import TIMING_ACTS
from inspections.cases.timing.models import Extension, ExtensionState, Parking, ParkingState
from inspections.cases.timing.workflow import EXTENSIONS, PARKINGS
from tests.inspections.conftest import Ward, case_in

Kept = type[Extension] | type[Parking]
WHO = {
    "request_extension": "di",
    "approve_extension": "ada",
    "refuse_extension": "ada",
    "request_parking": "di",
    "approve_parking": "ada",
    "refuse_parking": "ada",
    "unpark": "ada",
}
ALSO = {"unpark": {"di"}}
# The ways, written a second time: state → act → state reached. "none": nothing is asked yet.
WAYS: dict[Kept, dict[str, dict[str, str]]] = {
    Extension: {
        "none": {"request_extension": "asked"},
        "asked": {"approve_extension": "approved", "refuse_extension": "refused"},
        "approved": {"request_extension": "asked"},
        "refused": {"request_extension": "asked"},
        "lapsed": {},
    },
    Parking: {
        "none": {"request_parking": "asked"},
        "asked": {"approve_parking": "approved", "refuse_parking": "refused"},
        "approved": {"unpark": "ended"},
        "refused": {"request_parking": "asked"},
        "ended": {"request_parking": "asked"},
        "lapsed": {},
    },
}
STEPS: dict[Kept, dict[str, list[str]]] = {
    Extension: {
        "none": [],
        "asked": ["request_extension"],
        "approved": ["request_extension", "approve_extension"],
        "refused": ["request_extension", "refuse_extension"],
        "lapsed": ["request_extension", "handle"],
    },
    Parking: {
        "none": [],
        "asked": ["request_parking"],
        "approved": ["request_parking", "approve_parking"],
        "refused": ["request_parking", "refuse_parking"],
        "ended": ["request_parking", "approve_parking", "unpark"],
        "lapsed": ["request_parking", "handle"],
    },
}


def given_for(act: str) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {
        "request_extension": {"limit": "2wd"},
        "request_parking": {"until": (timezone.now() + timedelta(days=20)).date().isoformat()},
    }
    return {"reason": "等待配件"} | more.get(act, {})


def do(ward: Ward, case: Case, act: str, who: str = "") -> Case:
    actor = ward.people[who or WHO.get(act, "di")]
    return carry_out(act, case, actor=actor, given=given_for(act))


def case_with(ward: Ward, steps: list[str]) -> Case:
    case = case_in(ward, "accepted")
    for act in steps:
        case = do(ward, case, act)
    return case


def state_of(case: Case, model: Kept) -> str:
    last = model.objects.filter(case=case).order_by("-id").first()
    return last.state if last else "none"


def test_every_act_of_the_tables_is_an_address_and_the_other_way_round() -> None:
    lines = {line.act for line in (*EXTENSIONS.transitions, *PARKINGS.transitions)}
    by_itself = {"lapse_extension", "lapse_parking", "end_parking"}
    by_itself |= {"revive_extension", "revive_parking", "park_again"}
    assert lines - by_itself == set(TIMING_ACTS) == set(WHO)
    assert set(WAYS[Extension]) - {"none"} == set(ExtensionState.values)
    assert set(WAYS[Parking]) - {"none"} == set(ParkingState.values)


@pytest.mark.parametrize(("model", "state"), [(m, s) for m, ways in WAYS.items() for s in ways])
def test_a_state_allows_its_acts_and_no_other(ward: Ward, model: Kept, state: str) -> None:
    ways, again = WAYS[model][state], lambda: case_with(ward, STEPS[model][state])
    _walk(ward, model, state, ways, again)


def _walk(
    ward: Ward, model: Kept, state: str, ways: dict[str, str], again: Callable[[], Case]
) -> None:
    case = again()
    assert state_of(case, model) == state
    for act in sorted({line.act for line in WORKFLOWS[model].transitions} & set(TIMING_ACTS)):
        offered = {line.act for line in acts_open_to(case, ward.people[WHO[act]])}
        if act in ways:
            assert act in offered
            case = do(ward, case, act)
            assert state_of(case, model) == ways[act]
            case = again()
        else:
            assert act not in offered
            before = AuditEntry.objects.count()
            with pytest.raises(DomainError):
                do(ward, case, act)
            assert (state_of(case, model), AuditEntry.objects.count()) == (state, before)


@pytest.mark.parametrize(
    "state", [s for s in CaseState.values if s not in {"dispatched", "accepted"}]
)
def test_nothing_is_asked_of_a_case_that_nobody_works_on(ward: Ward, state: str) -> None:
    case = case_in(ward, state)
    for act in TIMING_ACTS:
        with pytest.raises(DomainError) as refused:
            do(ward, case, act)
        assert refused.value.status in {403, 409}
        assert act not in {line.act for line in acts_open_to(case, ward.people[WHO[act]])}


@pytest.mark.parametrize("act", WHO)
def test_nobody_else_may(ward: Ward, act: str) -> None:
    steps = next(s[: s.index(act)] for ways in STEPS.values() for s in ways.values() if act in s)
    case = case_with(ward, steps)
    for name in set(ward.people) - {WHO[act]} - ALSO.get(act, set()):
        assert act not in {line.act for line in acts_open_to(case, ward.people[name])}
        with pytest.raises(DomainError) as refused:
            do(ward, case, act, name)
        assert refused.value.status in {403, 409}, (name, refused.value.code)
