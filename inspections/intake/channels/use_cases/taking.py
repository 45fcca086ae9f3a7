"""What a channel sends becomes a request, once for each number of the channel's own (F1)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.errors import DomainError
from core.models import User
from core.operations import DifferentContent
from grid.catalogue.models import Urgency
from grid.evidence.models import StoredFile
from grid.evidence.use_cases import keep_file
from inspections.cases.models import Case
from inspections.intake.channels.models import LONGEST_ID, ChannelReceipt, IntakeChannel
from inspections.intake.channels.queries import refuse_retired
from inspections.intake.channels.use_cases.attaching import attach
from inspections.intake.channels.use_cases.fast_lane import send_directly
from inspections.intake.channels.use_cases.places import facility_spoken_of
from inspections.intake.use_cases.receiving import receive
from inspections.requests.models import ServiceRequest
from inspections.requests.privacy import keyed
from inspections.requests.use_cases import RequestRow
from inspections.requests.use_cases.requesters import Person

MOST_FILES = 20
Note = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class IncomingFile:
    """A file that came along, under the name its sender gave it."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a channel sends, whichever it is: its own number, what was said, what came along.

    `sender` is whatever the channel knows its sender by, for follow-ups; kept as a keyed mark only.
    """

    external_id: str
    row: RequestRow
    urgency: str = Urgency.NORMAL
    sender: str = ""
    files: Sequence[IncomingFile] = ()
    notes: Sequence[Note] = field(default=())
    joins: Case | None = None
    own_case: bool = False


@dataclass(frozen=True)
class TakenIn:
    """The request, its case if one was opened, why not, and whether it had come in before."""

    request: ServiceRequest
    case: Case | None
    why_no_case: DomainError | None
    repeated: bool
    joined: bool = False


def take_in(channel: IntakeChannel, incoming: Incoming, *, actor: User) -> TakenIn:
    """Record it once, open its case, keep its files: all or nothing.

    A number that came in before gives the first request again; with other contents it raises
    DifferentContent. Two at once wait for each other. Raises ChannelRetired for what is new.
    """
    row = _placed(replace(incoming.row, channel=channel.channel_name or channel.channel))
    incoming = replace(incoming, row=row, external_id=short_id(incoming.external_id))
    content = _content(incoming)
    files, notes = _kept(incoming)
    with transaction.atomic():
        _hold(channel, incoming.external_id)
        known = (
            ChannelReceipt.objects.filter(channel=channel, external_id=incoming.external_id)
            .select_related("request")
            .first()
        )
        if known is not None:
            if known.content_mark not in _marks(content):
                raise DifferentContent(key=incoming.external_id)
            return TakenIn(known.request, _case_of(known.request), None, repeated=True)
        refuse_retired(channel)
        received = receive(
            row,
            actor=actor,
            urgency=incoming.urgency,
            joins=incoming.joins,
            own_case=incoming.own_case,
        )
        attach(
            received.request, files, actor=actor, category=row.category, accuracy_m=row.accuracy_m
        )
        receipt = ChannelReceipt.objects.create(
            channel=channel,
            external_id=incoming.external_id,
            request=received.request,
            content_mark=_marks(content)[0],
            sender_mark=keyed("sender", incoming.sender) if incoming.sender else "",
            notes=[*incoming.notes, *notes],
            received_at=timezone.now(),
        )
        if channel.direct and received.case is not None and not received.joined:
            hindrance = send_directly(channel, received.case)
            if hindrance is not None:
                receipt.notes = [
                    *receipt.notes,
                    {"code": "not_sent_directly", "why": hindrance.code},
                ]
                receipt.save(update_fields=["notes"])
    return TakenIn(
        received.request,
        received.case,
        received.why_no_case,
        repeated=False,
        joined=received.joined,
    )


def short_id(external_id: str) -> str:
    """The channel's number as it is kept: one that is too long as a digest of itself."""
    cleaned = external_id.replace("\x00", "").strip()
    return cleaned if len(cleaned) <= LONGEST_ID else f"sha256-{keyed('long-id', cleaned)}"


def _placed(row: RequestRow) -> RequestRow:
    """Where no place was stated: at the facility that is named, or the one the text names by its code."""
    if row.place is not None or row.lon is not None:
        return row
    found = facility_spoken_of(row.facility_code or row.text)
    if found is None:
        return row
    code, place, category = found
    return replace(row, facility_code=code, place=place, category=row.category or category)


def _hold(channel: IntakeChannel, external_id: str) -> None:
    """Whoever brings the same number at the same time waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"lamplighter.intake|{channel.pk}|{external_id}"],
        )


def _case_of(request: ServiceRequest) -> Case | None:
    link = request.links.filter(left_at__isnull=True).select_related("case").first()
    return link.case if link else None


def _kept(incoming: Incoming) -> tuple[list[StoredFile], list[Note]]:
    """The files that can be evidence, kept by content; a note for each that cannot."""
    kept, notes = [], []
    for number, file in enumerate(incoming.files):
        if number >= MOST_FILES:
            notes.append(_note(file, "too_many_files", f"more than {MOST_FILES}"))
            continue
        try:
            kept.append(keep_file(BytesIO(file.data), size=len(file.data)))
        except DomainError as refused:
            notes.append(_note(file, refused.code, refused.message))
    return kept, notes


def _note(file: IncomingFile, why: str, words: str) -> Note:
    return {
        "code": "file_not_kept",
        "filename": file.name[:200],
        "mime": file.mime[:100],
        "size": len(file.data),
        "why": why,
        "words": words,
    }


def _content(incoming: Incoming) -> str:
    """All that was said, in one spelling; the time is left out, for a repeat may state another."""
    row, person = incoming.row, incoming.row.requester or Person()
    return json.dumps(
        [
            row.text,
            row.nature,
            row.category.pk if row.category else row.category_name,
            row.place.ewkt if row.place else [row.lon, row.lat, row.datum],
            row.facility_code,
            [person.name, person.phone, person.email, person.kind],
            incoming.sender,
            sorted(hashlib.sha256(file.data).hexdigest() for file in incoming.files),
        ]
    )


def _marks(content: str) -> list[str]:
    """The mark of a content under every key, the present one first."""
    return [keyed("intake", content, key) for key in settings.PRIVACY_KEYS]
