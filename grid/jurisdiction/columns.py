"""Many questions as columns: the same answers as one by one, the rules applied once per pattern.

Where a point lies and what speaks there is found by compiled loops over arrays. Points whose claims look
alike to the rules share a pattern; `decide_at`, the function of the single answer, is called on one of
them. A question that needs more (an accuracy circle that may reach a boundary or several facilities, as
near facilities that cannot be told apart) is decided by `decide_on` as it is alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
from shapely.errors import GEOSException

from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.index.alike import Alike, Spots
from grid.jurisdiction.index.ground import IndexedGround
from grid.jurisdiction.index.near import SEVERAL
from grid.jurisdiction.question import Question
from grid.jurisdiction.rules import Outcome
from grid.jurisdiction.speaking import REACH_M, row_named

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUTCOMES = tuple(Outcome)
NUMBER_OF = {outcome: n for n, outcome in enumerate(OUTCOMES)}
CHUNK = 1 << 20  # the more at once, the more of them share what was fetched of memory; about 300 MB
SLACK_M = 0.1  # an accuracy circle this near to a boundary is looked at exactly
TILE_M = 200.0  # points are taken tile by tile: what is near in space is near in memory


@dataclass(frozen=True)
class Questions:
    """Questions by columns, all of one length; metres in the city's CRS.

    `at` are POSIX seconds, one for all or one for each; `category` numbers `categories` (keys
    `kind:code`), -1 for none; `thing` numbers the ground's facilities, -1 for none named.
    """

    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    at: Floats
    category: Ints
    categories: Sequence[str]
    accuracy_m: Floats
    thing: Ints

    def __len__(self) -> int:
        return len(self.x)

    def one(self, number: int, ground: IndexedGround) -> Question:
        """A single question of them."""
        category, thing = int(self.category[number]), int(self.thing[number])
        return Question(
            lon=float(self.lon[number]),
            lat=float(self.lat[number]),
            x=float(self.x[number]),
            y=float(self.y[number]),
            at=_instant(self.at[number if len(self.at) > 1 else 0]),
            accuracy_m=float(self.accuracy_m[number]),
            category=self.categories[category] if category >= 0 else "",
            facility=ground.things[thing] if thing >= 0 else "",
        )

    def some(self, numbers: Ints) -> "Questions":
        """A selection of them."""
        return Questions(
            self.lon[numbers],
            self.lat[numbers],
            self.x[numbers],
            self.y[numbers],
            self.at[numbers] if len(self.at) > 1 else self.at,
            self.category[numbers],
            self.categories,
            self.accuracy_m[numbers],
            self.thing[numbers],
        )


@dataclass(frozen=True)
class Verdicts:
    """Answers by columns, as numbers: rows of cells and areas, bodies, `OUTCOMES`; -1 (rule 0) for none."""

    cell: npt.NDArray[np.int32]
    area: npt.NDArray[np.int32]
    outcome: npt.NDArray[np.int8]
    rule: npt.NDArray[np.int8]
    responsible: npt.NDArray[np.int32]
    custodian: npt.NDArray[np.int32]
    supervisor: npt.NDArray[np.int32]

    @classmethod
    def blank(cls, count: int) -> "Verdicts":
        """Room for so many, all undetermined."""
        none = [np.full(count, -1, np.int32) for _ in range(5)]
        outcome = np.full(count, NUMBER_OF[Outcome.UNDETERMINED], np.int8)
        return cls(none[0], none[1], outcome, np.zeros(count, np.int8), *none[2:])

    def put(self, numbers: Ints, others: "Verdicts") -> None:
        """Take in the answers to a selection of the questions."""
        for column in fields(self):
            getattr(self, column.name)[numbers] = getattr(others, column.name)


@dataclass
class Decider:
    """Decides columns of questions on one indexed ground; keeps the patterns it has met."""

    ground: IndexedGround
    exactly: int = 0  # how many questions were decided one by one
    _alike: Alike = field(init=False)

    def __post_init__(self) -> None:
        self._alike = Alike(self.ground)

    def decide(self, questions: Questions) -> Verdicts:
        """The answers, in the order of the questions."""
        verdicts = Verdicts.blank(len(questions))
        for start in range(0, len(questions), CHUNK):
            numbers = np.arange(start, min(start + CHUNK, len(questions)))
            numbers = numbers[_by_tile(questions.x[numbers], questions.y[numbers])]
            self._decide_chunk(questions.some(numbers), numbers, verdicts)
        return verdicts

    def _decide_chunk(self, asked: Questions, numbers: Ints, verdicts: Verdicts) -> None:
        ground = self.ground
        x, y, at = asked.x, asked.y, asked.at
        levels = [
            _renumbered(layer.lowest_covering(x, y, at), rows)
            for layer, rows in zip(ground.levels, ground.level_rows, strict=True)
        ]
        cells = ground.cells.lowest_covering(x, y, at)
        inside = self._inside(asked, levels, cells)
        thing, exactly = self._speaking(asked)
        exactly |= self._doubtful(asked)
        plain = np.flatnonzero(inside & ~exactly)
        verdicts.outcome[numbers[~inside & ~exactly]] = NUMBER_OF[Outcome.OUTSIDE]
        verdicts.cell[numbers[plain]] = cells[plain]
        last = np.full(len(asked), -1, np.int64)
        for level in levels:
            last = np.where(level >= 0, level, last)
        verdicts.area[numbers[plain]] = last[plain]
        some = asked.some(plain)
        spots = Spots(
            some.x,
            some.y,
            some.at,
            [level[plain] for level in levels],
            thing[plain],
            self._category(some),
        )
        answers = self._alike.decide(spots)
        to, left = numbers[plain], answers.left
        verdicts.responsible[to], verdicts.custodian[to] = answers.responsible, answers.custodian
        verdicts.supervisor[to] = answers.supervisor
        verdicts.rule[to] = answers.rule
        verdicts.outcome[to] = answers.outcome
        for number in np.concatenate([np.flatnonzero(exactly), plain[left]]):
            self._decide_one(asked.one(int(number), ground), int(numbers[number]), verdicts)

    def _inside(self, asked: Questions, levels: Sequence[Ints], cells: Ints) -> Flags:
        """Whether each point is in the city: as `GroundSlice` says it."""
        slice_ = self.ground.slice
        if slice_.outline is None and not slice_.anything_mapped:
            return np.ones(len(asked), np.bool_)
        inside: Flags = cells >= 0
        for level in levels:
            inside |= level >= 0
        if self.ground.outline is not None:
            inside |= self.ground.outline.lowest_covering(asked.x, asked.y, asked.at) >= 0
        return inside

    def _speaking(self, asked: Questions) -> tuple[Ints, Flags]:
        """The thing that speaks at each point (-1: none), and where the exact code has to say."""
        ground = self.ground
        slice_ = ground.slice
        fits = np.array(
            [
                [key in slice_.ancestry.get(own, ()) for own in ground.near.categories]
                for key in asked.categories
            ],
            np.bool_,
        ).reshape(len(asked.categories), len(ground.near.categories))
        reach = np.maximum(asked.accuracy_m, REACH_M)
        place = np.where(asked.thing >= 0, -1, asked.category)
        row, count = ground.near.speaking(asked.x, asked.y, asked.at, reach, place, fits)
        thing = np.full(len(asked), -1, np.int64)
        thing[row >= 0] = ground.thing_of_row[row[row >= 0]]
        thing = np.where(asked.thing >= 0, asked.thing, thing)
        return thing, (row == SEVERAL) | ((asked.accuracy_m > 0) & (count > 1))

    def _doubtful(self, asked: Questions) -> Flags:
        """Where the accuracy circle may reach a boundary: whatever could change the answer there."""
        doubtful = np.zeros(len(asked), np.bool_)
        some = np.flatnonzero(asked.accuracy_m > 0)
        if not len(some):
            return doubtful
        x, y, reach = asked.x[some], asked.y[some], asked.accuracy_m[some] + SLACK_M
        layers = [self.ground.grounds, *self.ground.levels]
        for layer in [*layers, *([self.ground.outline] if self.ground.outline else [])]:
            doubtful[some] |= layer.pixels.edge_within(x, y, reach)
        return doubtful

    def _decide_one(self, question: Question, number: int, verdicts: Verdicts) -> None:
        """As it is decided alone; a geometry that cannot be computed with stays undetermined."""
        self.exactly += 1
        try:
            decision = decide_on(self.ground.slice, [question])[0]
        except GEOSException:
            return
        ground = self.ground
        verdicts.outcome[number] = NUMBER_OF[decision.outcome]
        verdicts.rule[number] = int(decision.finding.rule or 0)
        verdicts.cell[number] = self._cell_rows.get(decision.cell, -1)
        verdicts.area[number] = self._area_rows[decision.areas[-1]] if decision.areas else -1
        for column, code in (
            (verdicts.responsible, decision.responsible),
            (verdicts.custodian, decision.custodian),
            (verdicts.supervisor, decision.supervisor),
        ):
            column[number] = ground.body_numbers[code] if code else -1

    def _category(self, asked: Questions) -> npt.NDArray[np.object_]:
        """Key of the category asked for; of a thing named without one its own, empty for none."""
        keys = np.array([*asked.categories, ""], dtype=object)
        category: npt.NDArray[np.object_] = keys[asked.category]
        for number in np.flatnonzero((asked.category < 0) & (asked.thing >= 0)):
            one = asked.one(int(number), self.ground)
            row = row_named(self.ground.slice, one)
            category[number] = self.ground.slice.facilities[row].category if row is not None else ""
        return category

    @cached_property
    def _cell_rows(self) -> dict[str, int]:
        return {row.code: n for n, row in enumerate(self.ground.slice.cells)}

    @cached_property
    def _area_rows(self) -> dict[str, int]:
        return {row.code: n for n, row in enumerate(self.ground.slice.areas)}


def _by_tile(x: Floats, y: Floats) -> Ints:
    """An order of points in which neighbours in space follow each other."""
    column = np.clip(np.nan_to_num(x) / TILE_M, -1e6, 1e6).astype(np.int64)
    row = np.clip(np.nan_to_num(y) / TILE_M, -1e6, 1e6).astype(np.int64)
    return np.argsort(row * (1 << 22) + column)


def _renumbered(found: Ints, numbers: Ints) -> Ints:
    """Rows of a layer as rows of the whole, -1 staying."""
    return np.append(numbers, -1)[found]


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
