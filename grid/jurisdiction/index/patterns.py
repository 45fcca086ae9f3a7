"""Which points have the same question before the rules: claims reduced to what the rules look at.

The rules compare: who is the same body as whom, which ground is narrower, which instrument is later, what
is documented, of which kind, role and categories. A *pattern* is just that. Points of one pattern differ in
names only, so that the rules are applied once, to one of them, and its answer read for all: the body that
answers is the same one *in the order of the pattern's bodies*.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from grid.jurisdiction.rules import NARROWNESS_M2, NARROWNESS_SHARE

Array = npt.NDArray[Any]

MOST_CLAIMS = 64  # more on one spot: the exact code looks
MOST_ABOVE = 6  # things one above the other whose records may speak
TOO_MANY = -1


class Claims(NamedTuple):
    """All ground and party rows by what the rules see of them, as arrays.

    Of grounds: class (kind, role, categories, documented), organization, area, day it took effect. Of
    parties, in the order of their facility (`party_first`): the same, and when they hold. `parent_*`: on
    what each facility hangs, and when. Organizations are numbers.
    """

    ground_class: Array
    ground_body: Array
    ground_area: Array
    ground_day: Array
    party_first: Array
    party_class: Array
    party_body: Array
    party_day: Array
    party_since: Array
    party_until: Array
    parent_first: Array
    parent: Array
    parent_since: Array
    parent_until: Array


class Kept(NamedTuple):
    """The patterns found so far: their words, end to end, under a hash table."""

    table: Array
    first: Array
    words: Array
    size: Array  # (number of patterns,)


def nothing_kept(patterns: int) -> Kept:
    """Room for so many patterns."""
    return Kept(
        np.full(4 * patterns, -1, np.int64),
        np.zeros(patterns + 1, np.int64),
        np.empty(patterns * 16 + MOST_CLAIMS, np.int64),
        np.zeros(1, np.int64),
    )


def grown(kept: Kept) -> Kept:
    """The same with more room."""
    more = nothing_kept(2 * (len(kept.first) - 1))
    more.first[: len(kept.first)] = kept.first
    more.words[: len(kept.words)] = kept.words
    more.size[0] = kept.size[0]
    _rehash(more.table, more.first, more.words, int(kept.size[0]))
    return more


@njit(cache=True)
def _hash(words: Array, start: int, end: int) -> int:
    mixed = np.uint64(1469598103934665603)
    for k in range(start, end):
        mixed = (mixed ^ np.uint64(words[k])) * np.uint64(1099511628211)
        mixed ^= mixed >> np.uint64(29)
    return int(mixed >> np.uint64(1))


@njit(cache=True)
def _rehash(table: Array, first: Array, words: Array, count: int) -> None:
    for pattern in range(count):
        slot = _hash(words, first[pattern], first[pattern + 1]) % len(table)
        while table[slot] >= 0:
            slot = (slot + 1) % len(table)
        table[slot] = pattern


@njit(cache=True)
def _body_number(bodies: Array, first: int, count: int, body: int) -> int:
    """The place of a body among those met on this spot; a new one is the next."""
    for k in range(count):
        if bodies[first + k] == body:
            return k
    bodies[first + count] = body
    return count


@njit(cache=True)
def assign(
    claims: Claims,
    context: Array,
    duty_body: Array,
    band: Array,
    living: Array,
    offsets: Array,
    grounds: Array,
    facility: Array,
    at: Array,
    kept: Kept,
    pattern: Array,
    body_first: Array,
    bodies: Array,
    begin: int,
) -> int:
    """Give each point from `begin` on its pattern; stops, returning the point, where room runs out.

    `context` numbers what the catalogue says there, `duty_body` and `band` are per context; `living` is,
    per band of time, the body that acts for each; `facility` is the thing that speaks, or -1. The bodies of
    point i in the order of its pattern stand in `bodies` from `body_first[i]` on. `pattern` is TOO_MANY
    where there are more claims than MOST_CLAIMS, or things in a row than MOST_ABOVE.
    """
    order = np.empty(MOST_CLAIMS, np.int64)
    days = np.empty(2 * MOST_CLAIMS, np.int64)
    words = np.empty(2 * MOST_CLAIMS + 2, np.int64)
    for i in range(begin, len(pattern)):
        moment = at[i] if len(at) > 1 else at[0]
        here = context[i]
        alive = living[band[here]]
        base, met = body_first[i], 0
        body_first[i + 1] = base
        if base + 2 * MOST_CLAIMS + 2 > len(bodies):
            return i
        if duty_body[here] >= 0:
            met = max(met, _body_number(bodies, base, met, alive[duty_body[here]]) + 1)
        count = offsets[i + 1] - offsets[i]
        if count > MOST_CLAIMS:
            pattern[i] = TOO_MANY
            continue
        for k in range(count):  # by area, then class: an order that names nobody
            row = grounds[offsets[i] + k]
            place = k
            while place > 0 and (
                claims.ground_area[order[place - 1]] > claims.ground_area[row]
                or (
                    claims.ground_area[order[place - 1]] == claims.ground_area[row]
                    and claims.ground_class[order[place - 1]] > claims.ground_class[row]
                )
            ):
                order[place] = order[place - 1]
                place -= 1
            order[place] = row
        words[0] = here
        words[1] = count
        size = 2
        narrow = 0
        for k in range(count):
            row = order[k]
            area = claims.ground_area[row]
            limit = area + max(NARROWNESS_M2, area * NARROWNESS_SHARE)
            narrow = max(narrow, k)
            while narrow + 1 < count and claims.ground_area[order[narrow + 1]] <= limit:
                narrow += 1
            number = _body_number(bodies, base, met, alive[claims.ground_body[row]])
            met = max(met, number + 1)
            words[size] = (((claims.ground_class[row] << 8) | number) << 8 | narrow) << 16
            days[size] = claims.ground_day[row]
            size += 1
        thing, depth = facility[i], 1
        too_many = False
        while thing >= 0 and depth <= MOST_ABOVE and not too_many:
            for p in range(claims.party_first[thing], claims.party_first[thing + 1]):
                if size >= 2 * MOST_CLAIMS:
                    too_many = True
                    break
                holds = claims.party_since[p] <= moment < claims.party_until[p]
                number = _body_number(bodies, base, met, alive[claims.party_body[p]])
                met = max(met, number + 1)
                words[size] = (
                    ((claims.party_class[p] << 8) | number) << 8 | (depth << 1 | holds)
                ) << 16
                days[size] = claims.party_day[p]
                size += 1
            above = -1
            for p in range(claims.parent_first[thing], claims.parent_first[thing + 1]):
                if claims.parent_since[p] <= moment < claims.parent_until[p]:
                    above = claims.parent[p]
                    break
            thing, depth = above, depth + 1
        if too_many or thing >= 0:
            pattern[i] = TOO_MANY
            continue
        words[1] |= depth << 8
        for k in range(2, size):  # the day as its place among the days met here
            earlier = 0
            for other in range(2, size):
                if days[other] < days[k]:
                    earlier += 1
            words[k] |= earlier
        body_first[i + 1] = base + met
        slot = _hash(words, 0, size) % len(kept.table)
        found = -1
        while kept.table[slot] >= 0:
            known = kept.table[slot]
            start = kept.first[known]
            if kept.first[known + 1] - start == size:
                alike = True
                for k in range(size):
                    if kept.words[start + k] != words[k]:
                        alike = False
                        break
                if alike:
                    found = known
                    break
            slot = (slot + 1) % len(kept.table)
        if found < 0:
            found = kept.size[0]
            start = kept.first[found]
            if found + 2 > len(kept.first) or start + size > len(kept.words):
                return i
            for k in range(size):
                kept.words[start + k] = words[k]
            kept.first[found + 1] = start + size
            kept.table[slot] = found
            kept.size[0] += 1
        pattern[i] = found
    return len(pattern)
