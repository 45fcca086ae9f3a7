"""How likely a report is about the matter of a case, with reasons; pure.

Place, category and time are shares between 0 and 1 and multiply: where one says no, the others do
not outvote it. Words only adjust, least where the ground itself says that things hang together. The figures were set by hand and measured on generated reports
(`docs/duplicates.md`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

REACH_M = 45.0  # one thing, as two people place it
STREET_M = 130.0  # one trouble along a street
STORM_H = 3.0  # what fails together is reported together


class Kin(StrEnum):
    """How two categories stand to each other."""

    SAME = "same"
    HEIR = "heir"
    WIDER = "wider"
    SIBLING = "sibling"
    NAMED = "named"
    UNKNOWN = "unknown"
    OTHER = "other"


_KIN = {
    Kin.SAME: 1.0,
    Kin.HEIR: 0.97,
    Kin.WIDER: 0.85,
    Kin.NAMED: 0.85,
    Kin.SIBLING: 0.6,
    Kin.UNKNOWN: 0.72,
    Kin.OTHER: 0.15,
}


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What a report and a case have in common, as found.

    `distance_m` is from the nearest place that the case is reported at; `doubt_m` how far off both
    pins may be; `words` None where one says nothing; `named`: both name a facility, and whether
    it is the same (None: one names none); `marks_differ`: both name numbers, and none is shared.
    """

    distance_m: float
    doubt_m: float = 0.0
    kin: Kin = Kin.UNKNOWN
    named: bool | None = None
    on_facility: bool = False
    circuit: bool = False
    line: bool = False
    hours: float = 0.0
    words: float | None = None
    wide: bool = False
    crowd: int = 1
    marks_differ: bool = False
    handled: bool = False


@dataclass(frozen=True)
class Reason:
    """One reason, as a code, with what it says about (`metres`, `count`, `percent`)."""

    code: str
    told: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """0 to 1, and why."""

    score: float
    reasons: Sequence[Reason]


def judge(found: Likeness) -> Score:
    """The score of one case and its reasons, the strongest first."""
    place, reasons = _place(found)
    if found.kin not in {Kin.UNKNOWN, Kin.OTHER}:
        reasons.append(Reason(f"category_{found.kin}"))
    reasons.append(Reason("reported_since", {"hours": round(found.hours, 1)}))
    words = 1.0
    if found.words is not None:
        together = reasons[0].code in {"same_facility", "same_circuit", "same_line"}
        words = 0.95 + 0.1 * found.words if together else 0.88 + 0.2 * found.words
        if found.words >= 0.4:
            reasons.append(Reason("words_alike", {"percent": round(100 * found.words)}))
    if found.crowd > 1:
        reasons.append(Reason("already_reported", {"count": found.crowd}))
    if found.handled:
        reasons.append(Reason("handled_already"))
    share = place * _KIN[found.kin] * _freshness(found.hours) * words
    share *= 0.6 if found.handled else 1.0
    return Score(round(min(share, 1.0), 3), reasons)


def _place(found: Likeness) -> tuple[float, list[Reason]]:
    """How much place speaks for one matter; the strongest ground of several counts."""
    metres = {"metres": float(round(found.distance_m))}
    told: list[tuple[float, Reason]] = [(_near(found), Reason("near", metres))]
    together = found.hours <= STORM_H
    stormy = together and (found.wide or found.crowd > 2)
    if found.named:
        told.append((1.0, Reason("same_facility")))
    elif found.on_facility:
        told.append((0.95, Reason("at_facility")))
    if found.circuit:
        apart = found.named is False and not stormy
        share = 0.75 if apart else 0.97 if together else 0.85 if found.hours <= 24 else 0.7
        told.append((share, Reason("same_circuit")))
    if found.line:
        share = 0.95 if stormy else 0.8 * math.exp(-((found.distance_m / STREET_M) ** 2))
        told.append((share, Reason("same_line", metres)))
    told.sort(key=lambda one: -one[0])
    share = told[0][0]
    reasons = [reason for weight, reason in told if weight > 0.2]
    if Reason("near", metres) in reasons:  # the distance is said once
        reasons = [Reason("same_line") if one.code == "same_line" else one for one in reasons]
    if found.wide and stormy:
        reasons.append(Reason("wide_area"))
    return share, reasons


def _near(found: Likeness) -> float:
    """By distance alone: pins err, so half of the doubt is forgiven; another number is another thing."""
    apart = max(0.0, found.distance_m - found.doubt_m / 2)
    share = 0.97 * math.exp(-((apart / REACH_M) ** 2))
    if found.named is False:
        share *= 0.6
    return share * (0.6 if found.marks_differ else 1.0)


def _freshness(hours: float) -> float:
    """A matter still open may be reported again after weeks, less surely than within the hour."""
    return 0.7 + 0.3 * math.exp(-max(hours, 0.0) / (24 * 7))
