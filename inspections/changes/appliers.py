"""How an item is carried out: by the room that loads files, which says so here (it lies below)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings

from core.errors import Invalid
from core.models import User


class UnknownLayer(Invalid):
    """There is no layer '{layer}' of the ground; choose one of: {layers}."""

    zh = "没有名为“{layer}”的数据图层；可选：{layers}。"


@dataclass(frozen=True, slots=True)
class ItemFile:
    """One load: a file, the layer it goes into, and the options of `load` by name."""

    layer: str
    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a load did; `rejected` rows as {row, code, message}, nothing of them was written."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Mapping[str, Any], ...] = ()
    refused: bool = False  # rows were rejected, and so nothing was loaded
    warnings: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the item."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [dict(row) for row in self.rejected],
            "warnings": [dict(notice) for notice in self.warnings],
        }


Apply = Callable[[ItemFile, User], Applied]
_APPLIERS: dict[str, Apply] = {}


def register_applier(layers: Collection[str], apply: Apply) -> None:
    """Say how files are loaded into these layers; called once, by the room that loads.

    `apply` publishes what it writes as ground versions of its own, in the transaction it is called
    in, and raises DomainError for a file or options it cannot read.
    """
    if twice := _APPLIERS.keys() & layers:
        raise ValueError(f"layers that are applied already: {sorted(twice)}")
    _APPLIERS.update(dict.fromkeys(layers, apply))


def apply_item(item: ItemFile, actor: User) -> Applied:
    """Carry an item out, really; raises UnknownLayer."""
    # Imported when first needed: reading files takes large libraries, which most programs never use.
    import_module(settings.CHANGE_SET_APPLIERS)
    if item.layer not in _APPLIERS:
        raise UnknownLayer(layer=item.layer, layers=sorted(_APPLIERS))
    return _APPLIERS[item.layer](item, actor)
