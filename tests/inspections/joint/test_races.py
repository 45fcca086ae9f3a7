"""Two at once: one mark, one shift, one meeting of a day, one leader, one end of an undertaking or a cost; the other is told."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from core.api import refusal_in
from core.errors import DomainError
from core.models import AuditEntry
from grid.organizations.models import Role
from inspections.joint.costs.models import AdvanceCost
from inspections.joint.costs.use_cases import advance_cost, recover_cost, waive_cost
from inspections.joint.marks.models import CaseCopy, CaseMark
from inspections.joint.marks.use_cases import list_hard, take_lead
from inspections.joint.meetings.models import Meeting, MeetingKind
from inspections.joint.meetings.use_cases import call_meeting, hold_meeting
from inspections.joint.shifts.models import Shift
from inspections.joint.shifts.use_cases import begin_shift, hand_over_shift, take_shift
from inspections.joint.undertakings.use_cases import (
    answer_undertaking,
    settle_undertaking,
    withdraw_undertaking,
)
from tests import factories
from tests.clones import Clone, at_once
from tests.inspections.conftest import case_in, instruct, ward_here

LATE = {"wrong_state", "lost_race"}  # the other was first, and its state or version is there by now


def told(act: Callable[[], Any]) -> str:
    """`done`, or the code of the refusal."""
    try:
        act()
    except (DomainError, IntegrityError) as error:
        refused = refusal_in(error)
        return refused.code if refused else "fault"
    return "done"


def race(*acts: Callable[[], Any]) -> list[str]:
    return at_once([lambda act=act: told(act) for act in acts])  # type: ignore[misc]


def one_of(found: list[str], refusals: set[str]) -> bool:
    """One was done, and each other was told why not."""
    others = [one for one in found if one != "done"]
    return len(others) == len(found) - 1 and set(others) <= refusals


def test_two_list_a_case_at_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    case = case_in(ward, "dispatched")
    found = race(*(lambda: list_hard(case, actor=ward.ada, reason="久拖") for _ in range(6)))
    assert found == ["done"] * 6  # to list it again changes nothing
    assert CaseMark.objects.filter(case=case, kind="listed").count() == 1
    assert AuditEntry.objects.filter(act="list_hard").count() == 1
    assert CaseCopy.objects.filter(case=case, kind="listed", leader=ward.lu).count() == 1


def test_two_leaders_take_a_case_on_at_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    other = factories.member("zoe", Role.LEADER, ward.bodies["lamp"])
    case = case_in(ward, "dispatched")
    found = race(*(lambda who=who: take_lead(case, actor=who) for who in [ward.lu, other] * 2))
    assert one_of(found, {"taken_already"}), found
    taken = CaseCopy.objects.filter(case=case, taken_at__isnull=False)
    assert taken.values("leader").distinct().count() == 1


def test_two_begin_a_shift_at_one_desk_at_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    abe = factories.member("abe", Role.DISPATCHER, ward.bodies["centre"])
    found = race(*(lambda who=who: begin_shift(actor=who) for who in [ward.ada, abe] * 3))
    assert one_of(found, {"shift_runs"}), found
    shift = Shift.objects.get()
    hand_over_shift(shift, actor=shift.began_by, reason="夜班")
    found = race(*(lambda who=who: take_shift(shift, actor=who) for who in [ward.ada, abe] * 2))
    assert one_of(found, LATE | {"not_permitted", "shift_runs"}), found


def test_two_call_the_dispatch_meeting_at_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    found = race(
        *(lambda: call_meeting(actor=ward.ada, kind=MeetingKind.DISPATCH) for _ in range(6))
    )
    assert one_of(found, {"meeting_there"}), found
    first = timezone.now() + timedelta(days=40)
    race(
        *(
            lambda day=day: call_meeting(
                actor=ward.ada, kind=MeetingKind.DISPATCH, meets_at=first + timedelta(days=day)
            )
            for day in range(6)
        )
    )
    batches = Meeting.objects.order_by("batch").values_list("batch", flat=True)
    assert list(batches) == list(range(1, 8))  # without a gap, none twice


def test_two_write_the_minutes_at_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    meeting = call_meeting(actor=ward.ada, kind=MeetingKind.DISPATCH)
    found = race(
        *(
            lambda chair=chair: hold_meeting(
                meeting, actor=ward.ada, chair=chair, minutes="照办", base_version=meeting.version
            )
            for chair in ("王主任", "李主任", "赵主任")
        )
    )
    assert one_of(found, LATE), found


def test_an_undertaking_ends_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    given = answer_undertaking(
        instruct(ward, case_in(ward, "accepted")), actor=ward.di, reason="已更换"
    )
    found = race(
        lambda: settle_undertaking(given, actor=ward.ada),
        lambda: withdraw_undertaking(given, actor=ward.ada, reason="误发"),
        lambda: settle_undertaking(given, actor=ward.ada),
    )
    assert one_of(found, LATE), found
    given.refresh_from_db()
    assert (given.state in {"settled", "withdrawn"}, given.ended_at is not None) == (True, True)


def test_a_cost_comes_back_or_is_waived_not_both(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    cost = advance_cost(
        case_in(ward, "accepted"),
        actor=ward.ada,
        payer=ward.bodies["street"],
        owed_by=ward.bodies["housing"],
        amount=Decimal("500"),
        purpose="临时照明",
        paid_on=date(2026, 11, 1),
    )
    found = race(
        lambda: recover_cost(cost, actor=ward.ada),
        lambda: waive_cost(cost, actor=ward.ada, reason="协商未果"),
        lambda: recover_cost(cost, actor=ward.ada, amount=Decimal("1")),
    )
    assert one_of(found, LATE), found
    assert AdvanceCost.objects.get().version == 2
