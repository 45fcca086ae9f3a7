"""Pictures kept on disk: drawn once for all processes, few at a time, and never more than fit."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from core.errors import DomainError

BUDGET = 512 << 20  # bytes; a city of 1,000 km² down to zoom 17 takes some 300 MB
SLOTS = 3  # squares drawn at once on a machine: reading the map never starves the work
PATIENCE_S = 10.0


class MapBusy(DomainError):
    """The map is being drawn for many readers just now; try again shortly."""

    status = 503
    zh = "地图绘制繁忙，请稍后重试。"


@dataclass
class Shelf:
    """Pictures of one state of the ground, by name, in a folder."""

    folder: Path
    key: str

    def read(self, name: str) -> bytes | None:
        """A picture, if it is kept."""
        try:
            return (self.folder / self.key / name).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, name: str, picture: bytes) -> None:
        """Put a picture on the shelf, whole or not at all."""
        path = self.folder / self.key / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}")
        draft.write_bytes(picture)
        draft.replace(path)

    @contextmanager
    def slot(self, name: str) -> Iterator[None]:
        """One of a few places to draw; the same square always takes the same one. Raises MapBusy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = crc32(name.encode()) % SLOTS
        with (self.folder / f"slot-{number}").open("w") as lock:
            until = time.monotonic() + PATIENCE_S
            while not _locked(lock.fileno()):
                if time.monotonic() > until:
                    raise MapBusy
                time.sleep(0.01)
            yield

    def tidy(self) -> None:
        """Remove pictures of earlier ground, and the oldest of this one beyond the budget.

        One process at a time; who finds another at it leaves it to that one.
        """
        with (self.folder / "tidying").open("w") as lock:
            if _locked(lock.fileno()):
                self._tidy()

    def _tidy(self) -> None:
        for other in self.folder.iterdir():
            if other.is_dir() and other.name != self.key and _age(other) > 3600:
                shutil.rmtree(other, ignore_errors=True)
        kept = [(path.stat(), path) for path in (self.folder / self.key).rglob("*.png")]
        weight = sum(stat.st_size for stat, _ in kept)
        for stat, path in sorted(kept, key=lambda one: one[0].st_mtime):
            if weight <= BUDGET * 0.8:
                break
            path.unlink(missing_ok=True)
            weight -= stat.st_size


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
