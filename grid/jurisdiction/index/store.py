"""The index of a ground version on disk: written once, mapped by every process, thrown away when old.

One folder per version, named by the version's token (`grid.ground.queries.token_of`): a what-if that is
rolled back never meets it. A folder appears whole or not at all.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid.ground.metric import as_shapes
from grid.jurisdiction.ground import (
    AreaRow,
    Body,
    CellRow,
    DutyRow,
    FacilityRow,
    GroundRow,
    GroundSlice,
    PartyRow,
)
from grid.jurisdiction.index.ground import IndexedGround
from grid.jurisdiction.index.layer import Dates, IndexedLayer
from grid.jurisdiction.index.near import NearFacilities, Places
from grid.jurisdiction.index.patterns import Claims
from grid.jurisdiction.index.pixels import Pixels, frozen
from grid.jurisdiction.index.rows import KeptParties, KeptRows, KeptShapes, write_rows

# Counted up whenever what is written, or what it means, changes: older folders are not read.
FORMAT = 2
SHORT = 4096  # bytes that are not worth a mapping


class BrokenIndex(Exception):
    """A file of the index is missing: somebody is throwing the folder away, or did not finish."""


def save(ground: IndexedGround, folder: Path) -> None:
    """Write an index into a folder of its own, which appears when all of it is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(prefix="making-", dir=folder.parent))
    try:
        _write(ground, making)
        if folder.exists() and not is_kept(folder):  # of an older format
            shutil.rmtree(folder)
        making.rename(folder)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        if not is_kept(folder):
            raise


def is_kept(folder: Path) -> bool:
    """There is an index of today's format in the folder."""
    return (folder / f"format-{FORMAT}").is_file()


def forget_others(kept: Path) -> list[str]:
    """Remove all folders beside the one kept; processes that have one mapped keep what they have."""
    removed = []
    for other in kept.parent.iterdir():
        if other.is_dir() and other != kept:
            shutil.rmtree(other, ignore_errors=True)
            removed.append(other.name)
    return removed


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Only one process at a time makes an index here; the others wait and find it made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(ground: IndexedGround, folder: Path) -> None:
    slice_ = ground.slice
    parties = [row for code in ground.things for row in ground.slice.parties.get(code, ())]
    kept: dict[str, npt.NDArray[Any]] = {}
    for name, layer in _layers(ground).items():
        kept |= {f"{name}.{key}": array for key, array in layer.pixels.arrays().items()}
        kept |= {f"{name}.{key}": array for key, array in _named(layer.dates).items()}
    kept |= {f"claims.{key}": array for key, array in _named(ground.claims).items()}
    kept |= {f"near.{key}": array for key, array in _named(ground.near.places).items()}
    kept |= {f"level{n}.rows": rows for n, rows in enumerate(ground.level_rows)}
    kept["thing_of_row"] = ground.thing_of_row
    for name, array in kept.items():
        np.save(folder / f"{name}.npy", array)
    write_rows(folder / "areas", AreaRow, slice_.areas, slice_.area_shapes)
    write_rows(folder / "cells", CellRow, slice_.cells, slice_.cell_shapes)
    write_rows(folder / "grounds", GroundRow, slice_.grounds, slice_.ground_shapes)
    write_rows(folder / "facilities", FacilityRow, slice_.facilities, slice_.facility_shapes)
    write_rows(folder / "parties", PartyRow, parties)
    write_rows(folder / "duties", DutyRow, [d for some in slice_.duties.values() for d in some])
    write_rows(folder / "bodies", Body, list(slice_.bodies.values()))
    rest = {
        "outline": shapely.to_wkb(slice_.outline, hex=True) if slice_.outline else None,
        "anything_mapped": slice_.anything_mapped,
        "ancestry": dict(slice_.ancestry),
        "categories": list(ground.near.categories),
        "body_codes": list(ground.body_codes),
        "things": list(ground.things),
    }
    (folder / "rest.json").write_text(json.dumps(rest), encoding="utf-8")
    (folder / f"format-{FORMAT}").touch()


def load(folder: Path) -> IndexedGround:
    """The index in a folder: arrays and files are mapped, rows and shapes made where they are needed.

    Raises BrokenIndex.
    """
    try:
        return _load(folder)
    except (FileNotFoundError, KeyError, TypeError) as error:  # the latter where arrays are missing
        raise BrokenIndex(str(folder)) from error


def _load(folder: Path) -> IndexedGround:
    rest = json.loads((folder / "rest.json").read_text(encoding="utf-8"))
    outline: BaseGeometry | None = shapely.from_wkb(rest["outline"]) if rest["outline"] else None

    def arrays(name: str) -> dict[str, npt.NDArray[Any]]:
        return {
            path.name.removeprefix(f"{name}.").removesuffix(".npy"): _mapped(path)
            for path in folder.glob(f"{name}.*.npy")
        }

    def layer(name: str, rows: Any, shapes: Any) -> IndexedLayer:
        found = arrays(name)
        return IndexedLayer(
            rows,
            shapes,
            Pixels.from_arrays(found),
            Dates(*(found[key] for key in Dates._fields)),
        )

    claims = Claims(**arrays("claims"))
    areas: KeptRows[AreaRow] = KeptRows(folder / "areas", AreaRow)
    area_shapes = KeptShapes(folder / "areas")
    parties: KeptRows[PartyRow] = KeptRows(folder / "parties", PartyRow)
    slice_ = GroundSlice(
        outline=outline,
        anything_mapped=rest["anything_mapped"],
        areas=areas,
        area_shapes=_as_array(area_shapes),
        cells=KeptRows(folder / "cells", CellRow),
        cell_shapes=_as_array(KeptShapes(folder / "cells")),
        grounds=KeptRows(folder / "grounds", GroundRow),
        ground_shapes=_as_array(KeptShapes(folder / "grounds")),
        facilities=KeptRows(folder / "facilities", FacilityRow),
        facility_shapes=_as_array(KeptShapes(folder / "facilities")),
        parties=KeptParties(parties, rest["things"], claims.party_first),
        duties=_by_category(KeptRows(folder / "duties", DutyRow)),
        bodies={body.code: body for body in KeptRows(folder / "bodies", Body)},
        ancestry={key: tuple(line) for key, line in rest["ancestry"].items()},
    )
    level_rows = tuple(arrays(f"level{n}")["rows"] for n in range(3))
    near = arrays("near")
    return IndexedGround(
        slice=slice_,
        cells=layer("cells", slice_.cells, slice_.cell_shapes),
        grounds=layer("grounds", slice_.grounds, slice_.ground_shapes),
        levels=tuple(
            layer(f"level{n}", [areas[int(row)] for row in rows], area_shapes[rows])
            for n, rows in enumerate(level_rows)
        ),
        level_rows=level_rows,
        outline=layer("outline", [CellRow("")], as_shapes([outline])) if outline else None,
        near=NearFacilities(
            slice_.facility_shapes,
            rest["categories"],
            Places(*(near[key] for key in Places._fields)),
        ),
        claims=claims,
        body_codes=rest["body_codes"],
        things=rest["things"],
        thing_of_row=_mapped(folder / "thing_of_row.npy"),
    )


def _mapped(path: Path) -> npt.NDArray[Any]:
    """An array in a file; one without content cannot be mapped and is read."""
    array = np.load(path, mmap_mode="r") if path.stat().st_size > SHORT else np.load(path)
    return frozen(array)


def _layers(ground: IndexedGround) -> dict[str, IndexedLayer]:
    layers = {"cells": ground.cells, "grounds": ground.grounds}
    layers |= {f"level{n}": layer for n, layer in enumerate(ground.levels)}
    return layers | ({"outline": ground.outline} if ground.outline else {})


def _named(arrays: Any) -> dict[str, npt.NDArray[Any]]:
    named: dict[str, npt.NDArray[Any]] = arrays._asdict()
    return named


def _as_array(shapes: KeptShapes) -> Any:
    """Read as the array it stands for: taken from by number, or made whole by numpy."""
    return shapes


def _by_category(duties: KeptRows[DutyRow]) -> dict[str, list[DutyRow]]:
    found: dict[str, list[DutyRow]] = {}
    for duty in duties:
        found.setdefault(duty.category, []).append(duty)
    return found
