"""Who answers by name for how a case was taken: written once, never changed (P10)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from grid.organizations.models import Organization
from inspections.cases.models import Case


class RecordKind(models.TextChoices):
    """What the person is on record for."""

    FIRST_ASKED = "first_asked", "首问"
    FIRST_HANDLED = "first_handled", "首办"


class PersonOfRecord(models.Model):
    """A person stands on record for a case; the database refuses to change or remove the row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="persons")
    kind = models.CharField(max_length=16, choices=RecordKind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "inspections_person_of_record"
        constraints = [
            models.UniqueConstraint(name="one_person_of_record", fields=["case", "kind"]),
            models.CheckConstraint(
                name="record_kind_known", condition=Q(kind__in=[k.value for k in RecordKind])
            ),
        ]
