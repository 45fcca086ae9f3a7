"""A table of questions to a table of answers: read by columns, decided by columns, written by columns."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone
from shapely.errors import GEOSException

from core.errors import DomainError
from grid.facilities.models import FacilityRecord
from grid.ground.datums import WGS84, Datum, to_wgs84
from grid.ground.models import City
from grid.ground.queries import newest_version, the_city
from grid.jurisdiction.asking import (
    InvalidPlace,
    Place,
    UnknownFacility,
    category_of,
    instant_of,
    position_of,
)
from grid.jurisdiction.bulk import margin_on
from grid.jurisdiction.columns import OUTCOMES, Decider, Questions, Verdicts
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.index.ground import IndexedGround
from grid.jurisdiction.queries import points_in_metres
from grid.jurisdiction.whole import whole_ground

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Batch:
    """Questions as a table with columns lon and lat, or facility; also id, category, at, accuracy_m.

    `problems` are (row, message) of rows that cannot be asked: they are answered as undetermined.
    """

    def __init__(
        self,
        table: pa.Table,
        *,
        datum: Datum = WGS84,
        version: int | None = None,
        now: datetime | None = None,
    ) -> None:
        self.city: City = the_city()
        self.version = newest_version() if version is None else version
        self.ground: IndexedGround = whole_ground(self.version)
        self.problems: dict[int, str] = {}
        self.now: datetime = now or timezone.now()
        self._table, self._size = table, table.num_rows
        self._names = {
            name.strip().lower(): n for n, name in reversed([*enumerate(table.column_names)])
        }
        self.ids = self._texts("id") if "id" in self._names else _counted(self._size)
        self.questions = self._questions(datum)

    def answers(self, *, margin: bool = False) -> pa.Table:
        """The answers, in the contract's columns."""
        decider = Decider(self.ground)
        sound = (
            np.array([n for n in range(self._size) if n not in self.problems], np.int64)
            if (self.problems)
            else np.arange(self._size)
        )
        verdicts = Verdicts.blank(self._size)
        verdicts.put(sound, decider.decide(self.questions.some(sound)))
        margins = np.full(self._size, np.nan)
        if margin:
            for number in sound:
                margins[number] = self._margin(int(number))
        return self._written(verdicts, margins)

    def _margin(self, number: int) -> float:
        question = self.questions.one(number, self.ground)
        try:
            decision = decide_on(self.ground.slice, [question])[0]
            found = margin_on(self.ground.slice, question, decision)
        except GEOSException:
            return np.nan
        return np.nan if found is None else round(found, 2)

    def _written(self, verdicts: Verdicts, margins: Floats) -> pa.Table:
        ground, asked = self.ground, self.questions
        cells = _codes(ground.slice.cells, verdicts.cell, lambda row: row.code)
        areas = _codes(ground.slice.areas, verdicts.area, lambda row: row.code)
        body = pa.array(ground.body_codes, pa.string())
        rule = pa.array(verdicts.rule, pa.int16(), mask=verdicts.rule == 0)
        return pa.table(
            {
                "id": self.ids,
                "lon": pa.array(asked.lon, from_pandas=True),
                "lat": pa.array(asked.lat, from_pandas=True),
                "cell": cells,
                "area": areas,
                "outcome": pa.array([o.value for o in OUTCOMES]).take(pa.array(verdicts.outcome)),
                "responsible": _taken(body, verdicts.responsible),
                "custodian": _taken(body, verdicts.custodian),
                "rule": rule,
                "margin_m": pa.array(margins, from_pandas=True),
            }
        )

    def _questions(self, datum: Datum) -> Questions:
        lon, lat = self._numbers("lon"), self._numbers("lat")
        if datum != WGS84:
            lon, lat = to_wgs84(lon, lat, datum)
        accuracy = self._accuracies()
        at = self._instants()
        category, categories = self._categories()
        thing, lon, lat, accuracy = self._things(lon, lat, accuracy, at)
        wrong = (
            ~(np.abs(lon) <= 180) | ~(np.abs(lat) <= 90) | ~(accuracy >= 0) | (accuracy > 50_000)
        )
        for number in np.flatnonzero(wrong):
            self._refuse(int(number), lon, lat, accuracy)
        x, y = points_in_metres(lon, lat, self.city.metric_srid)  # type: ignore[arg-type]
        return Questions(lon, lat, x, y, at, category, categories, accuracy, thing)

    def _accuracies(self) -> Floats:
        """Metres, 0 where a row says nothing; a word that is no number is no 0."""
        metres = self._numbers("accuracy_m")
        if "accuracy_m" in self._names:
            texts = self._texts("accuracy_m")
            for row in np.flatnonzero(np.isnan(metres)):
                if text := texts[int(row)].as_py():
                    self.problems[int(row)] = f"accuracy_m must be a number, not {text!r}"
        return np.nan_to_num(metres)

    def _refuse(self, number: int, lon: Floats, lat: Floats, accuracy: Floats) -> None:
        if number in self.problems:
            return
        try:
            if np.isnan(lon[number]) or np.isnan(lat[number]):
                raise InvalidPlace("lon and lat are missing")
            Place(float(lon[number]), float(lat[number]), float(accuracy[number]))
        except DomainError as error:
            self.problems[number] = error.message

    def _instants(self) -> Floats:
        """When each is asked about, POSIX seconds: one for all where no row says."""
        number, texts = self._encoded("at")
        if texts in ([], [""]):
            return np.array([self.now.timestamp()])
        known = self._each(number, texts, lambda text: instant_of(text, self.city))
        moments = [self.now if moment is None else moment for moment in known]
        return np.array([moment.timestamp() for moment in moments])[number]

    def _categories(self) -> tuple[Ints, list[str]]:
        number, texts = self._encoded("category")
        known = self._each(number, texts, category_of)
        keys = sorted({f"{one.kind}:{one.code}" for one in known if one is not None})
        place = np.array(
            [-1 if one is None else keys.index(f"{one.kind}:{one.code}") for one in known], np.int64
        )
        return place[number] if len(place) else np.full(self._size, -1, np.int64), keys

    def _things(
        self, lon: Floats, lat: Floats, accuracy: Floats, at: Floats
    ) -> tuple[Ints, Floats, Floats, Floats]:
        """The facilities named; where one is, the place of the question is the facility's."""
        number, texts = self._encoded("facility")
        thing = np.full(self._size, -1, np.int64)
        records: dict[str, list[FacilityRecord]] = {}
        for record in (
            FacilityRecord.objects.filter(facility__code__in=[text for text in texts if text])
            .known_at(self.version)
            .select_related("facility")
        ):
            records.setdefault(record.facility.code, []).append(record)
        lon, lat, accuracy = lon.copy(), lat.copy(), accuracy.copy()
        named = np.array([text != "" for text in texts], np.bool_)
        for row in np.flatnonzero(named[number] if len(texts) else []):
            code = texts[number[row]]
            if code not in records:
                self.problems.setdefault(
                    int(row), UnknownFacility(f"there is no facility {code!r}").message
                )
                continue
            thing[row] = self.ground.thing_numbers[code]
            seconds = at[row if len(at) > 1 else 0]
            standing = [r for r in records[code] if _holds(r, seconds)]
            given = None
            if np.isfinite(lon[row]) and np.isfinite(lat[row]):
                try:
                    given = Place(float(lon[row]), float(lat[row]), float(accuracy[row]))
                except DomainError as error:
                    self.problems.setdefault(int(row), error.message)
                    continue
            if standing:
                place = position_of(standing[0], given)
                lon[row], lat[row], accuracy[row] = place.lon, place.lat, place.accuracy_m
        return thing, lon, lat, accuracy

    def _each(self, number: Ints, texts: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
        """What each distinct text means, None for an empty one; rows of an unknown one are refused."""
        known: list[Any] = []
        for place, text in enumerate(texts):
            try:
                known.append(read(text) if text else None)
            except DomainError as error:
                known.append(None)
                for row in np.flatnonzero(number == place):
                    self.problems.setdefault(int(row), error.message)
        return known

    def _texts(self, name: str) -> pa.ChunkedArray | pa.Array:
        column = self._table.column(self._names[name])
        return pc.fill_null(pc.utf8_trim_whitespace(pc.cast(column, pa.string())), "")

    def _encoded(self, name: str) -> tuple[Ints, list[str]]:
        """A column of words as (number of each row's, the distinct words)."""
        if name not in self._names:
            return np.zeros(self._size, np.int64), [""] if self._size else []
        coded = pc.dictionary_encode(self._texts(name))
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        return coded.indices.to_numpy().astype(np.int64), coded.dictionary.to_pylist()

    def _numbers(self, name: str) -> Floats:
        if name not in self._names:
            return np.full(self._size, np.nan)
        column = self._table.column(self._names[name])
        if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
            texts = self._texts(name)
            try:
                column = pc.cast(pc.if_else(pc.equal(texts, ""), None, texts), pa.float64())
            except pa.ArrowInvalid:
                return np.array([_number(text) for text in texts.to_pylist()], np.float64)
        numbers: Floats = pc.fill_null(pc.cast(column, pa.float64()), np.nan).to_numpy()
        return numbers


def _holds(record: FacilityRecord, seconds: float) -> bool:
    span = record.valid_during
    started = span.lower is None or span.lower.timestamp() <= seconds
    return started and (span.upper is None or seconds < span.upper.timestamp())


def _codes(rows: Sequence[Any], numbers: npt.NDArray[Any], code: Callable[[Any], str]) -> pa.Array:
    """Codes of the rows that were met, without making the others."""
    met, place = np.unique(numbers, return_inverse=True)
    return pa.array([code(rows[int(n)]) if n >= 0 else None for n in met], pa.string()).take(
        pa.array(place)
    )


def _taken(codes: pa.Array, numbers: npt.NDArray[Any]) -> pa.Array:
    return codes.take(pa.array(numbers, pa.int64(), mask=numbers < 0))


def _counted(size: int) -> pa.Array:
    return pc.cast(pa.array(np.arange(1, size + 1)), pa.string())


def _number(text: str) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")
