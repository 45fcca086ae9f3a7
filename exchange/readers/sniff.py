"""What a file is by its bytes, whether its name agrees, and whether it is whole."""

import re
import sqlite3
import struct
from pathlib import Path

from exchange.readers.errors import UnreadableFile

MAKES = {
    "shapefile": "a Shapefile",
    "sqlite": "a GeoPackage",
    "json": "JSON",
    "table": "a text table (CSV)",
    "xlsx": "an Excel workbook",
    "xls": "an old Excel workbook",
    "parquet": "Parquet",
    "pbf": "OSM PBF",
    "zip": "a ZIP archive",
    "gzip": "a gzip archive",
    "html": "an HTML page",
    "xml": "XML",
    "other": "something else",
}
BY_SUFFIX = {
    ".shp": "shapefile",
    ".gpkg": "sqlite",
    ".geojson": "json",
    ".json": "json",
    ".topojson": "json",
    ".csv": "table",
    ".tsv": "table",
    ".txt": "table",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".pbf": "pbf",
    ".zip": "zip",
    ".gz": "gzip",
    ".kml": "xml",
    ".gml": "xml",
    ".xls": "xls",
}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def make_of(path: Path) -> str:
    """The make of a file, a key of `MAKES`; raises UnreadableFile if empty or not what its name says."""
    if not path.is_file():
        raise UnreadableFile("no_such_file", f"there is no file {path}")
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8192)
    if not start.strip():
        raise UnreadableFile("empty_file", f"{path.name} is empty")
    make = _by_content(start)
    said = BY_SUFFIX.get(path.suffix.lower())
    if said and make != said and not (said == "table" and make == "other" and _is_text(start)):
        raise UnreadableFile(
            "mislabelled_file",
            f"{path.name} is named as {MAKES[said]}, but its content is {MAKES[make]}; "
            "give it the name of what it is, or get the right file",
        )
    if make == "html":
        raise UnreadableFile(
            "mislabelled_file",
            f"{path.name} is an HTML page, perhaps an error page of a download; get the file again",
        )
    if make == "xls":
        raise UnreadableFile(
            "old_excel", f"{path.name} is an old .xls; save it as .xlsx and load that"
        )
    if b"<OGRVRTDataSource" in start:
        raise UnreadableFile("virtual_file", f"{path.name} only points to other files; load those")
    _check_whole(path, make, start, size)
    return make


def _by_content(start: bytes) -> str:
    for magic, make in (
        (b"SQLite format 3\0", "sqlite"),
        (b"\x1f\x8b", "gzip"),
        (b"\x00\x00\x27\x0a", "shapefile"),
        (b"PAR1", "parquet"),
        (b"\xd0\xcf\x11\xe0", "xls"),
    ):
        if start.startswith(magic):
            return make
    if start.startswith(b"PK"):
        office = b"[Content_Types].xml" in start or b"xl/" in start
        return "xlsx" if office else "zip"
    if b"OSMHeader" in start[:64]:
        return "pbf"
    if not _is_text(start):
        return "other"
    text = start
    for bom in _BOMS:
        text = text.removeprefix(bom)
    text = text.lstrip().lower()
    if text.startswith((b"{", b"[{")):
        return "json"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "html"
    if text.startswith(b"<"):
        return "html" if b"<html" in text[:2000] else "xml"
    return "table"


def _is_text(start: bytes) -> bool:
    return start.startswith(_BOMS) or b"\0" not in start


def _check_whole(path: Path, make: str, start: bytes, size: int) -> None:
    """Refuse a file whose own bookkeeping says that its end is missing."""
    whole = True
    if make == "json":
        with path.open("rb") as file:
            file.seek(max(0, size - 4096))
            whole = file.read().rstrip(b"\0 \t\r\n\x1e").endswith((b"}", b"]"))
    elif make == "shapefile":
        whole = _whole_shapefile(path, start, size)
    elif make == "parquet":
        with path.open("rb") as file:
            file.seek(max(0, size - 4))
            whole = file.read() == b"PAR1"
    elif make == "pbf":
        whole = _whole_pbf(path, size)
    elif make == "sqlite":
        page, count = struct.unpack(">H", start[16:18])[0], struct.unpack(">I", start[28:32])[0]
        whole = size >= int(65536 if page == 1 else page) * int(count) and _sqlite_opens(path)
    if not whole:
        raise UnreadableFile(
            "truncated_file", f"{path.name} is cut off: its end is missing; get the file again"
        )


def _whole_shapefile(path: Path, start: bytes, size: int) -> bool:
    if len(start) < 100 or size < struct.unpack(">i", start[24:28])[0] * 2:
        return False
    siblings = {p.name.lower(): p for p in path.parent.glob(f"{_literal(path.stem)}.*")}
    for suffix in (".dbf", ".shx"):
        if f"{path.stem}{suffix}".lower() not in siblings:
            raise UnreadableFile(
                "missing_part",
                f"{path.name} comes without its {suffix} file; a Shapefile is .shp, .shx and .dbf "
                "together (and .prj, .cpg), also in one .zip",
            )
    table = siblings[f"{path.stem}.dbf".lower()]
    with table.open("rb") as file:
        head = file.read(32)
    if len(head) < 32:
        return False
    rows, header_bytes, row_bytes = struct.unpack("<IHH", head[4:12])
    return table.stat().st_size >= int(header_bytes) + int(rows) * int(row_bytes)


def _literal(name: str) -> str:
    return re.sub(r"([*?\[\]])", r"[\1]", name)


def _sqlite_opens(path: Path) -> bool:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True


def _whole_pbf(path: Path, size: int) -> bool:
    """Walk the blobs: each is a length, a header that names the size of its body, and the body."""
    at = 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            length = file.read(4)
            if len(length) < 4:
                return False
            (header_bytes,) = struct.unpack(">I", length)
            header = file.read(header_bytes)
            body = _pbf_datasize(header)
            if len(header) < header_bytes or body is None:
                return False
            at += 4 + header_bytes + body
    return at == size


def _pbf_datasize(header: bytes) -> int | None:
    """Field 3 of a BlobHeader (protobuf): 1 and 2 are byte strings, 3 is a varint."""
    at = 0
    while at < len(header):
        field, at = header[at] >> 3, at + 1
        value, shift = 0, 0
        while at < len(header):
            byte, at = header[at], at + 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if field == 3:
            return value
        at += value
    return None
