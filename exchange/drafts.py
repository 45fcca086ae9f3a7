"""Loads as items of change sets: kept as a file and options, carried out by the same `load_layer`."""

import glob
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import IO, Any

from django.db import transaction

from core.errors import Invalid
from core.models import User
from exchange.layers.base import Options
from exchange.layers.registry import LAYERS, layer_named
from exchange.readers.errors import UnreadableFile
from exchange.report import Rejected, Report
from exchange.use_cases import NoDrafts, load_layer
from inspections.changes.appliers import Applied, ItemFile, register_applier
from inspections.changes.drafts import change_set_named
from inspections.changes.models import ChangeSet
from inspections.changes.use_cases import add_item, draft_change_set
from inspections.changes.what_if import as_if_published

GROUND_LAYERS = [layer.name for layer in LAYERS.values() if layer.of_the_ground]
REJECTED_KEPT = 1000
SEVERAL_FILES = {".shp", ".tab", ".mif"}
_TAKEN = {
    field.name: field
    for field in fields(Options)
    if field.name not in {"layer", "file", "draft", "dry_run", "rejects"}
}


class CannotRead(Invalid):
    """The file cannot be read: {why}"""

    zh = "无法读取文件：{why}"


class UnknownOption(Invalid):
    """An item takes no option '{option}' of that kind; the options are those of 'load': {options}."""

    zh = "变更项不支持选项“{option}”或其取值类型；可用选项与 load 命令相同：{options}。"


def apply_load(item: ItemFile, actor: User) -> Applied:
    """Load an item's file, publishing it in the transaction at hand. Raises CannotRead, UnknownOption."""
    rejected: list[Mapping[str, Any]] = []

    def note(rows: Iterable[Rejected]) -> None:
        for row in rows:
            if len(rejected) < REJECTED_KEPT:
                rejected.append({"row": row.row, "code": row.code, "message": row.message})

    options = Options(layer=item.layer, file=item.path, **_checked(item.options))
    try:
        report = load_layer(options, actor=actor, rejects=note)
    except UnreadableFile as error:
        raise CannotRead(why=error.message) from error
    return Applied(
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected=tuple(rejected),
        refused=bool(report.rejected) and not options.keep_good,
        warnings=tuple(asdict(notice) for notice in report.notices.values()),
    )


def options_of(options: Options) -> dict[str, Any]:
    """The options of a load as an item keeps them: those that were stated."""
    given = asdict(options)
    return {name: given[name] for name, field in _TAKEN.items() if given[name]}


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name not in _TAKEN or not _fits(name, value):
            raise UnknownOption(option=name, options=sorted(_TAKEN))
    return dict(given)


def _fits(name: str, value: Any) -> bool:
    if name in {"columns", "constants"}:
        return _is_texts(value)
    return isinstance(value, type(_TAKEN[name].default))


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(part, str) for pair in value.items() for part in pair
    )


def into_change_set(options: Options, number: str) -> bool:
    """Whether a load goes into a change set: drafts of layers that have no draft editions do, and
    those of areas, cells and catalogue where a change set is named. Raises NoDrafts."""
    layer = layer_named(options.layer)
    if number and not options.draft:
        raise NoDrafts("--change-set goes with --draft")
    if options.draft and not layer.of_the_ground:
        raise NoDrafts(f"{layer.name} have no drafts: they are no part of the ground")
    return options.draft and (bool(number) or not layer.has_drafts)


def draft_load(
    options: Options,
    *,
    actor: User,
    number: str = "",
    title: str = "",
    rejects: Callable[[Iterable[Rejected]], None] = lambda rows: None,
    progress: Callable[[int | None, int], None] = lambda total, rows: None,
) -> tuple[ChangeSet | None, Report]:
    """Put a load into a change set: the one of that number, or a new one with that title.

    Tried first as a dry run on the ground with what stands in the set already, so that it reports as
    any load does; if rows are refused, nothing is kept unless `keep_good`, and there is no set (None);
    nor after a dry run.
    """
    tried = replace(options, draft=False, dry_run=True)
    with transaction.atomic():
        if number:
            change_set = change_set_named(number, None)
        else:
            change_set = draft_change_set(actor=actor, title=title or options.file.name)
        with as_if_published(change_set.items.order_by("id"), actor=actor):
            report = load_layer(tried, actor=actor, rejects=rejects, progress=progress)
        if report.loaded and not options.dry_run:
            with one_file(options.file) as (name, file):
                add_item(
                    change_set,
                    actor=actor,
                    layer=options.layer,
                    filename=name,
                    file=file,
                    options=options_of(options),
                )
            return change_set, report
        transaction.set_rollback(True)
    return None, report


@contextmanager
def one_file(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """A file as one stream with its name; a make of several files, or a folder, as a ZIP of them."""
    together = path.suffix.lower() in SEVERAL_FILES
    if not together and path.is_file():
        with path.open("rb") as file:
            yield path.name, file
        return
    parts = path.parent.glob(f"{glob.escape(path.stem)}.*") if together else path.rglob("*")
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(part for part in parts if part.is_file()):
                archive.write(part, part.name)
        packed.seek(0)
        yield f"{path.stem}.zip", packed


register_applier(GROUND_LAYERS, apply_load)
