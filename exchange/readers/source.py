"""A file as the loader sees it: a header and batches of rows, read by a bounded process."""

import multiprocessing
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from exchange.readers.child import read_into
from exchange.readers.errors import UnreadableFile
from exchange.readers.request import FAULT, GEOMETRY, Header, ReadRequest

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["exchange.readers.child"])


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file: values by column, WKB (if the file has places), faults of single rows."""

    count: int
    values: dict[str, list[Any]]
    wkb: list[bytes | None] | None
    faults: list[str | None] | None


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file."""

    header: Header
    connection: Connection

    def batches(self) -> Iterator[Rows]:
        """All rows, once; raises UnreadableFile where the file breaks off."""
        while True:
            message = _received(self.connection)
            if isinstance(message, UnreadableFile):
                raise message
            if not message:
                return
            yield _rows(message)


@contextmanager
def open_source(
    path: Path,
    *,
    layer: str = "",
    encoding: str = "",
    headless: bool = False,
    wanted: tuple[str, ...] = (),
) -> Iterator[Source]:
    """Open a file of any make; raises UnreadableFile with one clear line.

    Parsing happens in a process with a memory limit, so that a hostile or broken file can end that
    process and nothing else; batches come through a pipe, so memory does not grow with the file.
    """
    with tempfile.TemporaryDirectory(prefix="lamplighter-load-") as folder:
        request = ReadRequest(str(path), folder, layer, encoding, headless, wanted)
        ours, theirs = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=read_into, args=(theirs, request), daemon=True)
        process.start()
        theirs.close()
        try:
            first = _received(ours)
            if isinstance(first, UnreadableFile):
                raise first
            yield Source(header=first, connection=ours)
        finally:
            ours.close()
            process.join(timeout=5)
            if process.is_alive():
                process.kill()
                process.join()


def _received(connection: Connection) -> Any:
    """The next message: an object, or the bytes of a batch (b'' is the end)."""
    try:
        message = connection.recv_bytes()
    except EOFError:
        raise UnreadableFile(
            "reader_failed", "the file made its reader fail; it is damaged, or much too large"
        ) from None
    if message[:1] == b"\x80":  # a pickle; Arrow streams begin with ff ff ff ff
        return pickle.loads(message)  # noqa: S301 (our own process wrote it)
    return message


def _rows(message: bytes) -> Rows:
    with pa.ipc.open_stream(message) as reader:
        batch = reader.read_next_batch()
    values = {}
    wkb: list[bytes | None] | None = None
    faults: list[str | None] | None = None
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name == GEOMETRY:
            wkb = column.to_pylist()
        elif name == FAULT:
            faults = column.to_pylist() if column.null_count < len(column) else None
        else:
            values[name] = column.to_pylist()
    return Rows(batch.num_rows, values, wkb, faults)
