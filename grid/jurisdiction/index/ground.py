"""A whole ground version made ready for columns of questions: pixels, near facilities, claims as numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.ground.metric import as_shapes
from grid.jurisdiction.claims import living
from grid.jurisdiction.ground import LEVELS, CellRow, GroundRow, GroundSlice, PartyRow, Span
from grid.jurisdiction.index.layer import IndexedLayer
from grid.jurisdiction.index.near import NearFacilities
from grid.jurisdiction.index.patterns import Claims
from grid.jurisdiction.index.pixels import frozen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# What the rules see of a row by other means than its class: who, since when, how large, which paper.
REDUCED = frozenset(
    {
        "code",
        "facility",
        "source_code",
        "organization",
        "document",
        "effective_on",
        "area_m2",
        "valid",
    }
)
ALWAYS = -(10**9)  # the day of what took effect at no stated day, earlier than any


@dataclass(frozen=True)
class IndexedGround:
    """A slice of the whole ground, and everything of it that many questions at once need as arrays.

    `things` are codes of facilities in their order, `thing_of_row` the number of each facility row's.
    """

    slice: GroundSlice
    cells: IndexedLayer
    grounds: IndexedLayer
    levels: tuple[IndexedLayer, ...]
    level_rows: tuple[Ints, ...]
    outline: IndexedLayer | None
    near: NearFacilities
    claims: Claims
    body_codes: Sequence[str]
    things: Sequence[str]
    thing_of_row: Ints

    @classmethod
    def of(cls, slice_: GroundSlice) -> "IndexedGround":
        """Index a slice that holds the whole ground of one version."""
        rows = tuple(
            np.array([n for n, a in enumerate(slice_.areas) if a.level == level], np.int64)
            for level in LEVELS
        )
        outline = None
        if slice_.outline is not None:
            shape = as_shapes([slice_.outline])
            outline = IndexedLayer.of([CellRow("")], shape)
        codes = sorted(_organizations(slice_))
        things = sorted({*(row.code for row in slice_.facilities), *slice_.parties})
        return cls(
            slice=slice_,
            cells=IndexedLayer.of(slice_.cells, slice_.cell_shapes),
            grounds=IndexedLayer.of(slice_.grounds, slice_.ground_shapes),
            levels=tuple(
                IndexedLayer.of([slice_.areas[n] for n in numbers], slice_.area_shapes[numbers])
                for numbers in rows
            ),
            level_rows=rows,
            outline=outline,
            near=NearFacilities.of(slice_.facilities, slice_.facility_shapes),
            claims=Claims(*(frozen(array) for array in _claims(slice_, codes, things))),
            body_codes=codes,
            things=things,
            thing_of_row=np.searchsorted(
                np.array(things, dtype=object),
                np.array([row.code for row in slice_.facilities], dtype=object),
            ).astype(np.int64),
        )

    @cached_property
    def thing_numbers(self) -> dict[str, int]:
        """Facility code → its number."""
        return {code: n for n, code in enumerate(self.things)}

    @cached_property
    def body_numbers(self) -> dict[str, int]:
        """Code of a body → its number."""
        return {code: n for n, code in enumerate(self.body_codes)}

    @cached_property
    def turns(self) -> Floats:
        """The instants (POSIX seconds) at which the catalogue or a body's successor changes."""
        spans = [duty.valid for duties in self.slice.duties.values() for duty in duties]
        moments = {m for span in spans for m in (span.start, span.end)}
        moments |= {body.successor_from for body in self.slice.bodies.values()}
        return np.array(sorted(m.timestamp() for m in moments if m is not None), np.float64)

    def acting(self, at: datetime) -> Ints:
        """Per body the number of the one that acts for it at an instant."""
        return np.array(
            [self.body_numbers[living(self.slice, code, at)] for code in self.body_codes], np.int64
        )


def _organizations(slice_: GroundSlice) -> set[str]:
    named = {row.organization for row in slice_.grounds}
    named |= {row.organization for rows in slice_.parties.values() for row in rows}
    for duties in slice_.duties.values():
        for duty in duties:
            named |= {duty.organization, duty.supervisor, duty.custodian}
    for body in slice_.bodies.values():
        named |= {body.code, body.successor, body.parent}
    return named - {""}


def _claims(slice_: GroundSlice, codes: Sequence[str], things: Sequence[str]) -> Claims:
    number = {code: n for n, code in enumerate(codes)}
    thing = {code: n for n, code in enumerate(things)}
    parties = [(thing[code], row) for code, rows in slice_.parties.items() for row in rows]
    classes = _numbered([_class_of(row) for row in slice_.grounds])
    of_party = _numbered([_class_of(row) for _, row in parties])
    # In an order that names nobody, so that alike facilities have alike patterns.
    order = sorted(range(len(parties)), key=lambda k: (parties[k][0], of_party[k]))
    parties, of_party = [parties[k] for k in order], of_party[order]
    hangs = sorted(
        (thing[row.code], place, thing.get(row.parent, -1), *_seconds(row.valid))
        for place, row in enumerate(slice_.facilities)
    )
    starts = np.arange(len(things) + 1)
    spans = np.array([_seconds(row.valid) for _, row in parties], np.float64).reshape(-1, 2)
    above = np.array(hangs, np.float64).reshape(-1, 5)
    return Claims(
        ground_class=classes,
        ground_body=np.array([number[row.organization] for row in slice_.grounds], np.int64),
        ground_area=np.array([row.area_m2 for row in slice_.grounds], np.float64),
        ground_day=_days(row.effective_on for row in slice_.grounds),
        party_first=np.searchsorted([n for n, _ in parties], starts).astype(np.int64),
        party_class=of_party,
        party_body=np.array([number[row.organization] for _, row in parties], np.int64),
        party_day=_days(row.effective_on for _, row in parties),
        party_since=np.ascontiguousarray(spans[:, 0]),
        party_until=np.ascontiguousarray(spans[:, 1]),
        parent_first=np.searchsorted(above[:, 0], starts).astype(np.int64),
        parent=above[:, 2].astype(np.int64),
        parent_since=np.ascontiguousarray(above[:, 3]),
        parent_until=np.ascontiguousarray(above[:, 4]),
    )


def _class_of(row: GroundRow | PartyRow) -> tuple[Any, ...]:
    """Whatever the rules can tell two rows apart by, but for what a pattern keeps by other means."""
    told = [getattr(row, f.name) for f in fields(row) if f.name not in REDUCED]
    return (bool(row.document), *(sorted(v) if isinstance(v, frozenset) else v for v in told))


def _numbered(classes: Sequence[tuple[Any, ...]]) -> Ints:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(repr(one), len(numbers)) for one in classes], np.int64)


def _days(days: Iterable[date | None]) -> Ints:
    return np.array([day.toordinal() if day else ALWAYS for day in days], np.int64)


def _seconds(span: Span) -> tuple[float, float]:
    return (
        span.start.timestamp() if span.start else -np.inf,
        span.end.timestamp() if span.end else np.inf,
    )
