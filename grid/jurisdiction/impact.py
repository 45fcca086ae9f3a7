"""What changes hands between two ground versions: which facilities have another answer, from whom to whom.

Candidates are found by joins on what changed (rows, boundaries, duties), so the work goes with the
change and not with the city; each is then decided at both versions by the code that decides everything,
the rules called once for all things on the same rows that say nothing of themselves. A cheap superset
of candidates is enough: what is decided alike is left out.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from shapely.errors import GEOSException

from grid.facilities.models import FacilityRecord
from grid.ground.models import City
from grid.ground.queries import the_city
from grid.jurisdiction.asking import place_on
from grid.jurisdiction.at_place import OUTSIDE, decide_at
from grid.jurisdiction.bodies import with_bodies
from grid.jurisdiction.ground import GroundSlice
from grid.jurisdiction.impact_queries import CANDIDATES, CHANGES, LATEST_AHEAD, TURNS
from grid.jurisdiction.queries import points_in_metres, read_at_places
from grid.jurisdiction.question import Decision, Question
from grid.jurisdiction.reference import reference_at
from grid.jurisdiction.rules import Outcome
from grid.jurisdiction.speaking import row_named, standpoint_of

CHUNK = 20_000  # facilities decided on one slice, read in one round trip for each version


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


def find_turns(since: datetime, until: datetime) -> None:
    """The same tables, of what begins or ends to hold between two instants on the newest version."""
    given: dict[str, Any] = {"since": since, "until": until, "timezone": the_city().timezone}
    with connection.cursor() as cursor:
        for statement in TURNS:
            cursor.execute(statement, given)


def day_of_effect(before: int, after: int, now: datetime) -> datetime:
    """When all that differs holds: the latest instant ahead at which a changed row begins, else now."""
    given: dict[str, Any] = {
        "before": before,
        "after": after,
        "at": now,
        "timezone": the_city().timezone,
    }
    with connection.cursor() as cursor:
        cursor.execute(LATEST_AHEAD, given)
        (turn,) = cursor.fetchone()
    return turn or now


def moved_facilities(before: int, after: int, at: datetime) -> Iterator[Moved]:
    """The facilities whose answer at an instant differs between two ground versions.

    After `find_changes`. In the order of their places.
    """
    city = the_city()
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"before": before, "after": after, "at": at})
        keys = cursor.fetchall()
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        spots = _spots(city, {key for _, old, new in part for key in (old, new) if key})
        was = _holders(before, at, [spots[old] for _, old, _ in part if old])
        becomes = _holders(after, at, [spots[new] for _, _, new in part if new])
        changed = {
            code: (was.get(code, NOBODY), becomes.get(code, NOBODY), new or old)
            for code, old, new in part
            if was.get(code, NOBODY) != becomes.get(code, NOBODY)
        }
        shown = FacilityRecord.objects.select_related("category").in_bulk(
            [key for _, _, key in changed.values()]
        )
        for code, (old_one, new_one, key) in changed.items():
            record = shown[key]
            yield Moved(code, record.category.code, record.name, record.location, old_one, new_one)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a facility is asked about: degrees, and metres in the city's CRS."""

    code: str
    lon: float
    lat: float
    x: float
    y: float


def _spots(city: City, keys: Collection[int]) -> dict[int, _Spot]:
    """By the keys of records of facilities."""
    rows = list(
        FacilityRecord.objects.filter(pk__in=keys).values_list("pk", "facility__code", "location")
    )
    places = [place_on(shape) for _, _, shape in rows]
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    xs, ys = points_in_metres(lons, lats, city.metric_srid)
    return {
        key: _Spot(code, place.lon, place.lat, float(x), float(y))
        for (key, code, _), place, x, y in zip(rows, places, xs, ys, strict=True)
    }


def _holders(version: int, at: datetime, spots: Sequence[_Spot]) -> dict[str, Held]:
    """Who holds each facility at a version, by its code."""
    if not spots:
        return {}
    slice_ = read_at_places(
        reference_at(version),
        facilities=[spot.code for spot in spots],
        lons=[spot.lon for spot in spots],
        lats=[spot.lat for spot in spots],
    )
    return dict(zip((s.code for s in spots), _held_on(slice_, spots, at), strict=True))


def _held_on(slice_: GroundSlice, spots: Sequence[_Spot], at: datetime) -> list[Held]:
    """A geometry that cannot be computed with spoils its own answer alone."""
    points = shapely.points([spot.x for spot in spots], [spot.y for spot in spots])
    try:
        places = slice_.places_of(points, np.full(len(spots), at.timestamp()))
    except GEOSException:
        if len(spots) == 1:
            return [held_by(Decision(Outcome.UNDETERMINED, role=""))]
        half = len(spots) // 2
        return _held_on(slice_, spots[:half], at) + _held_on(slice_, spots[half:], at)
    known: dict[tuple[Any, ...], Held] = {}
    held = []
    for number, spot in enumerate(spots):
        areas, grounds = places.areas[number], places.grounds[number]
        question = Question(spot.lon, spot.lat, spot.x, spot.y, at, facility=spot.code)
        alike = (bool(places.inside[number]), areas, grounds, *_own(slice_, question))
        if alike not in known:
            decision = OUTSIDE
            if places.inside[number]:
                standpoint = standpoint_of(slice_, question, points[number])
                decision = decide_at(slice_, standpoint, areas, grounds)
                decision = with_bodies(slice_, decision, at)
            known[alike] = held_by(decision)
        held.append(known[alike])
    return held


def _own(slice_: GroundSlice, question: Question) -> tuple[str, str]:
    """What of the thing itself its answer rests on: its class, and its name unless it says nothing."""
    number = row_named(slice_, question)
    row = slice_.facilities[number] if number is not None else None
    silent = row is not None and not row.parent and question.facility not in slice_.parties
    return row.category if row else "", "" if silent else question.facility
