"""Two at once upon the lineage: one wins, the other is told, and no report is lost or counted twice."""

from collections.abc import Callable

from django.utils import timezone

from core.errors import DomainError
from inspections.cases.models import Case, CaseRequest
from inspections.cases.use_cases import close_case, file_case
from inspections.intake.duplicates.models import CaseMerge
from inspections.intake.duplicates.use_cases import merge_case, split_case, unmerge_case
from inspections.intake.use_cases import receive
from inspections.requests.use_cases import RequestRow
from tests.clones import Clone, at_once
from tests.inspections.conftest import Ward, case_in, prove, report, ward_here


def outcome(act: Callable[[], Case]) -> str:
    try:
        return act().state
    except DomainError as refused:
        return refused.code


def feeding() -> dict[str, int]:
    """How many cases each request feeds."""
    told: dict[str, int] = {}
    for link in CaseRequest.objects.filter(left_at__isnull=True).select_related("request"):
        told[link.request.code] = told.get(link.request.code, 0) + 1
    return told


def merge(ward: Ward, case: Case, into: Case) -> Callable[[], str]:
    return lambda: outcome(lambda: merge_case(case, into=into, actor=ward.ada, reason="x"))


def test_two_cases_merged_crosswise_leave_one(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    one, other = report(ward), report(ward)
    told = at_once([merge(ward, one, other), merge(ward, other, one)] * 3)
    assert sorted(told)[0] == "merged"
    assert told.count("merged") == 1
    assert Case.objects.filter(state="merged").count() == 1
    assert set(feeding().values()) == {1}


def test_a_case_is_merged_into_one_of_two(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    case, *others = (report(ward) for _ in range(4))
    told = at_once([merge(ward, case, other) for other in others])
    assert sorted(told) == ["merged", "wrong_state", "wrong_state"]
    assert CaseMerge.objects.count() == 1
    assert set(feeding().values()) == {1}


def test_a_report_that_joins_while_its_case_is_merged_is_not_lost(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    case, into = report(ward), report(ward)

    def join() -> str:
        row = RequestRow(channel="phone", text="也不亮", reported_at=timezone.now())
        held = receive(row, actor=ward.ada, joins=case).case
        return held.number if held else ""

    told = at_once([join, join, merge(ward, case, into), join, join])
    assert told[2] == "merged"
    assert (set(feeding().values()), len(feeding())) == ({1}, 6)
    assert CaseRequest.objects.filter(case=into, left_at__isnull=True).count() == 6


def test_unmerged_once_and_split_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    into, case = report(ward), report(ward)
    code = case.requests.get().code
    case = merge_case(case, into=into, actor=ward.ada, reason="x")
    told = at_once(
        [
            lambda: outcome(lambda: unmerge_case(case, actor=ward.ada, reason="x")),
            lambda: outcome(lambda: split_case(into, requests=[code], actor=ward.ada, reason="x")),
        ]
        * 2
    )
    assert sum(word == "reported" for word in told) == 1  # by one of the two ways
    assert set(feeding().values()) == {1}
    assert all(CaseRequest.objects.filter(request__code=code, left_at__isnull=True))


def test_nothing_is_merged_into_what_is_being_closed(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    into, case = case_in(ward, "checked"), file_case(report(ward), actor=ward.ada)
    prove(ward, into)
    told = at_once(
        [lambda: outcome(lambda: close_case(into, actor=ward.bo)), merge(ward, case, into)]
    )
    assert told in (["closed", "not_mergeable"], ["closed", "merged"])
    assert set(feeding().values()) == {1}
