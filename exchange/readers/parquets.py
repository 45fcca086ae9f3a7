"""Parquet and GeoParquet, batch by batch."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exchange.readers.errors import UnreadableFile
from exchange.readers.request import BATCH_ROWS, GEOMETRY, Header, ReadRequest

_LIKELY = ("geometry", "geom", "wkb_geometry", "wkb", "shape")


def open_parquet(path: Path, request: ReadRequest) -> tuple[Header, Iterator[pa.RecordBatch]]:
    """The columns of a Parquet file and its batches; geometry by the file's own word, or by name."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFile(
            "truncated_file", f"{path.name} is no whole Parquet file ({error}); get it again"
        ) from error
    schema = file.schema_arrow
    said: dict[str, Any] = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    geometry = str(said.get("primary_column", ""))
    crs = ""
    if geometry:
        column = said["columns"][geometry]
        if column.get("encoding", "WKB").upper() != "WKB":
            raise UnreadableFile(
                "geometry_encoding",
                f"{path.name} keeps its geometry as {column['encoding']}; write it as WKB",
            )
        crs = json.dumps(column["crs"]) if column.get("crs") else ""
    else:
        geometry = next(
            (
                name
                for name in schema.names
                if name.lower() in _LIKELY and _is_binary(schema.field(name).type)
            ),
            "",
        )
    columns = [name for name in schema.names if name != geometry]
    header = Header(
        columns=columns,
        make="parquet",
        has_geometry=bool(geometry),
        crs=crs,
        total=file.metadata.num_rows,
    )
    return header, _batches(file, columns, geometry)


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _batches(file: pq.ParquetFile, columns: list[str], geometry: str) -> Iterator[pa.RecordBatch]:
    for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
        arrays = [batch.column(name) for name in columns]
        names = list(columns)
        if geometry:
            arrays.append(batch.column(geometry).cast(pa.binary()))
            names.append(GEOMETRY)
        yield pa.RecordBatch.from_arrays(arrays, names=names)
