"""Many questions at once on the whole ground in memory: the same rules, the same answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from django.utils import timezone
from shapely.errors import GEOSException

from core.errors import DomainError
from grid.catalogue.models import Category
from grid.facilities.models import FacilityRecord
from grid.jurisdiction.asking import (
    InvalidPlace,
    Place,
    UnknownFacility,
    category_of,
    instant_of,
    position_of,
)
from grid.jurisdiction.doubt import margin_of, moves_with_place
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.ground import GroundSlice
from grid.jurisdiction.queries import points_in_metres, read_slice
from grid.jurisdiction.question import Decision, Question
from grid.jurisdiction.reference import reference_at
from grid.jurisdiction.rules import Outcome

CHUNK = 5_000
# Radii searched for the next boundary, the last as in the single answer.
MARGINS_M = (50.0, 200.0, 800.0, 3_200.0, 12_800.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a batch, as written by the asker; position in WGS84 degrees or None."""

    id: str
    lon: float | None = None
    lat: float | None = None
    category: str = ""
    facility: str = ""
    at: str = ""
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """The decision on a row; `problem` says why it is undetermined, where it is."""

    row: Row
    decision: Decision
    lon: float | None = None
    lat: float | None = None
    problem: str = ""


@dataclass
class Bulk:
    """The whole ground at one version, ready for the categories and facilities of a batch."""

    categories: Iterable[str] = ()
    facilities: Sequence[str] = ()
    version: int | None = None
    now: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        reference = reference_at(self.version)
        self.city, known = reference.city, reference.version
        self._categories: dict[str, Category | DomainError] = {}
        for text in set(self.categories):
            try:
                self._categories[text] = category_of(text)
            except DomainError as error:
                self._categories[text] = error
        asked = [f"{c.kind}:{c.code}" for c in self._categories.values() if isinstance(c, Category)]
        self.slice: GroundSlice = read_slice(
            reference, categories=asked, facilities=self.facilities
        )
        self._records: dict[str, list[FacilityRecord]] = {}
        for record in (
            FacilityRecord.objects.filter(facility__code__in=list(self.facilities))
            .known_at(known)
            .select_related("facility")
        ):
            self._records.setdefault(record.facility.code, []).append(record)

    def decide(self, rows: Iterable[Row], *, margin: bool = False) -> Iterator[Result]:
        """Answer rows in their order. A row that cannot be asked is undetermined, with the reason."""
        remaining = iter(rows)
        while chunk := list(islice(remaining, CHUNK)):
            yield from self._decide_chunk(chunk, margin=margin)

    def _decide_chunk(self, chunk: list[Row], *, margin: bool) -> list[Result]:
        asked: list[Question | str] = []
        for row in chunk:
            try:
                asked.append(self._question(row))
            except DomainError as error:
                asked.append(error.message)
        questions = self._in_metres([q for q in asked if isinstance(q, Question)])
        decisions = iter(zip(questions, self._decisions(questions, margin=margin), strict=True))
        results = []
        for row, question in zip(chunk, asked, strict=True):
            if isinstance(question, str):
                undetermined = Decision(Outcome.UNDETERMINED, role="")
                results.append(Result(row, undetermined, row.lon, row.lat, question))
            else:
                placed, decision = next(decisions)
                results.append(Result(row, decision, placed.lon, placed.lat))
        return results

    def _decisions(self, questions: list[Question], *, margin: bool) -> list[Decision]:
        try:
            decisions = decide_on(self.slice, questions)
        except GEOSException:
            if len(questions) == 1:
                return [Decision(Outcome.UNDETERMINED, role="")]
            return [d for q in questions for d in self._decisions([q], margin=margin)]
        if not margin:
            return decisions
        return [
            replace(decision, margin_m=margin_on(self.slice, question, decision))
            for question, decision in zip(questions, decisions, strict=True)
        ]

    def _question(self, row: Row) -> Question:
        at = instant_of(row.at, self.city) if row.at else self.now
        category = self._categories[row.category] if row.category else None
        if isinstance(category, DomainError):
            raise category
        place = None
        if row.lon is not None and row.lat is not None:
            place = Place(row.lon, row.lat, row.accuracy_m)
        if row.facility:
            place = self._place(row.facility, at, place)
        if place is None:
            raise InvalidPlace("lon and lat are missing")
        return Question(
            lon=place.lon,
            lat=place.lat,
            x=0.0,
            y=0.0,
            at=at,
            accuracy_m=place.accuracy_m,
            category=f"{category.kind}:{category.code}" if category else "",
            facility=row.facility,
        )

    def _place(self, facility: str, at: datetime, place: Place | None) -> Place | None:
        records = self._records.get(facility, [])
        if not records:
            raise UnknownFacility(f"there is no facility {facility!r}")
        for record in records:
            span = record.valid_during
            if (span.lower is None or span.lower <= at) and (span.upper is None or at < span.upper):
                return position_of(record, place)
        return place

    def _in_metres(self, questions: list[Question]) -> list[Question]:
        if not questions:
            return []
        xs, ys = points_in_metres(
            [q.lon for q in questions], [q.lat for q in questions], self.city.metric_srid
        )
        return [
            replace(q, x=float(x), y=float(y)) for q, x, y in zip(questions, xs, ys, strict=True)
        ]


def margin_on(slice_: GroundSlice, question: Question, decision: Decision) -> float | None:
    """Metres to the nearest place with another answer, on the whole ground, searched ever wider."""
    for radius in MARGINS_M:
        found = margin_of(slice_, question, decision, radius)
        if found is not None or (radius >= MARGINS_M[1] and not moves_with_place(decision)):
            return found
    return None
