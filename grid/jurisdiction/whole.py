"""The whole ground of a version, indexed: from disk where it is kept, else built."""

import logging
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.db import connection

from grid.ground.queries import newest_version, token_of
from grid.jurisdiction.index.ground import IndexedGround
from grid.jurisdiction.index.store import (
    BrokenIndex,
    forget_others,
    is_kept,
    load,
    one_at_a_time,
    save,
)
from grid.jurisdiction.queries import read_slice
from grid.jurisdiction.reference import reference_at

_logger = logging.getLogger(__name__)


def whole_ground(version: int | None = None) -> IndexedGround:
    """The ground known at a version (None: the newest), ready for columns of questions.

    The newest is kept on disk, once it is committed: inside a transaction it may yet be taken back.
    """
    number = newest_version() if version is None else version
    folder = _folder(token_of(number))
    if is_kept(folder):
        with suppress(BrokenIndex):  # thrown away just now: build it
            return _loaded(folder)
    if connection.in_atomic_block or number == 0 or number != newest_version():
        return _built(number)
    try:
        kept = keep_newest()
    except OSError as error:
        _logger.warning("the index of the ground cannot be kept (%s): it is built each time", error)
        kept = None
    return kept or _built(number)


def keep_newest() -> IndexedGround | None:
    """Index the newest version on disk, unless it is, and forget all others; None before the first."""
    number = newest_version()
    if number == 0:
        return None
    folder = _folder(token_of(number))
    with one_at_a_time(folder):
        if is_kept(folder):
            with suppress(BrokenIndex):
                return _loaded(folder)
            rmtree(folder)
        save(_built(number), folder)
        forget_others(folder)
        return _loaded(folder)


def _built(version: int) -> IndexedGround:
    reference = reference_at(version)
    return IndexedGround.of(read_slice(reference, categories=reference.categories.values()))


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> IndexedGround:
    return load(folder)


def _folder(token: str) -> Path:
    """One folder a database, so that two may share the place where state is kept."""
    name = str(connection.settings_dict["NAME"])
    return Path(settings.STATE_DIR) / "ground" / name / (token or "none")
