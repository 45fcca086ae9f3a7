"""The calendar as a table: imported, editable, a day marked provisional until its year is final."""

from django.db import models
from django.db.models import Q


class DayKind(models.TextChoices):
    """What a stated day is."""

    WORK = "work", "工作日"
    REST = "rest", "休息日"


class WorkDay(models.Model):
    """One stated day: a holiday, a made-up work day; days not stated follow the week."""

    date = models.DateField(primary_key=True)
    kind = models.CharField(max_length=8, choices=DayKind.choices)
    name = models.CharField(max_length=100, blank=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        db_table = "inspections_work_day"
        constraints = [
            models.CheckConstraint(
                name="work_day_kind_known", condition=Q(kind__in=[k.value for k in DayKind])
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class CalendarChange(models.Model):
    """Days were stated anew: what they were before, and when open deadlines had followed.

    `former`: day → its kind (null: it was not stated) and whether it was provisional.
    """

    at = models.DateTimeField()
    former = models.JSONField()
    first_day = models.DateField()
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inspections_calendar_change"
        indexes = [
            models.Index(
                name="calendar_change_pending", fields=["id"], condition=Q(carried_out_at=None)
            )
        ]
