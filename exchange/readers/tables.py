"""CSV and its kin: any delimiter, any encoding, row by row in chunks."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from exchange.readers.encodings import detect, known_encoding
from exchange.readers.errors import UnreadableFile
from exchange.readers.request import BATCH_ROWS, FAULT, Header, ReadRequest

LONGEST_FIELD = 64 << 20  # a polygon as text
_DELIMITERS = ",;\t|"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def open_table(path: Path, request: ReadRequest) -> tuple[Header, Iterator[pa.RecordBatch]]:
    """The columns of a text table, and its rows as text."""
    csv.field_size_limit(LONGEST_FIELD)
    encoding = known_encoding(request.encoding) if request.encoding else detect(_chunks(path))
    _check_decodes(path, encoding, said=bool(request.encoding))
    notes = []
    if encoding not in {"utf-8", "utf-8-sig"} and not request.encoding:
        notes.append(
            ("encoding_guessed", f"read as {encoding}; say --encoding if names look wrong")
        )
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.read(65536))
    rows = _rows(path, encoding, delimiter)
    first = next(rows, None)
    if first is None:
        raise UnreadableFile("empty_file", f"{path.name} has no rows")
    if request.headless:
        columns = [f"#{n}" for n in range(1, len(first) + 1)]
        rows = _with(first, rows)
    else:
        columns = distinct_names(first)
    header = Header(columns=columns, make="table", notes=notes)
    return header, _batches(rows, columns, path)


def distinct_names(names: list[str]) -> list[str]:
    """Column names without blanks and doubles: `column 3`, `name 2`."""
    seen: Counter[str] = Counter()
    result = []
    for number, raw in enumerate(names, start=1):
        name = str(raw or "").strip().lstrip("\ufeff") or f"column {number}"
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return result


def text_batch(
    columns: list[str], rows: list[list[str | None]], faults: list[str | None]
) -> pa.RecordBatch:
    """Rows of text (each as long as `columns`) as an Arrow batch with the column of faults."""
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [pa.array(values, pa.string()) for values in by_column]
    return pa.RecordBatch.from_arrays(
        [*arrays, pa.array(faults, pa.string())], names=[*columns, FAULT]
    )


def _with(first: list[str], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _check_decodes(path: Path, encoding: str, *, said: bool) -> None:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeError as error:
        hint = f"it looks like {detect(_chunks(path))}" if said else "say --encoding"
        raise UnreadableFile(
            "wrong_encoding",
            f"{path.name} is not in {encoding} ({error.reason}); {hint}"
            if isinstance(error, UnicodeDecodeError)
            else f"{path.name} is not in {encoding}; {hint}",
        ) from error


def _delimiter(start: str) -> str:
    """The delimiter that splits the first lines into the most columns of one count."""
    best, score = ",", 0.0
    for delimiter in _DELIMITERS:
        counts = Counter(
            len(row)
            for row in list(csv.reader(io.StringIO(start), delimiter=delimiter))[:50]
            if row
        )
        if not counts:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
        value = (width - 1) * times / counts.total()
        if value > score:
            best, score = delimiter, value
    return best


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                end = "unexpected end" in str(error)
                raise UnreadableFile(
                    "truncated_file" if end else "broken_table",
                    f"{path.name} is cut off inside a quoted value"
                    if end
                    else f"{path.name} line {reader.line_num}: {error}",
                ) from error
            if any(row):
                yield row


def _batches(rows: Iterator[list[str]], columns: list[str], path: Path) -> Iterator[pa.RecordBatch]:
    width = len(columns)
    kept: list[list[str | None]] = []
    faults: list[str | None] = []
    for row in rows:
        fault = None
        cells: list[str | None] = [*row]
        if len(row) != width:
            fault = f"ragged_row: the row has {len(row)} values, the header {width}"
            cells = (cells + [None] * width)[:width]
        kept.append(cells)
        faults.append(fault)
        if len(kept) >= BATCH_ROWS:
            yield text_batch(columns, kept, faults)
            kept, faults = [], []
    if kept:
        yield text_batch(columns, kept, faults)
