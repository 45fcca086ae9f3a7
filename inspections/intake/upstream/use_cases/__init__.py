"""Taking orders in, hearing what is said of them, telling what becomes of them, sending it."""

from inspections.intake.upstream.use_cases.hearing import hear
from inspections.intake.upstream.use_cases.linking import set_link
from inspections.intake.upstream.use_cases.ordering import take_order
from inspections.intake.upstream.use_cases.sending import send_again, send_due
from inspections.intake.upstream.use_cases.telling import ask_extension, ask_return, tell

__all__ = [
    "ask_extension",
    "ask_return",
    "hear",
    "send_again",
    "send_due",
    "set_link",
    "take_order",
    "tell",
]
