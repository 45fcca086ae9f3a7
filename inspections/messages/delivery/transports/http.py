"""JSON posted to an address: one request, no redirects, a bounded answer."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from inspections.messages.delivery.transports.outcome import Handing, Later, Refused, Unknown

LONGEST_ANSWER = 64 * 1024
AGAIN = {408, 425, 429}
LONGEST_PAUSE_S = 3600


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one if it is none."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


def post(address: str, content: bytes, headers: Mapping[str, str], *, handing: Handing) -> Answer:
    """Post and give the answer of a 2xx; raises Later, Refused or Unknown for all others."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused("bad_address")
    line = _line(parts.scheme, parts.hostname, parts.port)
    try:
        line.connect()
    except OSError as failed:
        line.close()
        raise Later("unreachable") from failed
    handing()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line.request(
            "POST", target, content, {"Content-Type": "application/json; charset=utf-8", **headers}
        )
        answer = line.getresponse()
        told = Answer(answer.status, answer.read(LONGEST_ANSWER))
        pause = answer.getheader("Retry-After", "")
    except (OSError, HTTPException) as broken:
        raise Unknown("broken") from broken
    finally:
        line.close()
    if 200 <= told.status < 300:
        return told
    if told.status in AGAIN or told.status >= 500:
        raise Later(f"http_{told.status}", _seconds(pause))
    raise Refused(f"http_{told.status}")


def _line(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=settings.SEND_TIMEOUT_S, context=context)
    return HTTPConnection(host, port, timeout=settings.SEND_TIMEOUT_S)


def _seconds(text: str) -> timedelta | None:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return None
    return timedelta(seconds=min(int(text), LONGEST_PAUSE_S))
