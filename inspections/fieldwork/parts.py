"""What the page of a case shows of visits."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.fieldwork.queries import visits_of
from inspections.fieldwork.serializers import VisitSerializer


def _visits(case: Case, reader: User) -> Any:
    """Every visit, in the order they were heard of; those that wait for a decision say so."""
    return VisitSerializer(visits_of(case), many=True).data


def _visited(case: Case) -> Any:
    """The tasks for which somebody was there."""
    return case.tasks.filter(visits__isnull=False).distinct()


add_part("visits", _visits)
tell_in_trail(_visited)
