"""The rules applied at one place, for one set of speaking facilities."""

from collections.abc import Sequence

from grid.jurisdiction.claims import demarcations, duty_claims, facility_claims, ground_claims
from grid.jurisdiction.ground import DutyRow, GroundSlice
from grid.jurisdiction.question import Decision, Standpoint
from grid.jurisdiction.rules import Claim, Finding, Outcome, Rule, find

DEFAULT_ROLE = "maintainer"  # the role that answers where no duty names one
OUTSIDE = Decision(Outcome.OUTSIDE, role="", finding=Finding(Outcome.OUTSIDE))


def decide_at(
    slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int], grounds: Sequence[int]
) -> Decision:
    """The rules applied at one place, for one set of speaking facilities."""
    finding, claims, beyond, duty, codes, role = _found(slice_, standpoint, areas, grounds)
    return Decision(
        outcome=finding.outcome,
        role=role,
        category=standpoint.category,
        areas=codes,
        finding=finding,
        claims=tuple(sorted(claims, key=lambda c: (c.rule, c.area_m2, c.organization, repr(c)))),
        demarcations=beyond,
        facilities=standpoint.facilities,
        duty=duty,
    )


def finding_at(
    slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int], grounds: Sequence[int]
) -> Finding:
    """What the rules find there, without writing it out."""
    return _found(slice_, standpoint, areas, grounds)[0]


def _found(
    slice_: GroundSlice, standpoint: Standpoint, areas: Sequence[int], grounds: Sequence[int]
) -> tuple[Finding, list[Claim], tuple[str, ...], DutyRow | None, tuple[str, ...], str]:
    codes = tuple(slice_.areas[n].code for n in areas)
    duty = duty_for(slice_, standpoint, codes)
    role = standpoint.role or (duty.role if duty else DEFAULT_ROLE)
    claims = [
        *ground_claims(slice_, standpoint.category, role, grounds, standpoint.at),
        *(
            claim
            for code in standpoint.facilities
            for claim in facility_claims(slice_, code, role, standpoint.at)
        ),
        *duty_claims(slice_, duty, role, standpoint.at),
    ]
    beyond = demarcations(slice_, standpoint.category, claims, grounds, standpoint.at)
    if beyond:  # past its demarcation point the class of a utility is silent
        claims = [c for c in claims if c.rule != Rule.UTILITY_CLASS]
    return find(claims), claims, tuple(beyond), duty, codes, role


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
