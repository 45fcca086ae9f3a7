"""The rules applied at one place, for one set of speaking facilities."""

from collections.abc import Sequence

from grid.jurisdiction.claims import demarcations, duty_claims, facility_claims, ground_claims
from grid.jurisdiction.ground import DutyRow, GroundSlice
from grid.jurisdiction.question import Decision, Standpoint
from grid.jurisdiction.rules import Claim, Finding, Outcome, Rule, find, in_order

DEFAULT_ROLE = "maintainer"  # the role that answers where no duty names one
OUTSIDE = Decision(Outcome.OUTSIDE, role="", finding=Finding(Outcome.OUTSIDE))


def decide_at(
    slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int], grounds: Sequence[int]
) -> Decision:
    """The rules applied at one place, for one set of speaking facilities."""
    found = FoundIn(slice_, standpoint, areas)
    finding, claims, beyond = found.on(grounds)
    return Decision(
        outcome=finding.outcome,
        role=found.role,
        category=standpoint.category,
        areas=found.codes,
        finding=finding,
        claims=in_order(claims, _by_size),
        demarcations=tuple(beyond),
        facilities=standpoint.facilities,
        duty=found.duty,
    )


def finding_at(
    slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int], grounds: Sequence[int]
) -> Finding:
    """What the rules find there, without writing it out."""
    return FoundIn(slice_, standpoint, areas).on(grounds)[0]


class FoundIn:
    """What the rules find in some areas, for one standpoint: only the grounds there still differ."""

    def __init__(self, slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int]) -> None:
        self.slice, self.standpoint = slice_, standpoint
        self.codes = tuple(slice_.areas[n].code for n in areas)
        self.duty = duty_for(slice_, standpoint, self.codes)
        self.role = standpoint.role or (self.duty.role if self.duty else DEFAULT_ROLE)
        self.elsewhere = [
            *(
                claim
                for code in standpoint.facilities
                for claim in facility_claims(slice_, code, self.role, standpoint.at)
            ),
            *duty_claims(slice_, self.duty, self.role, standpoint.at),
        ]

    def on(self, grounds: Sequence[int]) -> tuple[Finding, list[Claim], list[str]]:
        """The finding where these grounds are, the claims, and the demarcations passed."""
        asked = self.standpoint
        claims = [
            *ground_claims(self.slice, asked.category, self.role, grounds, asked.at),
            *self.elsewhere,
        ]
        beyond = demarcations(self.slice, asked.category, claims, grounds, asked.at)
        if beyond:  # past its demarcation point the class of a utility is silent
            claims = [c for c in claims if c.rule != Rule.UTILITY_CLASS]
        return find(claims), claims, beyond


def _by_size(claim: Claim) -> tuple[Rule, float, str]:
    return claim.rule, claim.area_m2, claim.organization


def duty_for(slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[str]) -> DutyRow | None:
    """The catalogue's line here: nearest class, asked scenario, asked role if any, narrowest area."""
    asked, role = standpoint.scenario, standpoint.role
    for category in slice_.ancestry.get(standpoint.category, ()):
        rows = [
            duty
            for duty in slice_.duties.get(category, ())
            if duty.valid.holds(standpoint.at)
            and (not duty.area_code or duty.area_code in areas)
            and (not asked or duty.scenario in {asked, ""})
        ]
        if rows:
            return min(
                rows,
                key=lambda d: (
                    bool(asked) and d.scenario != asked,
                    bool(role) and d.role != role,
                    bool(d.scenario) and not asked,
                    -_depth(d.area_code, areas),
                    d.scenario,
                ),
            )
    return None


def _depth(area_code: str, areas: Sequence[str]) -> int:
    return areas.index(area_code) + 1 if area_code else 0
