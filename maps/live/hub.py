"""The hub: reads the outbox in commit order and tells each reader what that reader may see.

One task per process. A commit wakes it (`LISTEN`), or a poll does; it then takes a snapshot, reads
the events after its cursor in it, and asks for each reader which subjects are visible *after* these
events and, of the rest, which were visible *before* them, in the snapshot of the round before. What
is visible is told; what only was visible is `gone`; of the rest nothing is said.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError

from core.outbox import CHANNEL
from maps.live import frames
from maps.live.frames import Closing, Happening, Reset, Subject
from maps.live.queries import Standing, happenings_after, newest_number, standing, types_lately
from maps.live.readers import Reader, Readers
from maps.live.sights import Sights
from maps.live.snapshots import Snapshot, Snapshots, connect
from maps.live.streams import Stream

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 2  # questions to the database at one time; each has a connection of the pool
POLL_SECONDS = 5.0  # a round at the latest, so that no snapshot is held for long
POLL_SECONDS_DEAF = 2.0  # while LISTEN is broken
ROUND_LIMIT = 500  # events decided at once
CATCH_UP_LIMIT = 5000  # who missed more than this loads anew
NO_DATABASE = (psycopg.OperationalError, OperationalError, InterfaceError)

log = logging.getLogger(__name__)


class Hub:
    """All streams of this process, and the one task that feeds them."""

    def __init__(self) -> None:
        self.readers = Readers()
        self.listening = False
        self.cursor = -1  # the newest event decided; -1: nothing was read yet
        self._before: Snapshot | None = None
        self._snapshots = Snapshots()
        self._sights = Sights()
        self._threads = ThreadPoolExecutor(THREADS, "live")
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()  # a round, or a stream joining: never both
        self._taken_at = self._round_at = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether a round succeeded lately."""
        return self.cursor >= 0 and time.monotonic() - self._round_at < 3 * POLL_SECONDS

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Put a blocking question to the database in one of the hub's threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: question(*args, **kwargs))

    # ── Its tasks ────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Rounds, for ever: when woken, and at the latest when the poll is due."""
        while True:
            try:
                async with self._turn:
                    await self._round()
            except NO_DATABASE as error:
                log.warning("no database, tried again in 2 s: %s", str(error).strip())
                await self._lose_before()
                await asyncio.sleep(POLL_SECONDS_DEAF)
            self.readers.forget_absent()
            pause = POLL_SECONDS if self.listening else POLL_SECONDS_DEAF
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def listen(self) -> None:
        """Wake the rounds at every commit with events; connect again whenever that breaks."""
        while True:
            try:
                async with await connect() as ear:
                    await ear.execute(f"LISTEN {CHANNEL}")
                    self.listening = True
                    self._wake.set()
                    async for _ in ear.notifies():
                        self._wake.set()
            except psycopg.OperationalError as error:
                log.warning("LISTEN broke, polling meanwhile: %s", str(error).strip())
            finally:
                self.listening = False
            await asyncio.sleep(POLL_SECONDS_DEAF)

    async def close(self) -> None:
        """End every stream and connection."""
        for stream in self.readers.streams:
            stream.close(Closing.STOPPING)
        await self._lose_before()
        await self._snapshots.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # ── A round ──────────────────────────────────────────────────────────────────────────────────

    async def _round(self) -> None:
        self._wake.clear()
        taken_at = time.monotonic()
        after = await self._snapshots.take()
        try:
            if self.cursor < 0:
                self.cursor = await self.ask(newest_number)
                self._sights.types = await self.ask(types_lately, self.cursor)
            users = [reader.user_id for reader in self.readers]
            self._note_rights(await self.ask(standing, after.id, users))
            while events := await self.ask(happenings_after, after.id, self.cursor, ROUND_LIMIT):
                await self._decide(events, after)
                self.cursor = events[-1].seq
        except BaseException:
            await self._snapshots.drop(after)
            raise
        before, self._before = self._before, after
        if before:
            await self._snapshots.release(before)
        self._taken_at, self._round_at = taken_at, time.monotonic()

    async def _lose_before(self) -> None:
        if self._before:
            await self._snapshots.drop(self._before)
        self._before = None

    async def _decide(self, events: list[Happening], after: Snapshot) -> None:
        """Tell these events to everybody whom they concern."""
        readers = list(self.readers)
        subjects = {event.subject for event in events}
        wanted = {reader.user_id: subjects for reader in readers}
        seen = await self.ask(self._sights.seen, after.id, wanted)
        hidden = {user: unseen for user, mine in seen.items() if (unseen := subjects - mine)}
        lost = await self.ask(self._sights.seen, self._before.id, hidden) if self._before else {}
        for reader in readers:
            _tell(reader, events, seen[reader.user_id], set(lost.get(reader.user_id, ())))
            if reader.user_id in hidden and not self._before:
                reader.say(events[-1].seq, frames.recheck(events[-1].seq))
            for stream in reader.streams:
                stream.position = max(stream.position, events[-1].seq)

    def _note_rights(self, now: Standing) -> None:
        """Whose rights are others than in the round before loads anew."""
        self._sights.keep(now)
        for reader in self.readers:
            rights = now.rights.get(reader.user_id, ())
            if reader.rights != rights:
                reader.rights, reader.rights_since = rights, self.cursor + 1
                for stream in reader.streams:
                    stream.say(self.cursor, frames.reset(self.cursor, Reset.RIGHTS_CHANGED))

    # ── Streams ──────────────────────────────────────────────────────────────────────────────────

    async def join(self, stream: Stream, last_id: str) -> list[tuple[int, bytes]]:
        """Let a stream in; gives what to say first. Raises TooManyStreams, or without a database."""
        self.readers.check_room(stream.user_id)
        async with self._turn:
            if self._before is None or self._taken_at <= stream.born:
                await self._round()  # one serves all who wait here
            assert self._before is not None  # noqa: S101 — a round leaves one
            reader = self.readers.known(stream.user_id)
            if reader is None:
                now = await self.ask(standing, self._before.id, [stream.user_id])
                await self.ask(self._sights.begin, self._before.id, now)
                rights = now.rights.get(stream.user_id, ())
                reader = Reader(stream.user_id, since=self.cursor + 1, rights=rights)
                self.readers.add(reader)
            first = await self._missed(reader, stream, last_id)
            reader.since = min(reader.since, self.cursor)
            reader.streams.add(stream)
            return first

    async def _missed(
        self, reader: Reader, stream: Stream, last_id: str
    ) -> list[tuple[int, bytes]]:
        """What a stream that comes back has missed up to the cursor; sets its position."""
        stream.position = self.cursor
        if not last_id:
            return [(self.cursor, frames.ready(self.cursor))]
        seq = frames.last_id(last_id)
        newest = max(self.cursor, await self.ask(newest_number) if seq else 0)
        if seq is None or seq > newest:
            return [(self.cursor, frames.reset(self.cursor, Reset.UNKNOWN_ID))]
        if self.cursor - seq > CATCH_UP_LIMIT:
            return [(self.cursor, frames.reset(self.cursor, Reset.TOO_OLD))]
        if seq < reader.rights_since:
            return [(self.cursor, frames.reset(self.cursor, Reset.RIGHTS_CHANGED))]
        stream.position = max(seq, self.cursor)
        events = await self._visible_since(stream.user_id, seq)
        said = [(event.seq, frames.told(event)) for event in events]
        if reader.since <= seq:
            seen = {event.subject for event in events}  # lost and found again is not lost
            lost = [event for event in reader.losses if event.seq > seq]
            said += [(e.seq, frames.gone(e)) for e in lost if e.subject not in seen]
            said.sort(key=lambda item: item[0])
        else:
            said.append((stream.position, frames.recheck(stream.position)))
        return [*said, (stream.position, frames.ready(stream.position))]

    async def _visible_since(self, user_id: int, seq: int) -> list[Happening]:
        """The events between `seq` and the cursor that the user may see now."""
        assert self._before is not None  # noqa: S101 — `join` has seen to it
        found = list[Happening]()
        while seq < self.cursor:
            events = await self.ask(happenings_after, self._before.id, seq, ROUND_LIMIT)
            subjects = {event.subject for event in events}
            seen = await self.ask(self._sights.seen, self._before.id, {user_id: subjects})
            found += [event for event in events if event.subject in seen[user_id]]
            seq = events[-1].seq
        return found

    def leave(self, stream: Stream) -> None:
        """A stream's connection has ended."""
        self.readers.leave(stream)


def _tell(
    reader: Reader, events: list[Happening], seen: frozenset[Subject], lost: set[Subject]
) -> None:
    for event in events:
        if event.subject in seen:
            reader.say(event.seq, frames.told(event))
        elif event.subject in lost:
            lost.discard(event.subject)
            reader.lose(event)
