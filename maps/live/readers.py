"""Who is listening: each user's streams, and what that user has lost from sight."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import DomainError
from maps.live import frames
from maps.live.frames import Happening
from maps.live.queries import Rights
from maps.live.streams import Stream

STREAMS_PER_USER = 16
LINGER_SECONDS = 120.0  # a reader who was cut off is kept in mind so long
LOSSES_KEPT = 1000


class TooManyStreams(DomainError):
    """You have {limit} live streams open already; close one first."""

    status = 429
    zh = "您已打开 {limit} 个实时连接，请先关闭其中一个。"


@dataclass(eq=False)
class Reader:
    """One user. Rights are asked once for all of a user's streams."""

    user_id: int
    since: int  # what this user lost from sight is known for events after this one
    rights: Rights
    streams: set[Stream] = field(default_factory=set)
    losses: deque[Happening] = field(default_factory=deque)
    rights_since: int = 0  # who read last before this number read with other rights
    left_at: float = field(default_factory=time.monotonic)

    def say(self, seq: int, frame: bytes) -> None:
        """Say it on each stream that has not passed that number."""
        for stream in self.streams:
            if seq > stream.position:
                stream.say(seq, frame)

    def lose(self, event: Happening) -> None:
        """Tell that the event's subject is gone, and remember it for streams that come back."""
        self.say(event.seq, frames.gone(event))
        self.losses.append(event)
        if len(self.losses) > LOSSES_KEPT:
            self.since = self.losses.popleft().seq


class Readers:
    """All readers by user, those who left a moment ago included."""

    def __init__(self) -> None:
        self._by_user: dict[int, Reader] = {}

    def __iter__(self) -> Iterator[Reader]:
        return iter(list(self._by_user.values()))

    def known(self, user_id: int) -> Reader | None:
        """The reader of this user, if there is or just was one."""
        return self._by_user.get(user_id)

    def add(self, reader: Reader) -> None:
        """Keep a reader in mind."""
        self._by_user[reader.user_id] = reader

    def check_room(self, user_id: int) -> None:
        """Raises TooManyStreams."""
        reader = self._by_user.get(user_id)
        if reader and len(reader.streams) >= STREAMS_PER_USER:
            raise TooManyStreams(limit=STREAMS_PER_USER)

    def leave(self, stream: Stream) -> None:
        """A stream has ended; its reader is forgotten a while later."""
        if reader := self._by_user.get(stream.user_id):
            reader.streams.discard(stream)
            if not reader.streams:
                reader.left_at = time.monotonic()

    def forget_absent(self) -> None:
        """Forget who left long ago."""
        for user_id, reader in list(self._by_user.items()):
            absent = 0.0 if reader.streams else time.monotonic() - reader.left_at
            if absent > LINGER_SECONDS:
                del self._by_user[user_id]

    @property
    def streams(self) -> list[Stream]:
        """Every open stream."""
        return [stream for reader in self._by_user.values() for stream in reader.streams]
