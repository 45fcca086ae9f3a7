"""Acts of supervision: each one function; and what time alone brings about."""

from inspections.cases.supervision.use_cases.reminding import follow_reminders, issue_reminders
from inspections.cases.supervision.use_cases.scanning import Scanned, scan_deadlines
from inspections.cases.supervision.use_cases.supervising import (
    answer_supervision,
    end_supervision,
    escalate_supervision,
    escalate_unanswered,
    supervise_case,
)

__all__ = [
    "Scanned",
    "answer_supervision",
    "end_supervision",
    "escalate_supervision",
    "escalate_unanswered",
    "follow_reminders",
    "issue_reminders",
    "scan_deadlines",
    "supervise_case",
]
