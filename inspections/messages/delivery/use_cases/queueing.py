"""From the outbox into the queue: every change is told once to each receiver by each way."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit import emit_each
from core.models import OutboxEvent
from core.outbox import events_after
from inspections.cases.models import Assignment, Case
from inspections.messages.delivery.models import (
    ROBOTS,
    Endpoint,
    Message,
    MessageState,
    OutboxReader,
    Transport,
)
from inspections.messages.delivery.queries import (
    CASE,
    REQUEST,
    Subjects,
    mails_go_out,
    subjects_of,
    told_at_all,
)
from inspections.messages.delivery.rules import RULES, Rule
from inspections.messages.models import Notice, NoticeKind
from inspections.requests.models import ServiceRequest

Part = Assignment | int
READER, BATCH = "messages", 500


def queue_messages(limit: int = BATCH) -> int:
    """Read the next events and queue what they say; how many were read. Nothing if another reads now.

    One transaction: where it breaks off, the same events are read again, and their keys are the same.
    """
    with transaction.atomic():
        rows = OutboxReader.objects.select_for_update(skip_locked=True).filter(name=READER)
        reader = rows.first()
        if reader is None:
            return 0
        events = events_after(reader.seq, limit)
        if not events:
            return 0
        told = [event for event in events if _tells(event)]
        if told:
            _queue(told)
        OutboxReader.objects.filter(name=READER).update(seq=events[-1].seq)
    return len(events)


def _tells(event: OutboxEvent) -> bool:
    return event.kind in RULES and event.subject_type in {CASE, REQUEST}


def _queue(events: list[OutboxEvent]) -> None:
    subjects = subjects_of(events)
    messages: list[Message] = []
    notices: list[Notice] = []
    for event in events:
        rule, key = RULES[event.kind], int(event.subject_id)
        case = subjects.cases.get(key) if event.subject_type == CASE else None
        request = subjects.requests.get(key) if event.subject_type == REQUEST else None
        if rule.citizen:
            fed = subjects.fed_by(key, event.at) if case else [request] if request else []
            for one in filter(told_at_all, fed):
                messages += _to_citizen(event, rule, one, case, subjects)
        if rule.body and case:
            for part in _bodies(event, rule, case, subjects):
                notices.append(_notice(event, rule, case, part, subjects))
                messages += _to_robots(event, rule, case, part, subjects)
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    _give(notices)


def _to_citizen(
    event: OutboxEvent, rule: Rule, request: ServiceRequest, case: Case | None, subjects: Subjects
) -> Iterator[Message]:
    """On the page of the tracking code always; by e-mail and text message where there is an address."""
    told = _public(event, request, case, subjects)
    facts = {"request": request, "case": case, "told": told}
    yield _message(event, rule.citizen, Transport.PAGE, f"r{request.pk}", **facts)
    if not rule.push:
        return
    if mails_go_out() and request.pk in subjects.with_email:
        yield _message(event, rule.citizen, Transport.EMAIL, f"r{request.pk}", **facts)
    for endpoint in subjects.endpoints:
        sms = endpoint.transport == Transport.SMS
        if sms and request.pk not in subjects.with_phone:
            continue
        program = endpoint.transport == Transport.WEBHOOK and endpoint.organization_id is None
        if (sms or program) and _wants(endpoint, rule.citizen):
            whom = f"r{request.pk}.e{endpoint.pk}"
            transport = Transport(endpoint.transport)
            yield _message(event, rule.citizen, transport, whom, endpoint=endpoint, **facts)


def _to_robots(
    event: OutboxEvent, rule: Rule, case: Case, part: Part, subjects: Subjects
) -> Iterator[Message]:
    """To the robots and programs of the body, and to the city's own robots."""
    if not rule.push:
        return
    body = _key(part)
    told = _inside(case, part, subjects)
    for endpoint in subjects.endpoints:
        own = endpoint.organization_id == body
        of_city = endpoint.organization_id is None and endpoint.transport in ROBOTS
        if endpoint.transport == Transport.SMS or not (own or of_city):
            continue
        if _wants(endpoint, rule.body):
            yield _message(
                event,
                rule.body,
                Transport(endpoint.transport),
                f"o{body}.e{endpoint.pk}",
                endpoint=endpoint,
                organization_id=body,
                case=case,
                told=told,
            )


def _message(
    event: OutboxEvent, kind: str, transport: Transport, whom: str, **facts: Any
) -> Message:
    now = timezone.now()
    on_page = transport == Transport.PAGE
    return Message(
        key=f"{event.seq}.{kind}.{whom}.{transport}",
        kind=kind,
        transport=transport,
        state=MessageState.SENT if on_page else MessageState.QUEUED,
        happened_at=event.at,
        queued_at=now,
        sent_at=now if on_page else None,
        next_try_at=None if on_page else now,
        **facts,
    )


def _wants(endpoint: Endpoint, kind: str) -> bool:
    return not endpoint.kinds or kind in endpoint.kinds


def _public(
    event: OutboxEvent, request: ServiceRequest, case: Case | None, subjects: Subjects
) -> dict[str, Any]:
    """What whoever reported may know: never the number of the case nor a person's name."""
    category = (case.category if case else None) or request.category
    lead = subjects.lead(case.pk, event.at) if case else None
    return {
        "code": request.tracking_code,
        "what": category.name if category else "",
        "body": lead.organization.name if lead else "",
        "due": subjects.minute(case.resolve_by) if case and not case.is_ended else "",
    }


def _inside(case: Case, part: Part, subjects: Subjects) -> dict[str, Any]:
    """What a body is told about a case of its own."""
    given = part if isinstance(part, Assignment) else None
    return {
        "number": case.number,
        "what": case.category.name if case.category else "",
        "part": given.kind if given else "",
        "due": subjects.minute(given.resolve_by or case.resolve_by) if given else "",
    }


def _bodies(event: OutboxEvent, rule: Rule, case: Case, subjects: Subjects) -> list[Part]:
    """Which bodies hear of it: their parts where they have one, else their keys."""
    if rule.whom == "new":
        return [*subjects.given(case.pk, event.at)]
    if rule.whom == "leaders":
        return [*sorted(subjects.leaders.get(case.pk, ()))]
    if rule.whom in {"returned", "proposed"}:
        named = subjects.returned if rule.whom == "returned" else subjects.proposed
        return [named[case.pk]] if case.pk in named else []
    lead = subjects.lead(case.pk, event.at)
    return [lead] if lead and lead.ended_at is None else []


def _notice(event: OutboxEvent, rule: Rule, case: Case, part: Part, subjects: Subjects) -> Notice:
    return Notice(
        organization_id=_key(part),
        kind=NoticeKind.CASE,
        case=case,
        event=event.seq,
        told={"kind": rule.body, **_inside(case, part, subjects)},
        at=event.at,
    )


def _key(part: Part) -> int:
    return part.organization_id if isinstance(part, Assignment) else part


def _give(notices: list[Notice]) -> None:
    """Each once: the row of the reader is locked, so nobody else gives the same."""
    if notices:
        emit_each(kind="notice_given", subjects=Notice.objects.bulk_create(notices))
