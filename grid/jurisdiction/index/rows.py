"""Rows of dataclasses and their shapes as Arrow files, mapped into memory and read where they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from grid.jurisdiction.ground import PartyRow, Shapes, Span

Row = TypeVar("Row")

MOMENT = pa.timestamp("us", tz="UTC")
TYPES: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date | None: pa.date32(),
    datetime | None: MOMENT,
    frozenset[str]: pa.list_(pa.string()),
}


def write_rows(
    path: Path, kind: type[Any], rows: Sequence[Any], shapes: Shapes | None = None
) -> None:
    """Write rows of a dataclass of plain values, spans and sets of words, with their shapes."""
    columns: dict[str, pa.Array] = {}
    for f in fields(kind):
        values = [getattr(row, f.name) for row in rows]
        if f.type is Span:
            columns[f"{f.name} from"] = pa.array([v.start for v in values], MOMENT)
            columns[f"{f.name} to"] = pa.array([v.end for v in values], MOMENT)
        else:
            kept = [sorted(v) if isinstance(v, frozenset) else v for v in values]
            columns[f.name] = pa.array(kept, TYPES[f.type])
    if shapes is not None:
        wkb = [] if not len(shapes) else shapely.to_wkb(np.asarray(shapes, dtype=object)).tolist()
        columns["shape"] = pa.array(wkb, pa.large_binary())
    table = pa.table(columns)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all().combine_chunks()


class KeptRows(Sequence[Row], Generic[Row]):
    """Rows in a file: one is made when it is asked for; going through them makes them all, once."""

    def __init__(self, path: Path, kind: type[Row]) -> None:
        self.kind, self.table = kind, _mapped(path)
        self._fields: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, number: int) -> Row: ...
    @overload
    def __getitem__(self, number: slice) -> list[Row]: ...
    def __getitem__(self, number: int | slice) -> Row | list[Row]:
        if isinstance(number, slice):
            start, stop, _ = number.indices(len(self))
            return self._made(self.table.slice(start, max(stop - start, 0)))
        if "_all" in self.__dict__:
            return self._all[number]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._made(self.table.slice(number, 1))[0]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all)

    @cached_property
    def _all(self) -> list[Row]:
        return self._made(self.table)

    def _made(self, table: pa.Table) -> list[Row]:
        columns: list[list[Any]] = []
        for f in self._fields:
            if f.type is Span:
                ends = (table[f"{f.name} from"].to_pylist(), table[f"{f.name} to"].to_pylist())
                columns.append([Span(*pair) for pair in zip(*ends, strict=True)])
            elif f.type == frozenset[str]:
                columns.append([frozenset(words) for words in table[f.name].to_pylist()])
            else:
                columns.append(table[f.name].to_pylist())
        return [self.kind(*values) for values in zip(*columns, strict=True)]


class KeptShapes:
    """Shapes in a file, taken by number or numbers as from an array; as an array they are all made, once."""

    def __init__(self, path: Path) -> None:
        self.column = _mapped(path)["shape"]

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, number: Any) -> Any:
        if "_all" in self.__dict__:
            return self._all[number]
        if isinstance(number, int | np.integer):
            return shapely.from_wkb(self.column[int(number)].as_py())
        return _from_wkb(self.column.take(pa.array(np.asarray(number, np.int64))))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Shapes:
        return self._all

    @cached_property
    def _all(self) -> Shapes:
        return _from_wkb(self.column)


def _from_wkb(column: Any) -> Shapes:
    made: Shapes = np.asarray(
        shapely.from_wkb(np.array([*column.to_pylist(), None], dtype=object)), dtype=object
    )[:-1]
    return made


class KeptParties(Mapping[str, Sequence[PartyRow]]):
    """What the records of facilities say, by code: a run of rows in a file."""

    def __init__(
        self, rows: KeptRows[PartyRow], codes: Sequence[str], first: npt.NDArray[Any]
    ) -> None:
        self.rows, self.codes, self.first = rows, codes, first

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {code: n for n, code in enumerate(self.codes)}

    def __getitem__(self, code: str) -> Sequence[PartyRow]:
        number = self._numbers[code]
        return self.rows[int(self.first[number]) : int(self.first[number + 1])]

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)
