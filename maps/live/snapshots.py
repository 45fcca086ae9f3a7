"""Two states of the database held side by side: before the newest events, and after them.

Whether a right was lost is the difference between the two. A state is held by a connection of its
own, outside the pool, in a transaction that exports its snapshot for others to look through.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import AsyncConnection

_TAKE = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SELECT pg_export_snapshot()
"""


async def connect() -> AsyncConnection[tuple[Any, ...]]:
    """A connection outside the pool; a server that falls silent is noticed within a minute."""
    parameters = connection.get_connection_params()
    del parameters["cursor_factory"]
    return await AsyncConnection.connect(
        **parameters,
        autocommit=True,
        keepalives_idle=20,
        keepalives_interval=10,
        keepalives_count=3,
    )


@dataclass
class Snapshot:
    """One state; good as long as it is held."""

    id: str
    holder: AsyncConnection[tuple[Any, ...]]


class Snapshots:
    """Takes states and lets them go; two connections serve in turn."""

    def __init__(self) -> None:
        self._idle: list[AsyncConnection[tuple[Any, ...]]] = []

    async def take(self) -> Snapshot:
        """Hold the present state. Raises psycopg.OperationalError without a database."""
        holder = self._idle.pop() if self._idle else await connect()
        cursor = await holder.execute(_TAKE)
        cursor.nextset()
        row = await cursor.fetchone()
        assert row is not None  # noqa: S101 — the function returns one row
        return Snapshot(str(row[0]), holder)

    async def release(self, snapshot: Snapshot) -> None:
        """Let a state go; its connection takes the next."""
        await snapshot.holder.execute("ROLLBACK")
        self._idle.append(snapshot.holder)

    async def drop(self, snapshot: Snapshot) -> None:
        """Let a state go, its connection with it: something went wrong with it."""
        await snapshot.holder.close()

    async def close(self) -> None:
        """End the idle connections."""
        while self._idle:
            await self._idle.pop().close()
