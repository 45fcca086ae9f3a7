"""The reading process: opens a file, sends its header and its batches, or one line of refusal."""

import resource
import tempfile
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa

from exchange.readers.errors import UnreadableFile
from exchange.readers.parquets import open_parquet
from exchange.readers.request import Header, ReadRequest
from exchange.readers.sheets import open_sheet
from exchange.readers.sniff import make_of
from exchange.readers.tables import open_table
from exchange.readers.unpack import gunzip, unzip
from exchange.readers.vectors import open_vector

MOST_MEMORY = 6 * 1024**3  # address space, of which Arrow and GDAL reserve much and use little


def read_into(connection: Connection, request: ReadRequest) -> None:
    """Send the header, then each batch as Arrow IPC bytes, then b''; or an UnreadableFile."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tempfile.tempdir = request.folder
    warnings.simplefilter("ignore")  # GDAL's remarks on single shapes: we judge them ourselves
    try:
        header, batches = open_file(request)
        connection.send(header)
        for batch in batches:
            connection.send_bytes(_packed(batch))
        connection.send_bytes(b"")
    except UnreadableFile as error:
        connection.send(error)
    except MemoryError:
        connection.send(UnreadableFile("too_large", f"{request.path} needs too much memory"))
    except BrokenPipeError:
        return
    finally:
        connection.close()


def open_file(request: ReadRequest) -> tuple[Header, Iterator[pa.RecordBatch]]:
    """The header and the batches of a file of any make."""
    path = Path(request.path)
    make = make_of(path)
    for _ in range(3):
        if make == "gzip":
            path = gunzip(path, Path(request.folder))
        elif make == "zip":
            path = unzip(path, Path(request.folder), request.layer)
        else:
            break
        make = make_of(path)
    if make == "table":
        return open_table(path, request)
    if make == "xlsx":
        return open_sheet(path, request)
    if make == "parquet":
        return open_parquet(path, request)
    return open_vector(path, make, request)


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())
