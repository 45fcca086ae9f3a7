"""Every state × every act: what the table allows is done, everything else is refused and changes nothing."""

from typing import Any

import pytest

from core.errors import NotPermitted, WrongState
from core.models import AuditEntry
from core.workflow import available_acts
from inspections.cases.commands import ACTS, carry_out
from inspections.cases.models import CaseState
from inspections.cases.workflow import CASES
from tests.inspections.conftest import Ward, case_in, prove

# Who does it, and where it leads from which states: the way of a case, written a second time.
ALLOWED: dict[str, tuple[str, dict[str, str]]] = {
    "file": ("ada", {"reported": "filed"}),
    "decline": ("ada", {"reported": "declined"}),
    "dispatch": ("ada", {"filed": "dispatched"}),
    "reassign": ("ada", {"dispatched": "dispatched", "accepted": "dispatched"}),
    "accept": ("di", {"dispatched": "accepted"}),
    "handle": ("di", {"accepted": "handled"}),
    "check": ("bo", {"handled": "checked"}),
    "rework": ("bo", {"handled": "accepted", "checked": "accepted"}),
    "close": ("bo", {"checked": "closed"}),
}


def test_every_act_of_the_table_is_an_address_and_the_other_way_round() -> None:
    assert {line.act for line in CASES.transitions} - {"open"} == set(ACTS) == set(ALLOWED)


@pytest.mark.parametrize("state", CaseState.values)
def test_a_state_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    for number, (act, (who, ways)) in enumerate(ALLOWED.items()):
        case = case_in(ward, state)
        actor = ward.people[who]
        given: dict[str, Any] = {"reason": "说明"}
        if act == "close" and state in ways:
            prove(ward, case, seed=100 + number)
        offered = {line.act for line in available_acts(case, actor)}
        before = AuditEntry.objects.count()
        if state in ways:
            assert act in offered
            done = carry_out(act, case, actor=actor, given=given)
            assert (done.state, done.version) == (ways[state], case.version + 1)
            assert AuditEntry.objects.count() == before + 1
        else:
            assert act not in offered
            with pytest.raises((WrongState, NotPermitted)):
                carry_out(act, case, actor=actor, given=given)
            case.refresh_from_db()
            assert (case.state, AuditEntry.objects.count()) == (state, before)


@pytest.mark.parametrize("act", ALLOWED)
def test_nobody_else_may(ward: Ward, act: str) -> None:
    who, ways = ALLOWED[act]
    state = next(iter(ways))
    able = {who} | {"check": {"vi"}, "rework": {"vi"}, "close": {"vi", "ada"}}.get(act, set())
    case = case_in(ward, state)
    for name in set(ward.people) - able:
        with pytest.raises(NotPermitted):
            carry_out(act, case, actor=ward.people[name], given={"reason": "说明"})
