"""Unpacking gzip and ZIP into a private folder, within bounds, to the one file inside that is meant."""

import gzip
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from exchange.readers.errors import UnreadableFile
from exchange.readers.sniff import BY_SUFFIX

MOST_BYTES = 8 * 1024**3
_CHUNK = 1 << 20


def gunzip(path: Path, folder: Path) -> Path:
    """The content of a .gz, under its name without the suffix."""
    out = folder / (path.stem if path.suffix.lower() == ".gz" else path.name)
    try:
        with gzip.open(path, "rb") as packed:
            _copy(packed, out)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(
            "truncated_file", f"{path.name} cannot be unpacked ({error}); get the file again"
        ) from error
    return out


def unzip(path: Path, folder: Path, layer: str) -> Path:
    """The data file in a .zip (all parts unpacked beside it); several need `--layer`."""
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = _name(info)
                if not info.is_dir() and not name.startswith((".", "__MACOSX")):
                    if (folder / name).exists():
                        raise UnreadableFile(
                            "which_layer",
                            f"{path.name} holds {name} twice, in several folders; unpack it and "
                            "load the one that is meant",
                        )
                    with archive.open(info) as packed:
                        _copy(packed, folder / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(
            "truncated_file", f"{path.name} cannot be unpacked ({error}); get the file again"
        ) from error
    found = sorted(p for p in folder.iterdir() if BY_SUFFIX.get(p.suffix.lower(), "zip") != "zip")
    if len(found) > 1:
        named = [p for p in found if layer and layer in {p.name, p.stem}]
        shapes = [p for p in found if p.suffix.lower() in {".shp", ".gpkg"}]
        found = named or (shapes if len(shapes) == 1 else found)
    if not found:
        raise UnreadableFile("no_layer", f"{path.name} holds no file of a known make")
    if len(found) > 1:
        raise UnreadableFile(
            "which_layer",
            f"{path.name} holds several files; choose one with --layer: "
            + ", ".join(p.stem for p in found),
        )
    return found[0]


def _name(info: zipfile.ZipInfo) -> str:
    """The bare name of a member; Chinese names without the UTF-8 flag are GBK."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = info.filename
    if name.startswith("__MACOSX"):
        return "__MACOSX"
    return PurePosixPath(name.replace("\\", "/")).name


def _copy(source: IO[bytes] | gzip.GzipFile, out: Path) -> None:
    written = 0
    with out.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > MOST_BYTES:
                raise UnreadableFile("too_large", f"{out.name} unpacks to more than 8 GiB")
            file.write(chunk)
