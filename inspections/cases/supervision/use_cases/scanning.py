"""What time alone brings about: deadlines by a calendar that changed, rests that end, letters that are owed, supervision that climbs."""

from dataclasses import dataclass
from datetime import datetime

from core.models import User
from inspections.cases.supervision.use_cases.reminding import AT_A_TIME, issue_reminders
from inspections.cases.supervision.use_cases.supervising import escalate_unanswered
from inspections.cases.timing.use_cases import recompute_deadlines, unpark_due


@dataclass(frozen=True)
class Scanned:
    """How much a scan brought about."""

    recomputed: int
    unparked: int
    reminders: int
    escalated: int


def scan_deadlines(now: datetime, *, actor: User, at_a_time: int = AT_A_TIME) -> Scanned:
    """Everything due at this time, once: killed at any moment, the next scan does what is left and nothing twice."""
    return Scanned(
        recomputed=recompute_deadlines(actor=actor),
        unparked=unpark_due(actor=actor),
        reminders=issue_reminders(now, actor=actor, at_a_time=at_a_time),
        escalated=escalate_unanswered(now, actor=actor),
    )
