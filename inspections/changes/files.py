"""The files of the items: kept by the hash of their bytes, given out as files with their own names."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.core.files.storage import storages

CHUNK = 1 << 20
LONGEST_NAME = 200  # bytes; file systems take 255


def keep(file: IO[bytes]) -> str:
    """Keep a file's bytes; returns their SHA-256. The same bytes are kept once."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    name = _name(digest.hexdigest())
    store: Any = storages["drafts"]
    if not store.exists(name):
        store.save(name, file)
    return digest.hexdigest()


@contextmanager
def as_file(sha256: str, filename: str) -> Iterator[Path]:
    """A kept file under its own name, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-draft-") as folder:
        path = Path(folder) / bare_name(filename)
        with storages["drafts"].open(_name(sha256)) as kept, path.open("wb") as out:
            shutil.copyfileobj(kept, out, CHUNK)
        yield path


def bare_name(filename: str) -> str:
    """The last part of a name, whatever the machine it came from; never a path, and short enough for one."""
    name = PurePosixPath(filename.replace("\\", "/").replace("\0", "")).name
    name = name.encode(errors="replace")[-LONGEST_NAME:].decode(errors="ignore")
    return name if name not in {"", ".", ".."} else "file"


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
