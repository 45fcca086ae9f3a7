"""Two at once: one wins, the other is told; never two leads, two open requests, or two disputes."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import DomainError
from grid.organizations.models import Role
from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases import handle_case, reassign_case
from inspections.disputes.models import (
    Dispute,
    DisputeCause,
    Grounds,
    ReturnRequest,
    ReturnState,
    Transfer,
    TransferState,
)
from inspections.disputes.use_cases import (
    agree_transfer,
    grant_return,
    propose_transfer,
    request_return,
    withdraw_return,
    withdraw_transfer,
)
from tests import factories
from tests.clones import Clone, at_once
from tests.inspections.conftest import Ward, case_in, ward_here
from tests.inspections.disputes.test_disputes import contested


def told(act: Callable[[], Case]) -> str:
    """`done`, or the code of the refusal."""
    try:
        act()
    except DomainError as refused:
        return refused.code
    return "done"


def race(*acts: Callable[[], Case]) -> list[str]:
    return at_once([lambda act=act: told(act) for act in acts])  # type: ignore[misc]


def leads(case: Case) -> list[str]:
    held = Assignment.objects.filter(case=case, kind="lead", ended_at__isnull=True)
    return list(held.values_list("organization__code", flat=True))


def ask(ward: Ward, case: Case, who: str = "di") -> Case:
    return request_return(case, actor=ward.people[who], grounds=Grounds.NOT_OURS, reason="不属我们")


def test_two_handlers_ask_at_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    factories.member("gu", Role.HANDLER, ward.bodies["lamp"])
    ward.people["gu"] = factories.user("gu")
    case = case_in(ward, "accepted")
    people = ["di", "gu"] * 3
    found = race(*(lambda who=who: ask(ward, case, who) for who in people))
    assert sorted(found) == ["done"] + ["return_pending"] * 5
    assert ReturnRequest.objects.count() == 1


def test_granted_while_withdrawn(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    for _ in range(4):
        case = ask(ward, case_in(ward, "accepted"))
        found = race(
            lambda case=case: grant_return(  # type: ignore[misc]
                case, actor=ward.ada, reason="同意", to=ward.bodies["urban"]
            ),
            lambda case=case: withdraw_return(case, actor=ward.di),  # type: ignore[misc]
        )
        assert sorted(found) == ["done", "no_return_asked"]
        state = ReturnRequest.objects.get(case=case).state
        assert leads(case) == {"granted": ["URBAN"], "withdrawn": ["LAMP"]}[state]


def test_agreed_twice(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    second = factories.member("gu", Role.HANDLER, ward.bodies["housing"])
    case = propose_transfer(
        case_in(ward, "accepted"), actor=ward.di, to=ward.bodies["housing"], reason="属住建"
    )
    people = [ward.fu, second] * 3
    found = race(*(lambda who=who: agree_transfer(case, actor=who) for who in people))
    assert sorted(found) == ["done"] + ["no_transfer_proposed"] * 5
    assert leads(case) == ["HOUSING"]


def test_agreed_while_withdrawn_handled_or_reassigned(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    for other in (
        lambda case: withdraw_transfer(case, actor=ward.di),
        lambda case: handle_case(case, actor=ward.di),
        lambda case: reassign_case(case, actor=ward.ada, to=ward.bodies["urban"], reason="改派"),
    ):
        case = propose_transfer(
            case_in(ward, "accepted"), actor=ward.di, to=ward.bodies["housing"], reason="属住建"
        )
        race(
            lambda case=case: agree_transfer(case, actor=ward.fu),  # type: ignore[misc]
            lambda case=case, other=other: other(case),  # type: ignore[misc]
        )
        transfer = Transfer.objects.get(case=case)
        assert len(leads(case)) == 1
        assert (transfer.state == "agreed") == (transfer.made is not None)
        assert transfer.state in {"agreed", "withdrawn", "lapsed"}


def test_two_denials_at_once_make_one_dispute(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    case = contested(ward)
    assert race(lambda: ask(ward, case, "fu"), lambda: ask(ward, case, "su")) == ["done", "done"]
    assert Dispute.objects.get().denials.count() == 2


def test_the_database_itself_refuses_a_second_of_each(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    part = case.assignments.get()
    now = timezone.now()

    def return_twice() -> None:
        ReturnRequest.objects.create(
            case=case,
            assignment=part,
            organization=part.organization,
            state=ReturnState.ASKED,
            grounds=Grounds.OTHER,
            asked_at=now,
            asked_by=ward.di,
            window_ended_at=now,
            decide_by=now,
        )

    def transfer_twice() -> None:
        Transfer.objects.create(
            case=case,
            assignment=part,
            organization=part.organization,
            proposed_to=ward.bodies["housing"],
            state=TransferState.PROPOSED,
            proposed_at=now,
            proposed_by=ward.di,
        )

    def dispute_twice() -> None:
        Dispute.objects.create(case=case, state="open", cause=DisputeCause.APPEAL, opened_at=now)

    for make, name in (
        (return_twice, "one_open_return"),
        (transfer_twice, "one_open_transfer"),
        (dispute_twice, "one_open_dispute"),
    ):
        make()
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            make()
