"""What the page of a case shows of its marks and of the leaders who have it before them."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.joint.marks.models import CaseCopy, CaseMark
from inspections.joint.marks.serializers import CopySerializer, MarkSerializer


def _marks(case: Case, reader: User) -> Any:
    standing = CaseMark.objects.filter(case=case, ended_at=None).order_by("id")
    return MarkSerializer(standing, many=True).data


def _copies(case: Case, reader: User) -> Any:
    copies = CaseCopy.objects.filter(case=case).select_related("leader").order_by("id")
    return CopySerializer(copies, many=True).data


add_part("marks", _marks)
add_part("copies", _copies)
