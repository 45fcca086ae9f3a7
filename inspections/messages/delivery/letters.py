"""A message in the words of its way: a mail in two languages, a line for a robot, facts for a program."""

from dataclasses import dataclass, field
from typing import Any

from inspections.messages.delivery.models import Message, Transport
from inspections.messages.delivery.queries import tracking_address
from inspections.messages.delivery.words import LANGUAGES, text, title
from inspections.requests.models import Requester
from inspections.requests.privacy import unseal


@dataclass(frozen=True)
class Letter:
    """What is handed over."""

    subject: str
    text: str
    told: dict[str, Any] = field(default_factory=dict)


def letter_of(message: Message) -> Letter | None:
    """The message as it goes out; None where whoever it is for can no longer be reached."""
    match message.transport:
        case Transport.EMAIL:
            return _mail(message) if address_of(message, "email") else None
        case Transport.SMS:
            phone = address_of(message, "phone")
            return _program(message, {"phone": phone}) if phone else None
        case Transport.WEBHOOK:
            return _program(message, {})
    language = message.endpoint.language if message.endpoint else LANGUAGES[0]
    head, words = _said(message, language)
    return Letter(head, f"【{head}】{words}" if language != "en" else f"[{head}] {words}")


def address_of(message: Message, name: str) -> str:
    """The requester's e-mail address or telephone number, opened only to be used; blank if erased."""
    if message.request_id is None:
        return ""
    kept = Requester.objects.filter(request=message.request_id).first()
    return unseal(kept.sealed).get(name, "") if kept else ""


def _said(message: Message, language: str) -> tuple[str, str]:
    return title(message.kind, language), text(message.kind, message.told, language)


def _mail(message: Message) -> Letter:
    """Both languages, the city's own first: nobody was asked which one reads better."""
    where = tracking_address(str(message.told.get("code", "")))
    heads, parts = [], []
    for language in LANGUAGES:
        head, words = _said(message, language)
        heads.append(head)
        parts.append(f"{words}\n{where}".strip())
    return Letter(" / ".join(heads), "\n\n".join(parts) + "\n")


def _program(message: Message, more: dict[str, Any]) -> Letter:
    language = message.endpoint.language if message.endpoint else LANGUAGES[0]
    head, words = _said(message, language)
    told = {
        "id": message.key,
        "kind": message.kind,
        "at": message.happened_at.isoformat(),
        "title": head,
        "text": words,
        **{name: value for name, value in message.told.items() if value},
        **more,
    }
    return Letter(head, words, told)
