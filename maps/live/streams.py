"""One reader's stream: a bounded queue between the hub and a client, which may be slow."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from maps.live import frames
from maps.live.frames import Closing, Reset

HEARTBEAT_SECONDS = 15.0
QUEUE_LIMIT = 4096  # frames (110 bytes each) a client may lag behind before it loads anew


@dataclass(eq=False)
class Stream:
    """What is still to be said to one client; the hub puts in, the connection takes out."""

    user_id: int
    scope: Mapping[str, Any]  # of the request: it is asked again from time to time
    born: float = field(default_factory=time.monotonic)  # after it was admitted
    position: int = 0  # the newest event this client has passed, told or not
    _said: int = 0  # the newest id written into the stream
    _waiting: asyncio.Queue[tuple[int, bytes] | None] = field(
        default_factory=lambda: asyncio.Queue(QUEUE_LIMIT)
    )
    _ended: bool = False

    def say(self, seq: int, frame: bytes) -> None:
        """Put a frame into the queue; a client whose queue is full gets `reset`, and the end."""
        if self._ended:
            return
        if self._waiting.qsize() >= QUEUE_LIMIT - 1:
            self._end(seq, frames.reset(seq, Reset.TOO_SLOW))
        else:
            self._waiting.put_nowait((seq, frame))

    def close(self, reason: Closing) -> None:
        """End the stream: the rest of the queue is dropped, for it is no longer owed."""
        if not self._ended:
            self._end(self._said, frames.closed(reason))

    def _end(self, seq: int, last: bytes) -> None:
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait((seq, last))
        self._waiting.put_nowait(None)
        self._ended = True

    async def chunks(self, backlog: list[tuple[int, bytes]]) -> AsyncIterator[bytes]:
        """What to write: the opening, what was missed, then whatever comes, and a beat in silence."""
        yield frames.OPENING
        for seq, frame in backlog:
            self._said = seq
            yield frame
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    item = await self._waiting.get()
            except TimeoutError:
                yield self._beat()
                continue
            together = []
            while item is not None:
                self._said = item[0]
                together.append(item[1])
                if self._waiting.empty():
                    break
                item = self._waiting.get_nowait()
            if together:
                yield b"".join(together)
            if item is None:
                return

    def _beat(self) -> bytes:
        if self.position <= self._said:
            return frames.BEAT
        self._said = self.position
        return frames.BEAT + frames.passed(self.position)
