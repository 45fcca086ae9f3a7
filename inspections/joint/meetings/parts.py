"""What the page of a case shows of meetings about it."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.joint.meetings.models import Meeting
from inspections.joint.meetings.serializers import MeetingLine


def _meetings(case: Case, reader: User) -> Any:
    held = Meeting.objects.filter(case=case).select_related("case", "made_by").order_by("id")
    return MeetingLine(held, many=True).data


add_part("meetings", _meetings)
tell_in_trail(lambda case: case.meetings.all())
