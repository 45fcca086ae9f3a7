"""The way from the public port to the hub, for where no proxy leads there: bytes are passed on.

A stream occupies a thread of the web process, but neither processor nor database: the thread waits
in `recv`. `docs/adr/0005-live-hub.md` says why this way.
"""

import http.client
import threading
from collections.abc import Mapping
from typing import Self

from django.conf import settings

from core.errors import DomainError

STREAMS = 128  # at one time, in one web process; its server has so many threads more than it needs
ANSWER_SECONDS = 10.0  # until the hub has let somebody in
SILENCE_SECONDS = 40.0  # it beats every 15
PASSED_ON = ("Accept-Language", "Authorization", "Cookie", "Last-Event-ID")


class HubMissing(DomainError):
    """Live events cannot be had at the moment; try again shortly."""

    status = 503
    zh = "实时消息暂不可用，请稍后重试。"


class StreamsFull(DomainError):
    """All {limit} places for live streams are taken; try again shortly."""

    status = 503
    zh = "实时连接已满(上限 {limit}),请稍后重试。"


_places = threading.BoundedSemaphore(STREAMS)


class Relay:
    """One stream of the hub, as the iterable that a WSGI server writes out and closes."""

    def __init__(self, path: str, headers: Mapping[str, str]) -> None:
        """Ask the hub; raises HubMissing or StreamsFull."""
        self._connection = _hub(ANSWER_SECONDS)
        if not _places.acquire(blocking=False):
            raise StreamsFull(limit=STREAMS)
        self._open = True
        try:
            self._connection.request("GET", path, headers=dict(headers))
            line = self._connection.sock
            self._answer = self._connection.getresponse()
            line.settimeout(SILENCE_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise HubMissing from error

    @property
    def status(self) -> int:
        """The hub's status code."""
        return self._answer.status

    @property
    def content_type(self) -> str:
        """The hub's media type."""
        return self._answer.getheader("Content-Type", "application/octet-stream")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        """Whatever has arrived, as soon as it has; a hub that fell ends the stream."""
        try:
            chunk = self._answer.read1(65536)
        except (OSError, http.client.HTTPException):
            chunk = b""
        if not chunk:
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Give the place back; the hub sees that nobody listens any more."""
        if self._open:
            self._open = False
            self._connection.close()  # an answer being read is closed with it
            _places.release()


def live_hub_fault() -> str:
    """What is wrong with the hub; empty if nothing is, or none is wanted."""
    if not settings.LIVE_HUB:
        return ""
    connection = _hub(2.0)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"the hub at {settings.LIVE_HUB} does not answer: {type(error).__name__}"
    finally:
        connection.close()
    return "" if status == http.client.OK else "the hub answers, but cannot read the outbox"


def _hub(timeout: float) -> http.client.HTTPConnection:
    host, _, port = settings.LIVE_HUB.rpartition(":")
    return http.client.HTTPConnection(host, int(port), timeout=timeout)
