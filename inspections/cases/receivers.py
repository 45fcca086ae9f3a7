"""Which bodies a dispatch gives a case to: who leads, who assists, who is a co-receiver; asked before it is done, too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from grid.jurisdiction.models import Outcome
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.cases.queries import bodies_named


@dataclass(frozen=True)
class Receivers:
    """Who would have it: the body that leads, the others by code, and which of these are co-receivers."""

    lead: Organization
    others: tuple[Organization, ...]
    rivals: frozenset[str]

    @property
    def bodies(self) -> tuple[Organization, ...]:
        """All of them, the one that leads first."""
        return (self.lead, *self.others)


@dataclass(frozen=True)
class Sending:
    """A case about to be sent: to whom, whether somebody chose the body that leads, and why."""

    case: Case
    receivers: Receivers
    chosen: bool
    reason: str


Hold = Callable[[Sending], None]
_HOLDS: list[Hold] = []


def hold_sending(hold: Hold) -> None:
    """Ask `hold` before a case is sent; it raises what speaks against it. Called once, by a room above."""
    _HOLDS.append(hold)


def nothing_against(sending: Sending) -> None:
    """Raises the first refusal of a room above."""
    for hold in _HOLDS:
        hold(sending)


def named_by_verdict(case: Case) -> str:
    """The code of the body to which the verdict sends the case; blank where it names none."""
    told = case.verdict.answer if case.verdict else {}
    return str((told.get("dispatch_to") or {}).get("code", ""))


def receivers_of(
    case: Case, *, to: Organization | None, assists: Iterable[Organization] = ()
) -> Receivers | None:
    """Who has it once it is sent `to` this body (none: the verdict's); None where nobody leads.

    Of a contested case, and along a line, the verdict's dispatch has co-receivers; one to a body chosen by hand has none.
    """
    told = case.verdict.answer if case.verdict else {}
    named = named_by_verdict(case)
    kept = to is None or to.code == named
    lead = bodies_named([named]).get(named) if kept and named else to
    if lead is None:
        return None
    rivals = _rivals(told) if kept else set()
    helpers = set(case.duty.assists if case.duty else []) | {body.code for body in assists}
    found = bodies_named(rivals | helpers)
    others = tuple(body for code, body in sorted(found.items()) if code != lead.code)
    return Receivers(lead, others, frozenset(rivals))


def _rivals(told: dict[str, Any]) -> set[str]:
    """The co-receivers: the bodies between whom a contested case stands, and those of a line's parts."""
    named = {(told.get(who) or {}).get("code") for who in ("responsible", "dispatch_to")}
    rivals = {
        body["code"]
        for part in told.get("parts", [])
        for body in (part["responsible"], *part["between"])
        if body and body["code"] not in named
    }
    if told.get("outcome") == Outcome.CONTESTED:
        rivals |= {claim["organization"]["code"] for claim in told["claims"] if claim["speaks"]}
    return rivals
