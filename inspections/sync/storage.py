"""Parts of blobs on disk, one file per person and hash; whoever writes holds the upload's row."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def part_of(user_id: int, sha256: str) -> Path:
    """Where the part of a blob lies."""
    return Path(settings.UPLOAD_DIR) / str(user_id) / sha256


def write_at(path: Path, offset: int, chunk: bytes) -> None:
    """Write a chunk at its place; a part that is shorter than the offset is not possible here."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("r+b" if path.exists() else "w+b") as part:
        part.seek(offset)
        part.write(chunk)
        part.truncate()


def hash_of(path: Path) -> str:
    """The SHA-256 of a part, in hex."""
    with path.open("rb") as part:
        return hashlib.file_digest(part, "sha256").hexdigest()


def open_part(path: Path) -> BinaryIO:
    """A part for reading."""
    return path.open("rb")


def drop(path: Path) -> None:
    """Delete a part, if it is there."""
    path.unlink(missing_ok=True)
