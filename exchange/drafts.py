"""Loads as items of change sets: kept as a file and options, carried out by the same `load_layer`."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from core.errors import Invalid
from core.models import User
from exchange.layers.base import Options
from exchange.layers.registry import LAYERS
from exchange.readers.errors import UnreadableFile
from exchange.report import Rejected
from exchange.use_cases import load_layer
from inspections.changes.appliers import Applied, ItemFile, register_applier

GROUND_LAYERS = [layer.name for layer in LAYERS.values() if layer.of_the_ground]
REJECTED_KEPT = 1000
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


register_applier(GROUND_LAYERS, apply_load)
