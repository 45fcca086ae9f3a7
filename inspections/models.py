"""Every model of the work, room by room, so that Django finds them."""

from inspections.calendar.models import WorkDay
from inspections.cases.models import (
    Assignment,
    Callback,
    Case,
    CaseRequest,
    CaseVerdict,
    ProofDistance,
)
from inspections.fieldwork.models import FieldTask, Visit
from inspections.requests.models import ServiceRequest
from inspections.sync.models import Upload

__all__ = [
    "Assignment",
    "Callback",
    "Case",
    "CaseRequest",
    "CaseVerdict",
    "FieldTask",
    "ProofDistance",
    "ServiceRequest",
    "Upload",
    "Visit",
    "WorkDay",
]
