"""Timing a call, saying that the caller heard the code, and calling back before a body is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import NotPermitted, WrongState
from core.models import User
from inspections.cases.models import Case
from inspections.cases.use_cases import follow_acts
from inspections.intake.calls.models import ConfirmBack, DeskCall
from inspections.intake.calls.queries import waits_for_details
from inspections.requests.models import ServiceRequest
from inspections.requests.permissions import is_desk_of
from inspections.requests.use_cases.desk import TextNeeded

LONGEST = 10_000
LONGEST_CALL = timedelta(hours=12)  # a draft kept over night is no call of that length


class DetailsLacking(WrongState):
    """The report lacks details: call back first (confirm_back), then dispatch."""

    zh = "诉求细节不足：请先回拨确认（confirm_back），再派遣。"


@dataclass(frozen=True)
class Stages:
    """When the desk began, had noted down and had sorted a call, by the desk's own clock."""

    answered_at: datetime
    noted_at: datetime | None = None
    sorted_at: datetime | None = None
    details_lacking: bool = False


def time_call(request: ServiceRequest, stages: Stages, *, actor: User) -> DeskCall:
    """Keep the stages of the call that made a request, once; in the transaction that records it.

    A clock that is wrong cannot make a stage end before it began, nor last longer than a shift.
    """
    now = timezone.now()
    begun = max(now - LONGEST_CALL, min(stages.answered_at, now))
    noted = _within(stages.noted_at, begun, now)
    kept, _ = DeskCall.objects.get_or_create(
        request=request,
        defaults={
            "answered_at": begun,
            "noted_at": noted,
            "sorted_at": _within(stages.sorted_at, noted or begun, now),
            "filed_at": now,
            "details_lacking": stages.details_lacking,
            "taken_by": actor,
        },
    )
    return kept


def feed_back(request: ServiceRequest, *, actor: User) -> DeskCall | None:
    """The caller was told the tracking code; the first time counts. Raises NotPermitted."""
    if not is_desk_of(actor, request):
        raise NotPermitted
    with transaction.atomic():
        kept = DeskCall.objects.select_for_update().filter(request=request).first()
        if kept is not None and kept.fed_back_at is None:
            kept.fed_back_at = max(timezone.now(), kept.filed_at)
            kept.save(update_fields=["fed_back_at"])
            record_act(actor=actor, act="feed_back", subject=request)
    return kept


def confirm_back(
    request: ServiceRequest, *, actor: User, reached: bool, text: str = ""
) -> ConfirmBack:
    """Log a call back to whoever reported (F3). Raises NotPermitted, TextNeeded."""
    if not is_desk_of(actor, request):
        raise NotPermitted
    words = text.replace("\x00", "").strip()[:LONGEST]
    if reached and not words:
        raise TextNeeded
    with transaction.atomic():
        called = ConfirmBack.objects.create(
            request=request, called_at=timezone.now(), called_by=actor, reached=reached, text=words
        )
        record_act(
            actor=actor,
            act="confirm_back",
            subject=request,
            details={"confirm_back": called.pk, "reached": reached},
        )
        emit(kind="request_confirmed", subject=request)
    return called


def _within(at: datetime | None, start: datetime, end: datetime) -> datetime | None:
    return None if at is None else max(start, min(at, end))


def ask_first(case: Case, act: str, actor: User) -> None:
    """No body is sent while a report of the case lacks details. Raises DetailsLacking."""
    if act == "dispatch" and waits_for_details(case):
        raise DetailsLacking


follow_acts(ask_first)
