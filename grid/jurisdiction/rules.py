"""The rules of jurisdiction: claims in, finding out; plain values, no database, no geometry.

A claim is what speaks for a body. Instruments (1, 2) are conclusive; what the facility's own record
says (3, 4, 5) is a specific presumption; place and class (6 to 9) give general presumptions. The
specific beats the general, documented beats unproven, and a conflict is itself a result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

RULES_EDITION = "2026.2"

# Two ownership areas are equally narrow when their sizes differ by less than a square metre or a
# ten-thousandth: no survey of a boundary is better than that.
NARROWNESS_M2 = 1.0
NARROWNESS_SHARE = 1e-4


class Rule(IntEnum):
    """The nine rules, in their order."""

    PRECEDENT = 1
    SIGNED_HANDOVER = 2
    PROJECT = 3
    REGISTERED_PARTY = 4
    DE_FACTO_UPKEEP = 5
    UTILITY_CLASS = 6
    RED_LINE = 7
    OWNERSHIP_AREA = 8
    DUTY = 9


INSTRUMENTS = frozenset({Rule.PRECEDENT, Rule.SIGNED_HANDOVER})
STAND_IN = "owner"  # whose claims stand in where the role asked has none
OWN_RECORD = frozenset({Rule.PROJECT, Rule.REGISTERED_PARTY, Rule.DE_FACTO_UPKEEP})


class Outcome(StrEnum):
    """How an answer stands."""

    SETTLED = "settled"
    PRESUMED = "presumed"
    CONTESTED = "contested"
    UNOWNED = "unowned"
    UNCERTAIN = "uncertain"
    OUTSIDE = "outside"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Claim:
    """What speaks for a body, by which rule, from which record.

    `effective_on` is the day (city time) an instrument takes effect, None for "always";
    `area_m2` is the size of the ground the claim covers (rules 7 and 8 only); `agreed`: both sides of
    a border have signed it (rule 8); `via`: the circuit (parent) from whose record it comes, for a thing
    without one of its own.
    """

    rule: Rule
    organization: str
    role: str
    source_type: str
    source_code: str
    document: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    effective_on: date | None = None
    area_m2: float = 0.0
    agreed: bool = False
    via: str = ""

    @property
    def documented(self) -> bool:
        """A paper stands behind it."""
        return bool(self.document)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules make of a set of claims; `speaking` are the claims the outcome rests on."""

    outcome: Outcome
    organization: str | None = None
    rule: Rule | None = None
    speaking: tuple[Claim, ...] = ()


def find(claims: Sequence[Claim]) -> Finding:
    """Order the claims in force for one role (or the owner's, standing in) and say who answers.

    Pure and independent of the order of `claims`.
    """
    instruments = [c for c in claims if c.rule in INSTRUMENTS]
    if instruments:
        return _among_instruments(instruments)
    own = [c for c in claims if c.rule in OWN_RECORD]
    proven = [c for c in own if c.documented]
    if len(_bodies(proven)) > 1:
        return _contested(proven)
    speaking = _presumption(own, [c for c in claims if c.rule > Rule.DE_FACTO_UPKEEP])
    counter = [
        c for c in own if c.rule == Rule.DE_FACTO_UPKEEP and c.organization not in _bodies(speaking)
    ]
    if counter:
        return _contested([*speaking, *counter])
    if len(_bodies(speaking)) > 1:
        return _contested(speaking)
    if not speaking:
        return Finding(Outcome.UNOWNED)
    first = speaking[0]
    return Finding(Outcome.PRESUMED, first.organization, first.rule, tuple(speaking))


def _among_instruments(instruments: list[Claim]) -> Finding:
    """The later effective day ends the earlier; two bodies on one day are a conflict.

    That holds among instruments of one role: the owner's stand in only where the role asked has none.
    """
    instruments = [c for c in instruments if c.role != STAND_IN] or instruments
    latest = max(c.effective_on or date.min for c in instruments)
    standing = [c for c in instruments if (c.effective_on or date.min) == latest]
    if len(_bodies(standing)) > 1:
        return _contested(standing)
    rule = min(c.rule for c in standing)
    return Finding(Outcome.SETTLED, standing[0].organization, rule, _ordered(standing))


def _presumption(own: list[Claim], general: list[Claim]) -> list[Claim]:
    """The claims of the level that speaks: its own record before place and class.

    An unproven claim of upkeep never speaks; a documented record speaks before an undocumented one.
    """
    able = [c for c in own if c.documented or c.rule != Rule.DE_FACTO_UPKEEP]
    able = [c for c in able if c.documented] or able
    if able:
        return _level(able)
    return _level(general) if general else []


def _level(claims: list[Claim]) -> list[Claim]:
    """The claims of the lowest rule among these; of areas, the narrowest (documented first).

    What both sides of a border agreed upon decides before size.
    """
    rule = min(c.rule for c in claims)
    level = [c for c in claims if c.rule == rule]
    level = [c for c in level if c.agreed] or level
    if rule in {Rule.RED_LINE, Rule.OWNERSHIP_AREA}:
        narrowest = min(c.area_m2 for c in level)
        limit = narrowest + max(NARROWNESS_M2, narrowest * NARROWNESS_SHARE)
        level = [c for c in level if c.area_m2 <= limit]
    level = [c for c in level if c.documented] or level
    return list(_ordered(level))


def _contested(claims: Sequence[Claim]) -> Finding:
    return Finding(Outcome.CONTESTED, None, min(c.rule for c in claims), _ordered(claims))


def _bodies(claims: Sequence[Claim]) -> set[str]:
    return {c.organization for c in claims}


def _ordered(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    return in_order(claims, lambda claim: claim.rule)


def in_order(claims: Sequence[Claim], by: Callable[[Claim], Any]) -> tuple[Claim, ...]:
    """Claims by a key, then by every other field: no order of the input shows."""
    if len(claims) < 2:
        return tuple(claims)
    if len({by(claim) for claim in claims}) == len(claims):
        return tuple(sorted(claims, key=by))
    return tuple(sorted(claims, key=lambda claim: (by(claim), repr(claim))))
