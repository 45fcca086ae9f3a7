"""Excel workbooks: one sheet, its first filled row the header."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from exchange.readers.errors import UnreadableFile
from exchange.readers.request import BATCH_ROWS, Header, ReadRequest
from exchange.readers.tables import distinct_names, text_batch


def open_sheet(path: Path, request: ReadRequest) -> tuple[Header, Iterator[pa.RecordBatch]]:
    """The columns of a sheet (`--layer`, else the first that has rows), and its rows as text."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, EOFError, OSError) as error:
        raise UnreadableFile(
            "truncated_file", f"{path.name} is no whole Excel workbook ({error}); get it again"
        ) from error
    names = book.sheetnames
    if request.layer and request.layer not in names:
        raise UnreadableFile(
            "no_layer", f"{path.name} has no sheet {request.layer!r}; it has: {', '.join(names)}"
        )
    for name in [request.layer] if request.layer else names:
        rows = _filled(book[name].iter_rows(values_only=True))
        first = next(rows, None)
        if first is not None:
            break
    else:
        raise UnreadableFile("empty_file", f"{path.name} has no rows")
    width = max((n for n, value in enumerate(first, start=1) if value is not None), default=0)
    if request.headless:
        columns = [f"#{n}" for n in range(1, width + 1)]
        rows = _with(first, rows)
    else:
        columns = distinct_names([as_text(value) or "" for value in first[:width]])
    return Header(columns=columns, make="xlsx"), _batches(rows, columns)


def as_text(value: Any) -> str | None:
    """A cell as a person reads it: whole numbers without `.0`, dates as ISO."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2.0**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _with(first: tuple[Any, ...], rest: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield first
    yield from rest


def _filled(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        if any(value is not None and value != "" for value in row):
            yield row


def _batches(rows: Iterator[tuple[Any, ...]], columns: list[str]) -> Iterator[pa.RecordBatch]:
    width = len(columns)
    kept: list[list[str | None]] = []
    for row in rows:
        cells = [as_text(value) for value in row[:width]]
        kept.append(cells + [None] * (width - len(cells)))
        if len(kept) >= BATCH_ROWS:
            yield text_batch(columns, kept, [None] * len(kept))
            kept = []
    if kept:
        yield text_batch(columns, kept, [None] * len(kept))
