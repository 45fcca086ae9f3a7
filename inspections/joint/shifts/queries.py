"""Which bodies cannot be called now, or have nobody named who leads them."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from grid.organizations.models import TAKE_CASES, Membership, Organization, Role
from inspections.joint.shifts.models import DutyTurn


def bodies_with_gaps(now: datetime) -> QuerySet[Any]:
    """Bodies that lack a duty contact now (no phone, nobody on the roster, no handler), or a named chief (C6)."""
    turn = DutyTurn.objects.at(now).filter(organization=OuterRef("pk"))
    handler = Membership.objects.filter(
        organization=OuterRef("pk"), role=Role.HANDLER, user__is_active=True
    )
    bodies: QuerySet[Any] = Organization.objects.filter(kind__in=TAKE_CASES, successor=None)
    reachable = ~Q(phone="") | Q(Exists(turn)) | Q(Exists(handler))
    no_contact = Case(When(reachable, then=Value(False)), default=True, output_field=BooleanField())
    no_chief = Case(When(chief="", then=Value(True)), default=False, output_field=BooleanField())
    lacking: QuerySet[Any] = (
        bodies.annotate(no_contact=no_contact, no_chief=no_chief)
        .filter(Q(no_contact=True) | Q(no_chief=True))
        .order_by("code")
    )
    return lacking
