"""What changes hands between two ground versions: which facilities have another answer, from whom to whom.

Candidates are found by joins on what changed (rows, boundaries, duties), so the work goes with the
change and not with the city; each is then decided at both versions by the code that decides everything.
A cheap superset of candidates is enough: what is decided alike is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from shapely.errors import GEOSException

from grid.facilities.models import FacilityRecord
from grid.ground.models import City
from grid.ground.queries import the_city
from grid.jurisdiction.asking import position_of
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.impact_queries import CANDIDATES, CHANGES
from grid.jurisdiction.queries import Box, points_in_metres, read_slice
from grid.jurisdiction.question import Decision, Question
from grid.jurisdiction.reference import reference_at
from grid.jurisdiction.rules import Outcome

CHUNK = 2_000
WINDOW_DEG = 0.003  # some 300 m: a chunk is cut where it would grow wider
AROUND_DEG = 1e-6  # read around a window: a seam's width


@dataclass(frozen=True, slots=True)
class Held:
    """An answer as far as it matters who holds a thing; equal answers change no hands.

    `outcome` is empty where the thing did not stand. `contesting`: the bodies between whom it stands.
    """

    outcome: str = ""
    responsible: str = ""
    dispatch_to: str = ""
    contesting: frozenset[str] = frozenset()

    @property
    def body(self) -> str:
        """The body that has it: the one that answers, else where it is sent."""
        return self.responsible or self.dispatch_to


NOBODY = Held()


@dataclass(frozen=True, slots=True)
class Moved:
    """A facility whose answer differs."""

    code: str
    category: str
    name: str
    place: GEOSGeometry
    before: Held
    after: Held


def held_by(decision: Decision) -> Held:
    """Who holds what was asked about."""
    responsible = decision.responsible
    speaking = () if responsible else decision.finding.speaking
    return Held(
        outcome=decision.outcome.value,
        responsible=responsible or "",
        dispatch_to=decision.dispatch_to or "",
        contesting=frozenset(claim.organization for claim in speaking),
    )


def find_changes(before: int, after: int, at: datetime) -> None:
    """Leave temporary tables of what differs: `impact_shape` (ground), `impact_thing` (facilities).

    In one transaction with what reads them. `at` is the instant of the answers to come.
    """
    given: dict[str, Any] = {"before": before, "after": after, "at": at}
    with connection.cursor() as cursor:
        for statement in CHANGES:
            cursor.execute(statement, given)


def moved_facilities(before: int, after: int, at: datetime) -> Iterator[Moved]:
    """The facilities whose answer at an instant differs between two ground versions.

    After `find_changes`. In the order of their places.
    """
    city = the_city()
    for chunk in _windows(_candidates(before, after, at)):
        old = _decided(city, chunk.records(before), before, at, chunk.box)
        new = _decided(city, chunk.records(after), after, at, chunk.box)
        for code, record in chunk.shown.items():
            was, becomes = old.get(code, NOBODY), new.get(code, NOBODY)
            if was != becomes:
                yield Moved(code, record.category.code, record.name, record.location, was, becomes)


@dataclass(slots=True)
class _Chunk:
    """Neighbouring facilities and a box around them; `known` their records by version."""

    box: Box
    known: dict[int, dict[str, FacilityRecord]]
    shown: dict[str, FacilityRecord]

    def records(self, version: int) -> list[FacilityRecord]:
        """Those that stand at a version."""
        return list(self.known.get(version, {}).values())


def _candidates(
    before: int, after: int, at: datetime
) -> Iterator[tuple[str, dict[int, FacilityRecord]]]:
    """Facilities that may be affected with their records at both versions, neighbours together."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"before": before, "after": after, "at": at})
        keys = cursor.fetchall()
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        wanted = {key for _, old, new in part for key in (old, new) if key}
        records = FacilityRecord.objects.select_related("facility", "category").in_bulk(wanted)
        for code, old, new in part:
            found = {before: records.get(old), after: records.get(new)}
            yield code, {version: row for version, row in found.items() if row is not None}


def _windows(
    candidates: Iterable[tuple[str, dict[int, FacilityRecord]]],
) -> Iterator[_Chunk]:
    """Neighbours in chunks of a bounded size and width."""
    chunk: _Chunk | None = None
    for code, records in candidates:
        boxes = [record.location.extent for record in records.values()]
        own = _around(boxes)
        if chunk is not None:
            wider = _around([chunk.box, own])
            if len(chunk.shown) < CHUNK and _fits(wider):
                chunk.box = wider
            else:
                yield chunk
                chunk = None
        if chunk is None:
            chunk = _Chunk(own, {}, {})
        for version, record in records.items():
            chunk.known.setdefault(version, {})[code] = record
            chunk.shown[code] = record
    if chunk is not None:
        yield chunk


def _around(boxes: Sequence[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _fits(box: Box) -> bool:
    return box[2] - box[0] <= WINDOW_DEG and box[3] - box[1] <= WINDOW_DEG


def _decided(
    city: City, records: Sequence[FacilityRecord], version: int, at: datetime, box: Box
) -> dict[str, Held]:
    """Who holds each facility at a version, by its code."""
    if not records:
        return {}
    west, south, east, north = box
    wide = (west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG)
    slice_ = read_slice(
        reference_at(version),
        facilities=[record.facility.code for record in records],
        box=wide,
    )
    places = [position_of(record, None) for record in records]
    xs, ys = points_in_metres([p.lon for p in places], [p.lat for p in places], city.metric_srid)
    questions = [
        Question(
            lon=place.lon,
            lat=place.lat,
            x=float(x),
            y=float(y),
            at=at,
            facility=record.facility.code,
        )
        for record, place, x, y in zip(records, places, xs, ys, strict=True)
    ]
    try:
        decisions = decide_on(slice_, questions)
    except GEOSException:
        decisions = [Decision(Outcome.UNDETERMINED, role="") for _ in questions]
    return {q.facility: held_by(d) for q, d in zip(questions, decisions, strict=True)}
