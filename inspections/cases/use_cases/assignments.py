"""What rooms above set down on one assignment, inside an act of their own: an arrival, an early end."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.models import User
from grid.organizations.models import Organization
from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases.moving import followed, restamp


def note_arrival(case: Case, organization: Organization, *, at: datetime) -> bool:
    """A body's people are there (到场): its clock of arrival stops. Whether this was their first arrival.

    Nobody arrives before being sent, whatever a device's clock says.
    """
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        part = held.assignments.filter(
            organization=organization, ended_at__isnull=True, arrived_at__isnull=True
        ).first()
        if part is None:
            return False
        part.arrived_at = max(at, part.dispatched_at)
        part.save(update_fields=["arrived_at"])
        restamp(held)
    return True


def release_part(assignment: Assignment, *, actor: User, end_reason: str) -> Case:
    """One body's part ends without fault, and the others go on."""
    with transaction.atomic():
        held = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=assignment.case_id)
        ending = Assignment.objects.filter(pk=assignment.pk, ended_at__isnull=True)
        ending.update(ended_at=timezone.now(), end_reason=end_reason)
        return followed(held, "release_part", actor)
