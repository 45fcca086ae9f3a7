"""What is asked and what is answered: plain values shared by every way of deciding."""

from dataclasses import dataclass
from datetime import datetime

from grid.jurisdiction.ground import DutyRow
from grid.jurisdiction.rules import Claim, Finding, Outcome

UNDETERMINED = Finding(Outcome.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Question:
    """Who answers at (x, y) metres, for what, at an instant; `facility` fixes the thing itself."""

    lon: float
    lat: float
    x: float
    y: float
    at: datetime
    accuracy_m: float = 0.0
    category: str = ""
    facility: str = ""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the accuracy circle in which a body (or nobody: None) answers."""

    organization: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole of an answer, in codes; `margin_m` is None where no boundary would change it."""

    outcome: Outcome
    role: str
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
