"""What the bodies of a merged case had asked lapses with it, and waits again when the merge is undone."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from inspections.cases.models import Case
from inspections.cases.queries import trail_of
from inspections.cases.timing.models import Extension, Parking
from inspections.cases.timing.use_cases import approve_extension, approve_parking, unpark
from inspections.disputes.models import Grounds, ReturnRequest, Transfer
from inspections.disputes.queries import open_returns
from inspections.disputes.use_cases import agree_transfer, propose_transfer, request_return
from inspections.intake.duplicates.models import CaseMerge
from inspections.intake.duplicates.use_cases import merge_case, unmerge_case
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, put_off, report


def asking(ward: Ward) -> Case:
    """A case of which its body would be rid, for which it wants more time, and which it would have rest."""
    case = case_in(ward, "accepted", at=(255, 250))
    case = request_return(case, actor=ward.di, grounds=Grounds.NOT_OURS, reason="不归我们管")
    case = propose_transfer(case, actor=ward.di, to=ward.bodies["housing"], reason="请接手")
    return put_off(ward, case)


def merged(ward: Ward, case: Case) -> Case:
    return merge_case(case, into=case_in(ward, "accepted"), actor=ward.ada, reason="同一盏灯")


def states(case: Case) -> list[str]:
    kinds: tuple[Any, ...] = (ReturnRequest, Transfer, Extension, Parking)
    return [one.state for kind in kinds for one in kind.objects.filter(case=case).order_by("pk")]


def test_what_was_asked_waits_again(ward: Ward) -> None:
    case = asking(ward)
    assert states(case) == ["asked", "proposed", "asked", "asked"]
    case = merged(ward, case)
    assert states(case) == ["lapsed"] * 4
    case = unmerge_case(case, actor=ward.ada, reason="是两盏")
    assert states(case) == ["asked", "proposed", "asked", "asked"]
    part = case.assignments.get(ended_at__isnull=True)
    assert [asked.assignment for asked in open_returns(case)] == [part]
    last = [entry.act for entry in trail_of(case)][-4:]
    assert last == ["revive_return", "revive_transfer", "revive_extension", "revive_parking"]
    offered = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/").json()["properties"]
    acts = {act["act"] for act in offered["available_acts"]}
    assert {"grant_return", "approve_extension", "approve_parking"} <= acts


def test_what_was_revived_can_be_answered(ward: Ward) -> None:
    case = unmerge_case(merged(ward, asking(ward)), actor=ward.ada, reason="是两盏")
    due = case.assignments.get(ended_at__isnull=True).resolve_by
    case = approve_extension(case, actor=ward.ada)
    part = case.assignments.get(ended_at__isnull=True)
    assert part.resolve_by is not None
    assert due is not None
    assert part.resolve_by > due
    case = agree_transfer(case, actor=ward.fu)
    assert case.assignments.get(ended_at__isnull=True).organization == ward.bodies["housing"]


def test_a_rest_goes_on_to_its_day(ward: Ward) -> None:
    until = (timezone.now() + timedelta(days=20)).date()
    case = approve_parking(put_off(ward, case_in(ward, "accepted")), actor=ward.ada)
    case = merged(ward, case)
    assert (case.parked_at, case.parked_until) == (None, None)
    case = unmerge_case(case, actor=ward.ada, reason="是两盏")
    case.refresh_from_db()
    assert case.parked_until == until
    assert [one.state for one in case.parkings.order_by("pk")] == ["ended", "approved"]
    case = unpark(case, actor=ward.di, reason="配件已到")
    assert case.parked_at is None


def test_a_rest_whose_day_has_passed_stays_ended(ward: Ward) -> None:
    case = approve_parking(put_off(ward, case_in(ward, "accepted")), actor=ward.ada)
    case = merged(ward, case)
    case.parkings.update(until=timezone.now().date())
    case = unmerge_case(case, actor=ward.ada, reason="是两盏")
    assert (case.parked_until, [one.state for one in case.parkings.all()]) == (None, ["ended"])


def test_what_was_decided_before_the_merge_stays_decided(ward: Ward) -> None:
    case = approve_extension(put_off(ward, case_in(ward, "accepted")), actor=ward.ada)
    case = unmerge_case(merged(ward, case), actor=ward.ada, reason="是两盏")
    assert states(case) == ["approved", "asked"]


def test_a_merge_remembers_only_what_waited(ward: Ward) -> None:
    merge_case(report(ward), into=report(ward), actor=ward.ada, reason="同一盏灯")
    none: dict[str, list[int]] = {"returns": [], "transfers": [], "extensions": [], "parkings": []}
    assert CaseMerge.objects.get().kept["waited"] == none
