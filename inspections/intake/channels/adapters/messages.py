"""Messages as JSON or forms: SMS gateways, apps, town-hall websites, kiosks.

Fields go by their plain names, or by those that common gateways use. Only a number of the sender's
own and a text are needed. A position in a wrong place or unreadable keeps nobody from being heard.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from core.errors import Invalid
from grid.catalogue.models import Urgency
from grid.ground.datums import WGS84, UnknownDatum, parse_datum
from inspections.intake.channels.adapters.reading import (
    Note,
    as_note,
    first,
    read_category,
    read_instant,
    read_number,
    read_person,
)
from inspections.intake.channels.use_cases import Incoming, IncomingFile
from inspections.requests.use_cases import BadPlace, RequestRow, point_place

LONGEST_TEXT = 10_000
MOST_ACCURACY_M = 50_000


class MessageUnreadable(Invalid):
    """The body is neither a JSON object nor a form."""

    zh = "消息正文既不是 JSON 对象，也不是表单。"


class MessageIncomplete(Invalid):
    """A message needs '{field}'."""

    zh = "消息缺少“{field}”。"


def read_message(body: bytes, content_type: str) -> Incoming:
    """One message; raises MessageUnreadable, MessageIncomplete."""
    return message_of(told_in(body, content_type))


def message_of(told: Mapping[str, Any]) -> Incoming:
    """What the fields of a message say; raises MessageIncomplete."""
    external_id = first(told, "id", "external_id", "message_id", "MessageSid", "msgid", "msg_id")
    text = first(told, "text", "content", "message", "Body")
    if not external_id:
        raise MessageIncomplete(field="id")
    if not text:
        raise MessageIncomplete(field="text")
    notes: list[Note] = []
    phone = first(told, "phone", "from", "From", "mobile", "sender")
    category, category_name = read_category(notes, first(told, "category"))
    urgency = first(told, "urgency").lower()
    row = RequestRow(
        category=category,
        category_name=category_name,
        nature=first(told, "nature"),
        text=_with_address(text, first(told, "address"))[:LONGEST_TEXT],
        reported_at=read_instant(notes, first(told, "reported_at", "at", "time", "timestamp")),
        facility_code=first(told, "facility")[:64],
        requester=read_person(
            notes,
            name=first(told, "name"),
            phone=phone,
            email=first(told, "email"),
            kind=first(told, "requester_kind"),
        ),
        **read_place(notes, told),
    )
    return Incoming(
        external_id=external_id,
        row=row,
        urgency=urgency if urgency in Urgency.values else Urgency.NORMAL.value,
        sender=phone,
        files=_files(notes, told.get("photos")),
        notes=notes,
    )


def told_in(body: bytes, content_type: str) -> Mapping[str, Any]:
    """The fields of a JSON object or a form; raises MessageUnreadable."""
    try:
        if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode(), max_num_fields=200))
        told = json.loads(body)
        json.dumps(told, ensure_ascii=False).encode()  # half a character cannot be stored
    except (ValueError, RecursionError) as wrong:
        raise MessageUnreadable from wrong
    if not isinstance(told, dict):
        raise MessageUnreadable
    return told


def read_place(notes: list[Note], told: Mapping[str, Any]) -> dict[str, Any]:
    """lon, lat, datum and accuracy as stated, where they are a position on earth."""
    lon, lat = (read_number(notes, told, name) for name in ("lon", "lat"))
    if lon is None or lat is None:
        return {}
    datum = first(told, "datum").lower() or WGS84.name
    try:
        point_place(lon, lat, parse_datum(datum))
    except (BadPlace, UnknownDatum) as refused:
        notes.append(as_note(refused))
        return {}
    accuracy = read_number(notes, told, "accuracy_m")
    known = accuracy is not None and 0 <= accuracy <= MOST_ACCURACY_M
    return {"lon": lon, "lat": lat, "datum": datum, "accuracy_m": accuracy if known else None}


def _with_address(text: str, address: str) -> str:
    return f"{text}\n地址：{address}" if address and address not in text else text


def _files(notes: list[Note], photos: Any) -> list[IncomingFile]:
    """Photos that came along in base64, bare or as data URLs, or as {name, data}."""
    files = []
    for number, photo in enumerate(photos if isinstance(photos, list) else [], 1):
        named = photo if isinstance(photo, dict) else {"data": photo}
        data = str(named.get("data", "")).rpartition(",")[2]
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            notes.append({"code": "file_not_kept", "filename": f"{number}", "why": "not base64"})
            continue
        name = first(named, "name") or f"photo-{number}"
        files.append(IncomingFile(name=name, mime=first(named, "mime"), data=content))
    return files
