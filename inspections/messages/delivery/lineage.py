"""Whoever reported hears that the report is worked on together with others, or by itself again."""

from collections.abc import Sequence

from core.audit import emit_each
from core.models import User
from inspections.cases.models import Case
from inspections.intake.duplicates.use_cases.telling import follow_requests
from inspections.messages.delivery.rules import Rule, tell
from inspections.requests.models import ServiceRequest

JOINS = frozenset({"merge", "join_request"})


def tell_reporters(requests: Sequence[ServiceRequest], case: Case, act: str, actor: User) -> None:
    """One event for each report, in the transaction of the act; the queue reads it."""
    emit_each(kind="request_joined" if act in JOINS else "request_parted", subjects=requests)


tell("request_joined", Rule("joined"))
tell("request_parted", Rule("parted"))
follow_requests(tell_reporters)
