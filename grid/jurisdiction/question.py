"""What is asked and what is answered: plain values shared by every way of deciding."""

from dataclasses import dataclass
from datetime import datetime

from shapely import Point
from shapely.geometry.base import BaseGeometry

from grid.jurisdiction.ground import DutyRow
from grid.jurisdiction.rules import Claim, Finding, Outcome, Rule

UNDETERMINED = Finding(Outcome.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Question:
    """Who answers at (x, y) metres, for what, at an instant; `facility` fixes the thing itself.

    `role` asks for another role than the duty's. `path` (WKT in WGS84) asks along a line or over a
    polygon: then the answer has parts, and (x, y) is where its headline was asked.
    """

    lon: float
    lat: float
    x: float
    y: float
    at: datetime
    accuracy_m: float = 0.0
    category: str = ""
    facility: str = ""
    scenario: str = ""
    role: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the accuracy circle in which a body (or nobody: None) answers."""

    organization: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Part:
    """The stretch of a path (or the piece of a polygon) that has one answer; shape in metres.

    `measure` is its length in metres, of a polygon its area; `at` a point in it (the thing's own, where
    things speak); `between` are the bodies between whom it
    stands where it is contested; `circuits` the things by the circuit (parent) they hang on.
    """

    outcome: Outcome
    organization: str | None
    rule: Rule | None
    measure: float
    share: float
    shape: BaseGeometry
    at: Point
    between: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    circuits: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole of an answer, in codes; `margin_m` is None where no boundary would change it.

    `districts` are those that the place, its circle, the path or the thing touches; where they are
    several, `upper` is the body above them all. `demarcations` are grounds beyond a utility's
    demarcation point, where its class claim is silent.
    """

    outcome: Outcome
    role: str
    category: str = ""
    cell: str = ""
    areas: tuple[str, ...] = ()
    finding: Finding = UNDETERMINED
    claims: tuple[Claim, ...] = ()
    shares: tuple[Share, ...] = ()
    supervisor: str | None = None
    custodian: str | None = None
    dispatch_to: str | None = None
    margin_m: float | None = None
    facilities: tuple[str, ...] = ()
    duty: DutyRow | None = None
    demarcations: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    districts: tuple[str, ...] = ()
    upper: str | None = None

    @property
    def responsible(self) -> str | None:
        """The body that answers, None where the outcome names none."""
        if self.outcome in {Outcome.SETTLED, Outcome.PRESUMED}:
            return self.finding.organization
        return None


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What is the same for all points of one question: when, what for, which facilities speak."""

    at: datetime
    category: str
    scenario: str
    facilities: tuple[str, ...]
    role: str = ""
