"""A client of the hub that reads a stream in a thread of its own."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Event:
    """One event as a browser would fire it."""

    id: str
    name: str
    data: dict[str, Any]


@dataclass
class Listener:
    """Reads until it is cut, or the stream ends; events in the order they came."""

    port: int
    headers: dict[str, str]
    last_id: str = ""
    query: str = ""
    events: list[Event] = field(default_factory=list)
    status: int = 0
    problem: dict[str, Any] = field(default_factory=dict)
    beats: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def open(self) -> Self:
        """Connect; returns when the answer's head has come."""
        headers = {"Accept": "text/event-stream", **self.headers}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self._connection.request("GET", f"/api/v1/live/{self.query}", headers=headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
        else:
            self.problem = json.loads(self._answer.read())
            self._connection.close()
        return self

    def cut(self) -> None:
        """Drop the connection; reading ends."""
        self._socket.shutdown(2)
        assert self.ended.wait(10)

    def _read(self) -> None:
        name = data = ""
        try:
            for raw in self._answer:
                line = raw.decode().rstrip("\n")
                field_name, _, value = line.partition(": ")
                match field_name:
                    case "id":
                        self.last_id = value
                    case "event":
                        name = value
                    case "data":
                        data = value
                    case "" if value == "beat":
                        self.beats += 1
                    case "":
                        if data:
                            self.events.append(
                                Event(self.last_id, name or "message", json.loads(data))
                            )
                        name = data = ""
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self._answer.close()
            self._connection.close()
            self.ended.set()

    @property
    def told(self) -> list[tuple[int, str]]:
        """Number and kind of the events and losses that were told."""
        return [
            (event.data["seq"], event.data["kind"])
            for event in self.events
            if event.name in {"message", "gone"}
        ]

    def named(self, name: str) -> list[Event]:
        """The events of one name."""
        return [event for event in self.events if event.name == name]

    def wait_for(self, condition: Callable[[Self], bool], seconds: float = 15) -> None:
        """Wait until something has come; fails with what came instead."""
        until = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < until, self.events
            time.sleep(0.02)
