"""The same matter reported again and again calls the leader in charge (反复提出, F16)."""

from collections.abc import Sequence

from core.models import User
from inspections.cases.models import Case
from inspections.intake.duplicates.use_cases.telling import follow_requests
from inspections.joint.marks.use_cases import note_joined
from inspections.requests.models import ServiceRequest


def note_repeats(requests: Sequence[ServiceRequest], case: Case, act: str, actor: User) -> None:
    """Count what feeds the case by now."""
    note_joined(case, act)


follow_requests(note_repeats)
