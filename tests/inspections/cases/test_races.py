"""Two at once: one wins, the other is told; never two leads, never a case closed twice."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import DomainError
from grid.evidence.models import Evidence, StoredFile
from grid.organizations.models import Role
from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases import (
    accept_case,
    close_case,
    dispatch_case,
    file_case,
    reassign_case,
)
from tests import factories
from tests.clones import Clone, at_once
from tests.inspections.conftest import case_in, prove, ward_here
from tests.photos import photo


def outcome(act: Callable[[], Case]) -> str:
    """The state reached, or the code of the refusal."""
    try:
        return act().state
    except DomainError as refused:
        return refused.code


def test_two_handlers_accept_one_case(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    second = factories.member("gu", Role.HANDLER, ward.bodies["lamp"])
    case = case_in(ward, "dispatched")
    people = [ward.di, second] * 4
    told = at_once(
        [lambda who=who: outcome(lambda: accept_case(case, actor=who)) for who in people]  # type: ignore[misc]
    )
    assert sorted(told) == ["accepted"] + ["wrong_state"] * 7
    lead = Assignment.objects.get(case=case, kind="lead", ended_at__isnull=True)
    assert lead.accepted_by in {ward.di, second}


def test_two_dispatchers_never_make_two_leads(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    case = case_in(ward, "filed")
    told = at_once([lambda: outcome(lambda: dispatch_case(case, actor=ward.ada))] * 6)
    assert sorted(told) == ["dispatched"] + ["wrong_state"] * 5
    bodies = [ward.bodies["housing"], ward.bodies["urban"]] * 3
    again = at_once(
        [
            lambda to=to: outcome(lambda: reassign_case(case, actor=ward.ada, to=to, reason="x"))  # type: ignore[misc]
            for to in bodies
        ]
    )
    assert set(again) == {"dispatched"}  # each after the other: the last one holds
    assert Assignment.objects.filter(case=case, kind="lead", ended_at__isnull=True).count() == 1


def test_the_same_version_is_acted_upon_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    case = case_in(ward, "reported")
    seen = case.version
    told = at_once(
        [lambda: outcome(lambda: file_case(case, actor=ward.ada, base_version=seen))] * 4
    )
    assert sorted(told) == ["filed"] + ["lost_race"] * 3


def test_a_case_is_closed_once_on_one_photo_sent_many_times(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    case = case_in(ward, "checked")
    data = photo(*ward.lonlat(250, 250), taken_at=timezone.now())
    at_once([lambda: prove(ward, case, data=data)] * 6)
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (1, 1)
    told = at_once([lambda: outcome(lambda: close_case(case, actor=ward.bo))] * 4)
    assert sorted(told) == ["closed"] + ["wrong_state"] * 3


def test_the_database_itself_refuses_a_second_lead(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    case = case_in(ward, "dispatched")
    with pytest.raises(IntegrityError, match="one_lead_in_force"), transaction.atomic():
        Assignment.objects.create(
            case=case,
            organization=ward.bodies["urban"],
            kind="lead",
            dispatched_at=timezone.now(),
            dispatched_by=ward.ada,
        )
