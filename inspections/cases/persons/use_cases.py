"""Persons of record are set down by the acts themselves, and shown on the page of the case."""

from typing import Any

from django.utils import timezone

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.persons.models import PersonOfRecord, RecordKind
from inspections.cases.queries import lead_of
from inspections.cases.use_cases import follow_acts

# Acts of the desk and of inspectors: the first person who does one was asked first. What citizens
# send by themselves is opened by the service user of its channel, who is nobody.
ASKED = frozenset(
    {"open", "verify", "skip_verification", "file", "decline", "answer", "fix_on_spot"}
)
TAKEN = frozenset({"accept", "take_over"})


def note_persons(case: Case, act: str, actor: User) -> None:
    """Set down who was asked first, and who took it first: at most once each."""
    if actor.is_service:
        return
    if act in ASKED:
        _note(case, RecordKind.FIRST_ASKED, actor)
    elif act in TAKEN:
        _note(case, RecordKind.FIRST_HANDLED, actor)


def _note(case: Case, kind: RecordKind, person: User) -> None:
    lead = lead_of(case) if kind == RecordKind.FIRST_HANDLED else None
    held = PersonOfRecord(
        case=case,
        kind=kind,
        person=person,
        organization=lead.organization if lead else None,
        at=timezone.now(),
    )
    PersonOfRecord.objects.bulk_create([held], ignore_conflicts=True)


def persons_of(case: Case, reader: User) -> list[dict[str, Any]]:
    """Both persons, as the page of a case shows them."""
    held = PersonOfRecord.objects.filter(case=case).select_related("person", "organization")
    return [
        {
            "kind": one.kind,
            "name": one.get_kind_display(),
            "person": one.person.username,
            "organization": (
                {"code": one.organization.code, "name": one.organization.name}
                if one.organization
                else None
            ),
            "at": one.at,
        }
        for one in held.order_by("id")
    ]


follow_acts(note_persons)
add_part("persons_of_record", persons_of)
