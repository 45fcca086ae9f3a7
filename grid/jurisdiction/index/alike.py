"""Points alike to the rules, judged once: the rules called on one point of each pattern, read for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from grid.jurisdiction.at_place import decide_at, duty_for
from grid.jurisdiction.bodies import with_bodies
from grid.jurisdiction.index.ground import IndexedGround
from grid.jurisdiction.index.patterns import MOST_CLAIMS, assign, grown, nothing_kept
from grid.jurisdiction.question import Decision, Standpoint
from grid.jurisdiction.rules import Outcome

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OUTCOMES = tuple(Outcome)


@dataclass(frozen=True)
class Spots:
    """Points in the city with what was found there: area rows by level, the thing that speaks, -1 for none.

    `category` is the key of what is asked for, empty for none.
    """

    x: Floats
    y: Floats
    at: Floats
    levels: Sequence[Ints]
    thing: Ints
    category: npt.NDArray[np.object_]

    def instant(self, number: int) -> datetime:
        """When it is asked about."""
        seconds = self.at[number if len(self.at) > 1 else 0]
        return datetime.fromtimestamp(float(seconds), UTC)

    def areas(self, number: int) -> tuple[int, ...]:
        """The areas it lies in, outermost first."""
        return tuple(int(level[number]) for level in self.levels if level[number] >= 0)


@dataclass(frozen=True)
class Answers:
    """By spot: outcome (in `OUTCOMES`), rule (0: none), bodies (-1: none); `left` could not be judged."""

    outcome: Ints
    rule: Ints
    responsible: Ints
    custodian: Ints
    supervisor: Ints
    left: Ints


class Alike:
    """The patterns met on one ground, and what the rules said of each."""

    def __init__(self, ground: IndexedGround) -> None:
        self.ground = ground
        self._kept = nothing_kept(1 << 12)
        self._judged: list[tuple[int, int, int]] = []  # outcome, rule, body's place in the pattern
        self._contexts: dict[tuple[str, int, int], int] = {}
        self._context_body: list[int] = []
        self._context_band: list[int] = []
        self._catalogue: dict[tuple[str, tuple[int, ...]], tuple[int, int, int]] = {}
        self._bands: dict[int, int] = {}
        self._acting: list[Ints] = []

    def decide(self, spots: Spots) -> Answers:
        """Judge spots in the city, in their order."""
        count = len(spots.x)
        offsets, grounds = self.ground.grounds.covering(spots.x, spots.y, spots.at)
        context, custodian, supervisor = self._under_the_catalogue(spots)
        pattern, body_first = np.empty(count, np.int64), np.zeros(count + 1, np.int64)
        bodies = np.empty(6 * count + 16 * MOST_CLAIMS, np.int64)
        body, band = np.array(self._context_body), np.array(self._context_band)
        acting = np.array(self._acting).reshape(len(self._acting), len(self.ground.body_codes))
        done = 0
        while done < count:
            done = assign(
                self.ground.claims, context, body, band, acting, offsets, grounds, spots.thing,
                spots.at, self._kept, pattern, body_first, bodies, done,
            )  # fmt: skip
            if done < count:
                self._kept = grown(self._kept)
                bodies = np.concatenate([bodies, np.empty_like(bodies)])
        self._judge(spots, pattern, offsets, grounds, body_first, bodies)
        judged = np.array([*self._judged, (0, 0, -1)], np.int64)[pattern]
        named = judged[:, 2]
        last = len(bodies) - 1
        of_body = bodies[np.minimum(body_first[:-1] + np.maximum(named, 0), last)]
        return Answers(
            outcome=judged[:, 0],
            rule=judged[:, 1],
            responsible=np.where(named >= 0, of_body, -1),
            custodian=custodian,
            supervisor=supervisor,
            left=np.flatnonzero(pattern < 0),
        )

    def _under_the_catalogue(self, spots: Spots) -> tuple[Ints, Ints, Ints]:
        """Per spot the context (category, its duty there, band of time), custodian and supervisor."""
        band = np.searchsorted(self.ground.turns, spots.at, side="right")
        category, keys = pd.factorize(spots.category)
        mixed = category * (len(self.ground.turns) + 1) + band
        areas = len(self.ground.slice.areas) + 1
        for level in spots.levels:
            if int(mixed.max(initial=0)) * areas >= 1 << 62:  # no two may come to mean the same
                mixed = pd.factorize(mixed)[0]
            mixed = mixed * areas + level + 1
        group, groups = pd.factorize(mixed)
        first = np.empty(len(groups), np.int64)
        first[group[::-1]] = np.arange(len(group))[::-1]
        band = np.broadcast_to(band, len(group))
        found = np.array(
            [self._place(spots, int(n), str(keys[category[n]]), int(band[n])) for n in first],
            np.int64,
        ).reshape(len(groups), 3)[group]
        return found[:, 0].copy(), found[:, 1], found[:, 2]

    def _place(self, spots: Spots, number: int, category: str, band: int) -> tuple[int, int, int]:
        """Context, custodian and supervisor for a category in these areas, in a band of time."""
        key = (category, (band, *(int(level[number]) for level in spots.levels)))
        if key not in self._catalogue:
            slice_, at = self.ground.slice, spots.instant(number)
            codes = tuple(slice_.areas[n].code for n in spots.areas(number))
            duty = duty_for(slice_, Standpoint(at, category, "", ()), codes)
            there = Decision(Outcome.UNOWNED, role="", areas=codes, duty=duty)
            there = with_bodies(slice_, there, at)
            context = (category, duty.number if duty else 0, band)
            if context not in self._contexts:
                self._contexts[context] = len(self._contexts)
                self._context_body.append(self._number(duty.organization if duty else None))
                self._context_band.append(self._acting_in(band, at))
            self._catalogue[key] = (
                self._contexts[context],
                self._number(there.custodian),
                self._number(there.supervisor),
            )
        return self._catalogue[key]

    def _acting_in(self, band: int, at: datetime) -> int:
        if band not in self._bands:
            self._bands[band] = len(self._acting)
            self._acting.append(self.ground.acting(at))
        return self._bands[band]

    def _judge(
        self,
        spots: Spots,
        pattern: Ints,
        offsets: Ints,
        grounds: npt.NDArray[np.int32],
        body_first: Ints,
        bodies: Ints,
    ) -> None:
        """Apply the rules to one spot of each pattern not met before."""
        new = np.flatnonzero(pattern >= len(self._judged))
        _, first = np.unique(pattern[new], return_index=True)
        for number in new[first]:
            thing = int(spots.thing[number])
            standpoint = Standpoint(
                spots.instant(number),
                str(spots.category[number]),
                "",
                (self.ground.things[thing],) if thing >= 0 else (),
            )
            covering = [int(n) for n in grounds[offsets[number] : offsets[number + 1]]]
            decision = decide_at(self.ground.slice, standpoint, spots.areas(number), covering)
            met = bodies[body_first[number] : body_first[number + 1]].tolist()
            responsible = decision.responsible
            self._judged.append(
                (
                    OUTCOMES.index(decision.outcome),
                    int(decision.finding.rule or 0),
                    met.index(self._number(responsible)) if responsible else -1,
                )
            )

    def _number(self, code: str | None) -> int:
        return self.ground.body_numbers[code] if code else -1
