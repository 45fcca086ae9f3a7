"""Every state × every act of returns and transfers: what the tables allow is done, all else is refused and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import DomainError
from core.models import AuditEntry
from core.workflow import WORKFLOWS, available_acts
from inspections.cases.commands import acts_open_to, carry_out
from inspections.cases.models import Case, CaseState
from inspections.disputes.commands import DISPUTE_ACTS
from inspections.disputes.models import ReturnRequest, ReturnState, Transfer, TransferState
from inspections.disputes.workflow import DISPUTES, RETURNS, TRANSFERS
from tests.inspections.conftest import Ward, case_in

GIVEN: dict[str, dict[str, Any]] = {
    "request_return": {"grounds": "not_ours"},
    "grant_return": {"to": "URBAN"},
    "propose_transfer": {"to": "HOUSING"},
}
WHO = {
    "request_return": "di",
    "withdraw_return": "di",
    "grant_return": "ada",
    "refuse_return": "ada",
    "appeal_return": "di",
    "propose_transfer": "di",
    "agree_transfer": "fu",
    "refuse_transfer": "fu",
    "withdraw_transfer": "di",
}
# The ways, written a second time: state → act → state reached. "none": nothing is asked yet.
RETURN_WAYS = {
    "none": {"request_return": "asked"},
    "asked": {
        "withdraw_return": "withdrawn",
        "grant_return": "granted",
        "refuse_return": "refused",
    },
    "refused": {"appeal_return": "appealed"},
    "withdrawn": {"request_return": "asked"},
    "granted": {},
    "appealed": {},
    "lapsed": {},
}
TRANSFER_WAYS = {
    "none": {"propose_transfer": "proposed"},
    "proposed": {
        "agree_transfer": "agreed",
        "refuse_transfer": "refused",
        "withdraw_transfer": "withdrawn",
    },
    "refused": {"propose_transfer": "proposed"},
    "withdrawn": {"propose_transfer": "proposed"},
    "agreed": {},
    "lapsed": {},
}
STEPS: dict[str, list[str]] = {
    "none": [],
    "asked": ["request_return"],
    "withdrawn": ["request_return", "withdraw_return"],
    "granted": ["request_return", "grant_return"],
    "refused": ["request_return", "refuse_return"],
    "appealed": ["request_return", "refuse_return", "appeal_return"],
    "lapsed": ["request_return", "handle"],
}
TRANSFER_STEPS: dict[str, list[str]] = {
    "none": [],
    "proposed": ["propose_transfer"],
    "agreed": ["propose_transfer", "agree_transfer"],
    "refused": ["propose_transfer", "refuse_transfer"],
    "withdrawn": ["propose_transfer", "withdraw_transfer"],
    "lapsed": ["propose_transfer", "handle"],
}


def do(ward: Ward, case: Case, act: str) -> Case:
    actor = ward.people[WHO.get(act, "di")]
    return carry_out(act, case, actor=actor, given={"reason": "说明"} | GIVEN.get(act, {}))


def case_with(ward: Ward, steps: list[str]) -> Case:
    case = case_in(ward, "accepted")
    for act in steps:
        case = do(ward, case, act)
    return case


def state_of(case: Case, model: type[ReturnRequest] | type[Transfer]) -> str:
    last = model.objects.filter(case=case).order_by("-id").first()
    return last.state if last else "none"


def test_every_act_of_the_tables_is_an_address_and_the_other_way_round() -> None:
    lines = {line.act for line in (*RETURNS.transitions, *TRANSFERS.transitions)}
    by_itself = {"lapse_return", "lapse_transfer", "revive_return", "revive_transfer"}
    assert lines - by_itself == set(DISPUTE_ACTS) == set(WHO)
    assert set(RETURN_WAYS) - {"none"} == set(ReturnState.values)
    assert set(TRANSFER_WAYS) - {"none"} == set(TransferState.values)
    assert {line.act for line in DISPUTES.transitions} == {"open"}


@pytest.mark.parametrize("state", RETURN_WAYS)
def test_a_return_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    case = case_with(ward, STEPS[state])
    _walk(
        ward, case, state, RETURN_WAYS[state], ReturnRequest, lambda: case_with(ward, STEPS[state])
    )


@pytest.mark.parametrize("state", TRANSFER_WAYS)
def test_a_transfer_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    case = case_with(ward, TRANSFER_STEPS[state])
    _walk(
        ward,
        case,
        state,
        TRANSFER_WAYS[state],
        Transfer,
        lambda: case_with(ward, TRANSFER_STEPS[state]),
    )


def _walk(
    ward: Ward,
    case: Case,
    state: str,
    ways: dict[str, str],
    model: type[ReturnRequest] | type[Transfer],
    again: Callable[[], Case],
) -> None:
    assert state_of(case, model) == state
    acts = {line.act for line in WORKFLOWS[model].transitions} & set(DISPUTE_ACTS)
    for act in sorted(acts):
        actor = ward.people[WHO[act]]
        offered = {line.act for line in acts_open_to(case, actor)}
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
    for act in ("request_return", "propose_transfer"):
        with pytest.raises(DomainError) as refused:
            do(ward, case, act)
        assert refused.value.status in {403, 409}
    assert not ReturnRequest.objects.exists()
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("act", WHO)
def test_nobody_else_may(ward: Ward, act: str) -> None:
    steps = next(
        steps[: steps.index(act)]
        for steps in (*STEPS.values(), *TRANSFER_STEPS.values())
        if act in steps
    )
    case = case_with(ward, steps)
    for name in set(ward.people) - {WHO[act]}:
        person = ward.people[name]
        assert act not in {line.act for line in acts_open_to(case, person)}
        with pytest.raises(DomainError) as refused:
            carry_out(act, case, actor=person, given={"reason": "说明"} | GIVEN.get(act, {}))
        assert refused.value.status in {403, 409}, (name, refused.value.code)


def test_nobody_lets_something_lapse_by_hand(ward: Ward) -> None:
    case = case_with(ward, ["request_return", "propose_transfer"])
    for record in (*case.returns.all(), *case.transfers.all()):
        for person in ward.people.values():
            acts = {line.act for line in available_acts(record, person)} & set(DISPUTE_ACTS)
            assert not any(act.startswith("lapse") for act in acts)
