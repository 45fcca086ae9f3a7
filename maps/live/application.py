"""The hub's ASGI application: `GET /api/v1/live/`, and `/healthz` for probes; no page goes through it."""

import asyncio
import contextlib
import json
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.http import HttpResponse

from core.api import Unavailable, problem
from core.errors import DomainError, Missing
from core.models import User
from maps.live.door import admit
from maps.live.frames import Closing
from maps.live.hub import NO_DATABASE, Hub
from maps.live.streams import Stream

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = "/api/v1/live/"
WATCH_SECONDS = 15.0  # sessions and tokens are asked again
WRITE_SECONDS = 30.0  # a client that takes nothing for so long is given up
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

log = logging.getLogger(__name__)


class NotAllowed(DomainError):
    """Only GET is understood here."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    zh = "此处仅支持 GET。"


class LiveApplication:
    """One hub, started and stopped by the server's lifespan."""

    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and self.hub:
            await self._answer(self.hub, scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.hub = hub = Hub()
        tasks = [asyncio.create_task(work) for work in (hub.run(), hub.listen(), _watch(hub))]
        for task in tasks:
            task.add_done_callback(partial(_fell, hub))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await hub.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            await _send(send, _health(hub))
        elif scope["path"] != PATH:
            await _send(send, problem(Missing()))
        elif scope["method"] != "GET":
            await _send(send, problem(NotAllowed()))
        else:
            try:
                admitted = await hub.ask(admit, scope)
                if isinstance(admitted, HttpResponse):
                    await _send(send, admitted)
                    return
                stream = Stream(admitted.pk, scope)
                backlog = await hub.join(stream, _last_id(scope))
            except NO_DATABASE:
                await _send(send, problem(Unavailable()))
                return
            except DomainError as refusal:
                await _send(send, problem(refusal))
                return
            try:
                await _write(stream, backlog, receive, send)
            finally:
                hub.leave(stream)


async def _write(
    stream: Stream, backlog: list[tuple[int, bytes]], receive: Receive, send: Send
) -> None:
    """Write until the stream ends, or the client has gone, or takes nothing any more."""
    hung_up = asyncio.create_task(_hung_up(receive))
    writing = asyncio.create_task(_write_all(stream, backlog, send))
    try:
        await asyncio.wait([hung_up, writing], return_when=asyncio.FIRST_COMPLETED)
    finally:
        hung_up.cancel()
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await writing


async def _write_all(stream: Stream, backlog: list[tuple[int, bytes]], send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    async for chunk in stream.chunks(backlog):
        async with asyncio.timeout(WRITE_SECONDS):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _watch(hub: Hub) -> None:
    """End the streams of closed sessions and revoked tokens."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            for stream in hub.readers.streams:
                admitted = await hub.ask(admit, stream.scope)
                if not (isinstance(admitted, User) and admitted.pk == stream.user_id):
                    stream.close(Closing.SIGNED_OUT)
        except NO_DATABASE as error:
            log.warning("sessions could not be asked: %s", str(error).strip())


def _fell(hub: Hub, task: asyncio.Task[None]) -> None:
    """A bug ends the process, for the supervisor to start a fresh one; never a silent hub."""
    if not task.cancelled() and (fault := task.exception()):
        log.critical("the hub has fallen", exc_info=fault)
        for stream in hub.readers.streams:  # the server waits for them
            stream.close(Closing.STOPPING)
        signal.raise_signal(signal.SIGTERM)


def _last_id(scope: Scope) -> str:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if given := headers.get(b"last-event-id"):
        return given.decode("latin-1")
    query: bytes = scope["query_string"]
    asked = parse_qs(query.decode("latin-1"))
    return asked.get("last_event_id", [""])[-1]


def _health(hub: Hub) -> HttpResponse:
    state = {
        "status": "ok" if hub.alive else "unavailable",
        "listening": hub.listening,
        "streams": len(hub.readers.streams),
        "cursor": hub.cursor,
    }
    return HttpResponse(
        json.dumps(state), content_type="application/json", status=200 if hub.alive else 503
    )


async def _send(send: Send, answer: HttpResponse) -> None:
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.items()]
    headers.append((b"content-length", str(len(answer.content)).encode()))
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
