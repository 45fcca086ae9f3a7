"""Every state × every act: what the table allows is done, everything else is refused and changes nothing."""

from typing import Any

import pytest
from django.utils import timezone

from core.errors import NotPermitted, WrongState
from core.models import AuditEntry, User
from core.workflow import available_acts
from grid.organizations.models import Organization
from inspections.cases.commands import ACTS, carry_out
from inspections.cases.models import Assignment, Case, CaseState
from inspections.cases.use_cases import move_requests
from inspections.cases.workflow import CASES
from tests.inspections.conftest import Ward, case_in, prove, report

# Who does it, and where it leads from which states: the way of a case, written a second time.
ALLOWED: dict[str, tuple[str, dict[str, str]]] = {
    "verify": ("bo", {"reported": "verified"}),
    "skip_verification": ("ada", {"reported": "verified"}),
    "file": ("ada", {"reported": "filed", "verified": "filed"}),
    "decline": ("ada", {"reported": "declined", "verified": "declined"}),
    "answer": ("ada", {"reported": "answered", "verified": "answered"}),
    "fix_on_spot": ("bo", {"reported": "closed"}),
    "move_pin": (
        "bo",
        {s: s for s in ("reported", "verified", "filed", "dispatched", "accepted")},
    ),
    "dispatch": ("ada", {"filed": "dispatched"}),
    "reassign": ("ada", {"dispatched": "dispatched", "accepted": "dispatched"}),
    "keep_body": (
        "ada",
        {s: s for s in ("dispatched", "accepted", "handled", "checked", "called_back")},
    ),
    "accept": ("di", {"dispatched": "accepted"}),
    "join": ("fu", {s: s for s in ("dispatched", "accepted")}),
    "add_assist": ("di", {s: s for s in ("dispatched", "accepted")}),
    "urge": ("ada", {s: s for s in ("dispatched", "accepted", "handled")}),
    "handle": ("di", {"accepted": "handled"}),
    "check": ("bo", {"handled": "checked"}),
    "rework": ("bo", {"handled": "accepted", "checked": "accepted", "called_back": "accepted"}),
    "callback": ("ada", {"checked": "called_back"}),
    "callback_missed": ("ada", {"checked": "checked"}),
    "close": ("bo", {"checked": "closed", "called_back": "closed"}),
    "reply": ("di", {s: s for s in ("accepted", "handled", "checked")}),
    "look_back": ("ada", {s: s for s in ("closed", "archived")}),
    "reopen": ("ada", {"closed": "dispatched", "archived": "dispatched"}),
    "archive": ("ada", {"closed": "archived"}),
    "merge": (
        "ada",
        dict.fromkeys(("reported", "verified", "filed", "dispatched", "accepted"), "merged"),
    ),
    "unmerge": ("ada", {"merged": "reported"}),
    "split": ("ada", {s: s for s in CaseState.values if s != "merged"}),
}
ENTRIES = {"merge": 2, "unmerge": 2, "split": 2}  # upon the other case, too
# Done by other acts alone.
INSIDE = {"open", "take_over", "redecide", "absorb", "give_back"}
# Who else may: of the desk, of verification, of the leader's floor.
ALSO = {
    "verify": {"vi", "ed"},
    "move_pin": {"ada", "vi", "ed"},
    "fix_on_spot": {"vi", "ed"},
    "check": {"vi"},
    "rework": {"vi"},
    "callback": {"vi"},
    "callback_missed": {"vi"},
    "close": {"vi", "ada"},
    "add_assist": {"ada"},
    "reopen": {"bo", "vi"},
    "urge": {"lu"},
}
STATED = {
    "skip_verification": {"channel": "web"},
    "fix_on_spot": {"channel": "patrol"},
}


def given_for(ward: Ward, case: Case, act: str) -> dict[str, Any]:
    lon, lat = ward.lonlat(300, 300)
    more: dict[str, dict[str, Any]] = {
        "move_pin": {"lon": lon, "lat": lat},
        "add_assist": {"to": "CREW"},
        "callback": {"rating": "satisfied", "solved": True},
    }
    if act == "merge":
        more["merge"] = {"into": case_in(ward, "checked", at=(260, 260)).number}
    if act == "split":
        more["split"] = {"requests": [case.requests.order_by("-pk")[0].code]}
    return {"reason": "说明"} | more.get(act, {})


def in_state(ward: Ward, state: str, act: str) -> Case:
    """A case in that state of which the act can be asked."""
    case = case_in(ward, state, **(STATED.get(act, {}) if state == "reported" else {}))
    if act == "join":
        assist(case, ward.bodies["housing"])
    if act == "split" and state != "merged":
        move_requests([report(ward).requests.get().pk], to=case)
    if act == "keep_body":
        Case.objects.filter(pk=case.pk).update(ground_changed_at=timezone.now())
        case.refresh_from_db()
    return case


def assist(case: Case, body: Organization) -> None:
    Assignment.objects.create(
        case=case,
        organization=body,
        kind="assist",
        dispatched_at=timezone.now(),
        dispatched_by=User.objects.get(username="ada"),
    )


def test_every_act_of_the_table_is_an_address_and_the_other_way_round() -> None:
    own = {line.act for line in CASES.transitions} - INSIDE
    assert own == set(ALLOWED)
    assert own | {"refuse"} <= set(ACTS)


@pytest.mark.parametrize("state", CaseState.values)
def test_a_state_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    for number, (act, (who, ways)) in enumerate(ALLOWED.items()):
        case = in_state(ward, state, act)
        actor = ward.people[who]
        if act in {"close", "fix_on_spot"} and state in ways:
            prove(ward, case, seed=100 + number)
        offered = {line.act for line in available_acts(case, actor)}
        given = given_for(ward, case, act)
        before = AuditEntry.objects.count()
        if state in ways:
            assert act in offered
            done = carry_out(act, case, actor=actor, given=given)
            assert (done.state, done.version) == (ways[state], case.version + 1)
            assert AuditEntry.objects.count() == before + ENTRIES.get(act, 1)
        else:
            assert act not in offered
            with pytest.raises((WrongState, NotPermitted)):
                carry_out(act, case, actor=actor, given=given)
            case.refresh_from_db()
            assert (case.state, AuditEntry.objects.count()) == (state, before)


@pytest.mark.parametrize("act", ALLOWED)
def test_nobody_else_may(ward: Ward, act: str) -> None:
    who, ways = ALLOWED[act]
    case = in_state(ward, next(iter(ways)), act)
    given = given_for(ward, case, act)
    for name in set(ward.people) - {who} - ALSO.get(act, set()):
        with pytest.raises(NotPermitted):
            carry_out(act, case, actor=ward.people[name], given=given)
