"""What the page of a case shows of letters and supervision."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.cases.supervision.models import Reminder, Supervision
from inspections.cases.supervision.serializers import ReminderSerializer, SupervisionSerializer

REMINDERS_READ = Reminder.objects.select_related("case__category", "organization")
SUPERVISIONS_READ = Supervision.objects.select_related(
    "case__category", "organization", "opened_by", "answered_by", "ended_by", "follows"
)


def _reminders(case: Case, reader: User) -> Any:
    return ReminderSerializer(REMINDERS_READ.filter(case=case).order_by("id"), many=True).data


def _supervisions(case: Case, reader: User) -> Any:
    kept = SUPERVISIONS_READ.filter(case=case).order_by("id")
    return SupervisionSerializer(kept, many=True).data


add_part("reminders", _reminders)
add_part("supervisions", _supervisions)
tell_in_trail(lambda case: case.supervisions.all())
