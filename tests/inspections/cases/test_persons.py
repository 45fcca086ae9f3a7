"""Persons of record: who was asked first and who took it first, written once."""

from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, transaction

from inspections.cases.parts import parts_of
from inspections.cases.persons.models import PersonOfRecord
from inspections.cases.use_cases import accept_case, dispatch_case, file_case, reassign_case
from tests.inspections.conftest import Ward, case_in, report


def persons(case: Any) -> dict[str, tuple[str, str | None]]:
    rows = PersonOfRecord.objects.filter(case=case).select_related("person", "organization")
    return {
        row.kind: (row.person.username, row.organization.code if row.organization else None)
        for row in rows
    }


@pytest.mark.mission("P10")
def test_who_was_asked_first_and_who_took_it_first_stay_whatever_follows(ward: Ward) -> None:
    case = report(ward)
    assert persons(case) == {"first_asked": ("ada", None)}
    case = accept_case(
        dispatch_case(file_case(case, actor=ward.ada), actor=ward.ada), actor=ward.di
    )
    both = {"first_asked": ("ada", None), "first_handled": ("di", "LAMP")}
    assert persons(case) == both
    case = reassign_case(case, actor=ward.ada, reason="改派", to=ward.bodies["housing"])
    case = accept_case(case, actor=ward.fu)
    assert persons(case) == both
    shown = parts_of(case, ward.ada)["persons_of_record"]
    assert [(one["name"], one["person"]) for one in shown] == [("首问", "ada"), ("首办", "di")]


@pytest.mark.mission("P10")
def test_the_database_refuses_to_change_or_remove_them(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    rows = PersonOfRecord.objects.filter(case=case)
    for attempt in (lambda: rows.update(person=ward.fu), lambda: rows.delete()):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            attempt()
    assert len(persons(case)) == 2
