"""Where the bytes lie: by hash, in the storage the settings name `evidence`, never in the web root."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages


def _store() -> Storage:
    return storages["evidence"]


def _path(sha256: str) -> str:
    return f"sealed/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _copy_path(sha256: str) -> str:
    return f"copies/{sha256[:2]}/{sha256[2:4]}/{sha256}.jpg"


def _keep(path: str, content: File[bytes]) -> None:
    """Save under exactly this name; the name is a hash, so whoever was first saved the same bytes."""
    if _store().exists(path):
        return
    saved = _store().save(path, content)
    if saved != path:
        _store().delete(saved)


def keep_original(sha256: str, file: BinaryIO) -> None:
    """Seal the original."""
    file.seek(0)
    _keep(_path(sha256), File(file))


def keep_copy(sha256: str, content: bytes) -> None:
    """Keep the upright copy without EXIF, the only one that is ever shown."""
    _keep(_copy_path(sha256), ContentFile(content))


def open_original(sha256: str) -> File[bytes]:
    """The sealed bytes: of a photo for experts and courts, never for a page; of a document for who may see its subject."""
    return _store().open(_path(sha256))


def open_copy(sha256: str) -> File[bytes]:
    """The copy that may be shown to those who may see the subject."""
    return _store().open(_copy_path(sha256))


def has_original(sha256: str) -> bool:
    """Whether these bytes are held already."""
    return _store().exists(_path(sha256))


def hash_of(file: BinaryIO) -> str:
    """The SHA-256 of a file, in hex."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
