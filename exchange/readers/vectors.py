"""Every vector format GDAL reads, streamed as Arrow; OSM's tags become columns."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from exchange.readers.encodings import detect, known_encoding
from exchange.readers.errors import UnreadableFile
from exchange.readers.request import BATCH_ROWS, GEOMETRY, Header, ReadRequest

_TAGS = "other_tags"
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_GDAL_FAULTS = (DataSourceError, DataLayerError, pa.ArrowException, UnicodeDecodeError)


def open_vector(
    path: Path, make: str, request: ReadRequest
) -> tuple[Header, Iterator[pa.RecordBatch]]:
    """The columns of a layer, and its rows with WKB geometry."""
    pyogrio.set_gdal_config_options(
        {"OGR_GEOJSON_MAX_OBJ_SIZE": "1000", "OGR_ENABLE_PARTIAL_REPROJECTION": "NO"}
    )
    notes: list[tuple[str, str]] = []
    options: dict[str, Any] = {}
    if make == "shapefile":
        encoding = _table_encoding(path, request)
        options["encoding"] = encoding
        if encoding == "gb18030" and not request.encoding:
            notes.append(("encoding_guessed", "the attribute table was read as gb18030"))
    if make == "json":
        options["DATE_AS_STRING"] = "YES"
    try:
        layer = _layer(path, make, request.layer)
        info = pyogrio.read_info(path, layer=layer, **options)
    except _GDAL_FAULTS as error:
        raise _unreadable(path, error) from error
    columns = [str(name) for name in info["fields"]]
    tagged = make == "pbf" and _TAGS in columns
    if tagged:
        columns.remove(_TAGS)
        columns += [name for name in request.wanted if name not in columns and name[:1] != "#"]
    has_geometry = info["geometry_type"] is not None
    header = Header(
        columns=columns,
        make=make,
        has_geometry=has_geometry,
        crs=str(info["crs"] or ""),
        total=int(info["features"]) if int(info["features"]) >= 0 else None,
        open_ended=tagged,
        notes=notes,
    )
    return header, _batches(path, layer, options, columns, header, tagged)


def _layer(path: Path, make: str, wanted: str) -> str:
    layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    if wanted:
        if wanted in layers:
            return wanted
        if make == "shapefile" and len(layers) == 1:
            return next(iter(layers))
        raise UnreadableFile(
            "no_layer", f"{path.name} has no layer {wanted!r}; it has: {', '.join(layers)}"
        )
    if not layers:
        raise UnreadableFile("no_layer", f"{path.name} holds no layer")
    if len(layers) > 1:
        raise UnreadableFile(
            "which_layer",
            f"{path.name} has several layers; choose one with --layer: {', '.join(layers)}",
        )
    return next(iter(layers))


def _unreadable(path: Path, error: BaseException) -> UnreadableFile:
    words = " ".join(str(error).split())[:300]
    return UnreadableFile("unreadable_file", f"{path.name} cannot be read: {words}")


def _batches(
    path: Path,
    layer: str,
    options: dict[str, Any],
    columns: list[str],
    header: Header,
    tagged: bool,
) -> Iterator[pa.RecordBatch]:
    try:
        with pyogrio.open_arrow(
            path, layer=layer, batch_size=BATCH_ROWS, use_pyarrow=True, **options
        ) as (meta, reader):
            geometry = meta["geometry_name"] or "wkb_geometry"
            for batch in reader:
                yield _shaped(batch, geometry, columns, header.has_geometry, tagged)
    except _GDAL_FAULTS as error:
        raise _unreadable(path, error) from error


def _shaped(
    batch: pa.RecordBatch, geometry: str, columns: list[str], has_geometry: bool, tagged: bool
) -> pa.RecordBatch:
    """The batch with its columns in the header's order, tags spread out, geometry last."""
    names = list(columns)
    if tagged:
        tags = [_parsed(text) for text in batch.column(_TAGS).to_pylist()]
        arrays = [
            batch.column(name)
            if name in batch.schema.names
            else pa.array([row.pop(name, None) for row in tags], pa.string())
            for name in columns
        ]
        arrays.append(pa.array([[(k, v) for k, v in row.items()] for row in tags], _TAG_TYPE))
        names.append(_TAGS)
    else:
        arrays = [batch.column(name) for name in columns]
    if has_geometry:
        column = batch.column(geometry)
        arrays.append(column.storage if isinstance(column, pa.ExtensionArray) else column)
        names.append(GEOMETRY)
    return pa.RecordBatch.from_arrays(arrays, names=names)


_TAG_TYPE = pa.map_(pa.string(), pa.string())


def _parsed(text: str | None) -> dict[str, str]:
    """GDAL's hstore text as a dictionary."""
    if not text:
        return {}
    return {
        re.sub(r"\\(.)", r"\1", key): re.sub(r"\\(.)", r"\1", value)
        for key, value in _TAG.findall(text)
    }


def _table_encoding(path: Path, request: ReadRequest) -> str:
    """The encoding of a Shapefile's attribute table by its very bytes; .cpg files are often wrong."""
    if request.encoding:
        return known_encoding(request.encoding)
    parts = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    table = parts[".dbf"]
    with table.open("rb") as file:
        head = file.read(32)
        _rows, header_bytes, row_bytes = struct.unpack("<IHH", head[4:12])
        names = file.read(max(0, header_bytes - 32))
        # Row by row: GDAL cuts a long text in the middle of a character, never across rows.
        values = iter(lambda: file.read(row_bytes * 500), b"")
        found = detect([names[i : i + 11] for i in range(0, len(names), 32)])
        found = found if found != "utf-8" else detect(values)
    if found == "cp1252" and ".cpg" in parts:
        said = parts[".cpg"].read_text(errors="replace").strip()
        return known_encoding(said) if said and not said.isdigit() else found
    return found
