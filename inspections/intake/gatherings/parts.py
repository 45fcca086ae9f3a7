"""A request, and the case it feeds, show at which residents' meeting it was made, with the minutes."""

from typing import Any

from core.models import User
from inspections.cases import parts as cases
from inspections.cases.models import Case
from inspections.cases.queries import said_of
from inspections.intake.gatherings.queries import meetings_of
from inspections.requests import parts as requests
from inspections.requests.models import ServiceRequest


def _of_case(case: Case, reader: User) -> Any:
    return meetings_of(said_of(case), reader)


def _of_request(request: ServiceRequest, reader: User) -> Any:
    return next(iter(meetings_of([request], reader)), None)


cases.add_part("gatherings", _of_case)
requests.add_part("gathering", _of_request)
