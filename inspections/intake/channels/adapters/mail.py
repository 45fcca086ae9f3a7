"""E-mail (RFC 5322) as mailboxes really hold it: charsets, encoded words, HTML alone, forwarded letters.

Read by hand over the tolerant parser: the strict one raises on headers that every mailbox has.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from core.errors import Invalid
from inspections.intake.channels.adapters.reading import Note, read_person, sane_instant
from inspections.intake.channels.charsets import decoded, decoded_header
from inspections.intake.channels.use_cases import Incoming, IncomingFile
from inspections.requests.use_cases import RequestRow

LONGEST_TEXT = 50_000
DEEPEST, MOST_PARTS = 10, 200
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"}
_UNSEEN = {"script", "style", "head", "title", "noscript"}


class NotMail(Invalid):
    """This is no e-mail message: it has no headers."""

    zh = "这不是电子邮件：没有邮件头。"


class NotAReport(Invalid):
    """Sent by a machine ({why}), not by a person: nothing was taken down."""

    zh = "自动发出的邮件（{why}），非群众来信，未受理。"


class NothingSaid(Invalid):
    """The message has neither subject, text nor attachment."""

    zh = "邮件没有主题、正文和附件。"


@dataclass
class _Read:
    """What has been read of a message so far."""

    texts: list[str] = field(default_factory=list)
    files: list[IncomingFile] = field(default_factory=list)
    parts: int = 0
    cut: bool = False


def read_mail(raw: bytes) -> Incoming:
    """One message; raises NotMail, NotAReport, NothingSaid."""
    message = message_from_bytes(raw)
    if not message.keys():
        raise NotMail
    if why := _automatic(message):
        raise NotAReport(why=why)
    subject = decoded_header(_raw(message, "Subject"))
    found = _Read()
    _read(message, found, 0)
    body = "\n\n".join(filter(None, (text.strip() for text in found.texts)))
    text = body if body.startswith(subject) else "\n\n".join(filter(None, (subject, body)))
    if not text and not found.files:
        raise NothingSaid
    notes: list[Note] = []
    if len(text) > LONGEST_TEXT:
        notes.append({"code": "text_cut", "length": len(text)})
    if found.cut:
        notes.append({"code": "parts_not_read"})
    name, address = _sender(message)
    return Incoming(
        external_id=_raw(message, "Message-ID").strip() or f"sha256-{_digest(raw)}",
        row=RequestRow(
            text=text[:LONGEST_TEXT],
            reported_at=sane_instant(notes, _date(message), _raw(message, "Date")),
            requester=read_person(notes, name=name, email=address),
        ),
        sender=address.lower(),
        files=found.files,
        notes=notes,
    )


def _raw(message: Message, name: str) -> str:
    """A header as it stands, bytes above 127 as surrogates; the tolerant parser would mask them."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return str(value)
    return ""


def _automatic(message: Message) -> str:
    """Which header says that no person wrote this; blank if none does."""
    if _raw(message, "Auto-Submitted").strip().lower() not in {"", "no"}:
        return "Auto-Submitted"
    if _raw(message, "Precedence").strip().lower() in {"bulk", "junk", "list"}:
        return "Precedence"
    if _raw(message, "Return-Path").strip() == "<>" or message.get_content_type() in {
        "multipart/report",
        "message/delivery-status",
    }:
        return "Return-Path"
    return "X-Autoreply" if _raw(message, "X-Autoreply") else ""


def _sender(message: Message) -> tuple[str, str]:
    """Name and address of the first sender."""
    for name, address in getaddresses([_raw(message, "From").replace("\n", " ")]):
        if name or address:
            return decoded_header(name), decoded_header(address)
    return "", ""


def _date(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_raw(message, "Date"))
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _read(part: Message, found: _Read, depth: int) -> None:
    """Texts and files of a part and all below it."""
    found.parts += 1
    if depth > DEEPEST or found.parts > MOST_PARTS:
        found.cut = True
        return
    kind = part.get_content_type()
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = [one for one in payload if isinstance(one, Message)]
        if kind == "multipart/alternative":
            _read_best(inner, found, depth)
        else:
            for one in inner:
                _read(one, found, depth + 1)
        return
    data = part.get_payload(decode=True)
    content = data if isinstance(data, bytes) else b""
    name = decoded_header(part.get_filename())
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind in {"text/plain", "text/html"} and not attached:
        text = decoded(content, _charset(part))
        found.texts.append(text_of(text) if kind == "text/html" else text)
    elif content:
        found.files.append(IncomingFile(name=name or kind, mime=kind, data=content))


def _read_best(choices: list[Message], found: _Read, depth: int) -> None:
    """Of several versions of one text the plain one, if it says anything; the files of all."""
    versions = []
    for one in choices:
        version = _Read(parts=found.parts)
        _read(one, version, depth + 1)
        found.parts, found.cut = version.parts, found.cut or version.cut
        found.files += version.files
        versions.append((one.get_content_type() != "text/plain", version.texts))
    for _, texts in sorted(versions, key=lambda version: version[0]):
        if any(text.strip() for text in texts):
            found.texts += texts
            return


def _charset(part: Message) -> str:
    stated = part.get_param("charset")
    return stated[2] if isinstance(stated, tuple) else str(stated or "")


class _Words(HTMLParser):
    """The words of a page, blocks on lines of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in _BLOCKS - {"br"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(re.sub(r"\s+", " ", data))


def text_of(html: str) -> str:
    """The words of an HTML text."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = ("".join(reader.words)).split("\n")
    return "\n".join(line for line in (line.strip() for line in lines) if line)
