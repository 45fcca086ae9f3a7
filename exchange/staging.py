"""From a file's batches to the staging table: values read, places cleaned, faults noted."""

import json
import math
from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any

import numpy as np
import shapely

from exchange.columns import Mapping
from exchange.fields import Field
from exchange.layers.base import Layer, Options
from exchange.places import Ground, Places, clean, from_numbers, from_text, from_wkb
from exchange.readers.source import Rows, Source
from exchange.report import Report
from exchange.stage import Stage
from exchange.values import BadValue, plain
from grid.ground.datums import Datum

TAGS = "other_tags"
_MEMO = 20_000


def fill(
    stage: Stage,
    source: Source,
    *,
    layer: Layer,
    options: Options,
    mapping: Mapping,
    datum: Datum,
    ground: Ground,
    zone: tzinfo,
    report: Report,
    progress: Callable[[int], None],
) -> None:
    """Read the whole file into the staging table; memory holds one batch at a time."""
    readers = [_Reader(field, layer, options, mapping, zone) for field in stage.fields]
    first = 1
    for batch in source.batches():
        places = _places(batch, layer, options, mapping, datum, ground)
        if places is not None:
            for row, reason in places.repaired.items():
                report.warn("repaired", f"row {first + row}: {reason}")
        stage.copy(_staged(batch, first, readers, places, mapping, stage))
        first += batch.count
        report.read += batch.count
        progress(batch.count)
    stage.finish()


class _Reader:
    """Reads one field of all rows; values seen before are not read again."""

    def __init__(
        self, field: Field, layer: Layer, options: Options, mapping: Mapping, zone: tzinfo
    ) -> None:
        self.field = field
        self.zone = zone
        self.column = mapping.fields.get(field.name)
        self.constant = mapping.constants.get(field.name)
        self.may_be_blank = not field.required or (
            field.name == "code" and layer.generates_codes and options.generate_codes
        )
        self.memo: dict[Any, Any] = {}

    def read(self, batch: Rows, faults: list[tuple[str, str] | None]) -> list[Any]:
        """The field's values; what cannot be read, or may not be blank, becomes a fault."""
        if self.constant is not None:
            raw: list[Any] = [self.constant] * batch.count
        elif self.column is not None:
            raw = batch.values.get(self.column) or [None] * batch.count
        else:
            return [None] * batch.count
        memo = self.memo
        if len(memo) > _MEMO:
            memo.clear()
        out = []
        for row, value in enumerate(raw):
            key = value if value.__hash__ else str(value)
            if key in memo:
                found = memo[key]
            else:
                found = memo[key] = self._one(value)
            if isinstance(found, BadValue):
                faults[row] = faults[row] or (found.code, f"{self.field.name}: {found.message}")
                found = None
            out.append(found)
        return out

    def _one(self, value: Any) -> Any:
        try:
            found = self.field.parse(value, self.zone)
        except BadValue as error:
            return error
        if (found is None or found == []) and not self.may_be_blank:
            return BadValue(f"blank_{self.field.name}", "is blank")
        return found


def _places(
    batch: Rows,
    layer: Layer,
    options: Options,
    mapping: Mapping,
    datum: Datum,
    ground: Ground,
) -> Places | None:
    """The batch's geometry, from where the file has it; None if the layer takes none."""
    if not layer.shape.dimensions:
        return None
    if batch.wkb is not None:
        places = from_wkb(batch.wkb)
    elif mapping.wkt:
        places = from_text(batch.values[mapping.wkt])
    elif mapping.lon and mapping.lat:
        places = from_numbers(batch.values[mapping.lon], batch.values[mapping.lat])
    else:
        return None
    if not layer.shape.required:
        missing = [fault is not None and fault[0] == "null_geometry" for fault in places.faults]
        table = batch.wkb is None or layer.shape.optional_everywhere
        for row in np.flatnonzero(missing) if table else []:
            places.faults[row] = None
    return clean(
        places,
        dimensions=layer.shape.dimensions,
        datum=datum,
        ground=ground,
        repair=options.repair,
    )


def _staged(
    batch: Rows,
    first: int,
    readers: list[_Reader],
    places: Places | None,
    mapping: Mapping,
    stage: Stage,
) -> Iterator[list[Any]]:
    """The rows of a batch in the order of the staging table's columns."""
    faults: list[tuple[str, str] | None] = [None] * batch.count
    for row, text in enumerate(batch.faults or []):
        if text:
            code, _, message = text.partition(": ")
            faults[row] = (code, message)
    values = [reader.read(batch, faults) for reader in readers]
    shapes: list[str | None] = [None] * batch.count
    if places is not None:
        for row, fault in enumerate(places.faults):
            faults[row] = faults[row] or fault
        shapes = shapely.to_wkb(
            shapely.set_srid(places.shapes, 4326), hex=True, include_srid=True
        ).tolist()
    names = list(batch.values)
    originals = list(zip(*batch.values.values(), strict=True)) or [()] * batch.count
    extra = [
        (name, batch.values[column])
        for name, column in mapping.attributes.items()
        if column in batch.values
    ]
    for row in range(batch.count):
        fault = faults[row]
        original = dict(zip(names, originals[row], strict=True))
        if fault and places is not None and batch.wkb is not None and shapes[row]:
            original["geometry"] = _brief(places.shapes[row])
        if fault and fault[0] != "outside_city":
            shapes[row] = None  # those outside still tell whether the datum is wrong
        yield [
            first + row,
            _json(original),
            fault[0] if fault else None,
            fault[1] if fault else None,
            shapes[row],
            _attributes(extra, row) if extra else None,
            *(column[row] for column in values),
        ]


def _attributes(extra: list[tuple[str, list[Any]]], row: int) -> str:
    found: dict[str, Any] = {}
    for name, column in extra:
        value = column[row]
        if value is None or value == "":
            continue
        if isinstance(value, float) and not math.isfinite(value):
            continue
        if name == TAGS and isinstance(value, list):
            found.update(value)
        elif isinstance(value, (bool, int, float, list, dict)):
            found[name] = value
        elif text := plain(value):
            found[name] = text
    return _json(found)


def _json(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=_as_text, allow_nan=False)
    except ValueError:  # NaN and infinity, which JSON does not have
        text = ""
    if text and "\\u0000" not in text:
        return text
    return json.dumps(_storable(value), ensure_ascii=False, default=_as_text)


def _storable(value: Any) -> Any:
    """A value without what the database's JSON cannot hold: NUL, NaN, infinity."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, (list, tuple)) else value


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _brief(shape: Any) -> str:
    text = str(shapely.to_wkt(shape, rounding_precision=7))
    return text if len(text) <= 200 else text[:200] + "…"
