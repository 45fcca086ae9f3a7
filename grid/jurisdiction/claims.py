"""What speaks for a body at a place: from the rows of a slice to claims.

All that is collected here depends on a row's *kind*, role, categories, document, dates, size and body,
never on its code: rows alike in these make alike claims, and a batch may judge them together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from grid.jurisdiction.ground import DutyRow, GroundRow, GroundSlice, PartyRow
from grid.jurisdiction.rules import STAND_IN, Claim, Rule

# Kinds of ground → the rule under which they speak. A demarcation speaks for nobody: it silences.
GROUND_RULES = {
    "precedent": Rule.PRECEDENT,
    "red_line": Rule.RED_LINE,
    "agreement": Rule.OWNERSHIP_AREA,
    "ownership_area": Rule.OWNERSHIP_AREA,
}
DEMARCATION = "demarcation"
# Kinds of party rows → the rule; a signed handover without its paper proves nothing: it is asserted.
PARTY_RULES = {
    "signed": Rule.SIGNED_HANDOVER,
    "project": Rule.PROJECT,
    "party": Rule.REGISTERED_PARTY,
    "upkeep": Rule.DE_FACTO_UPKEEP,
    "claimed": Rule.DE_FACTO_UPKEEP,
}
HANDED_OVER = frozenset({"owner", "maintainer", "payer"})  # roles that pass by a handover
SOURCES = {"signed": "handover", "claimed": "handover"}
UTILITY = "utility"

Row = TypeVar("Row", GroundRow, PartyRow)


def ground_claims(
    slice_: GroundSlice, category: str, role: str, grounds: Sequence[int], at: datetime
) -> list[Claim]:
    """Claims of rulings, red lines, agreements and ownership areas covering the place, for the role asked.

    Where no ground of a kind speaks for the role, the owner's stand in.
    """
    rows = _of_category(slice_, category, grounds)
    claims = []
    for kind, rule in GROUND_RULES.items():
        for row in _for_role([r for r in rows if r.kind == kind], role):
            claims.append(
                Claim(
                    rule=rule,
                    organization=living(slice_, row.organization, at),
                    role=row.role or role,
                    source_type=row.kind,
                    source_code=row.code,
                    document=row.document,
                    valid_from=row.valid.start,
                    valid_to=row.valid.end,
                    effective_on=row.effective_on,
                    area_m2=0.0 if rule == Rule.PRECEDENT else row.area_m2,
                    agreed=kind == "agreement" and bool(row.document),
                )
            )
    return claims


def facility_claims(slice_: GroundSlice, facility: str, role: str, at: datetime) -> list[Claim]:
    """Claims from the thing's own record; where it says nothing, from what it hangs on (lamp → circuit)."""
    code, passed = facility, {facility}
    while True:
        claims = _claims_of_record(slice_, code, role, at)
        if claims:
            return claims if code == facility else [replace(c, via=code) for c in claims]
        code = _above(slice_, code, at)
        if not code or code in passed:
            return []
        passed.add(code)


def _claims_of_record(slice_: GroundSlice, facility: str, role: str, at: datetime) -> list[Claim]:
    """Signed handovers, project, party and upkeep of one thing, for the role asked.

    A role that passes by its own, later date keeps the owner's handover from standing in before that
    date. Who built a thing, or is its authority, passes by no handover: whoever is recorded is it.
    """
    recorded = slice_.parties.get(facility, ())
    rows = [r for r in recorded if r.valid.holds(at)]
    asserted = [r for r in rows if _rule_of(r) == Rule.DE_FACTO_UPKEEP]
    own = [r for r in rows if r.kind in {"project", "party"} and r.role == role]
    if role not in HANDED_OVER and own:
        chosen = [*own, *(r for r in asserted if r.role == role)]
    else:
        proven = [r for r in recorded if _rule_of(r) == Rule.SIGNED_HANDOVER]
        signed = [r for r in _for_role(proven, role) if r.valid.holds(at)]
        chosen = [
            *(signed or [r for r in rows if r.kind == "project"]),
            *_for_role([r for r in rows if r.kind == "party"], role),
            *_for_role(asserted, role),
        ]
    return [
        Claim(
            rule=_rule_of(row),
            organization=living(slice_, row.organization, at),
            role=row.role,
            source_type=SOURCES.get(row.kind, row.kind),
            source_code=row.source_code,
            document=row.document,
            valid_from=row.valid.start,
            valid_to=row.valid.end,
            effective_on=row.effective_on,
        )
        for row in chosen
    ]


def duty_claims(slice_: GroundSlice, duty: DutyRow | None, role: str, at: datetime) -> list[Claim]:
    """The claim of the catalogue: of the utility for its class, else of the duty's own body.

    A duty speaks for the role it names; for another that is asked only the owner's stands in.
    """
    if duty is None or not duty.organization or duty.role not in {role, STAND_IN}:
        return []
    organization = living(slice_, duty.organization, at)
    body = slice_.bodies.get(organization)
    utility = body is not None and body.kind == UTILITY
    return [
        Claim(
            rule=Rule.UTILITY_CLASS if utility else Rule.DUTY,
            organization=organization,
            role=duty.role,
            source_type="duty",
            source_code="/".join(
                filter(None, (duty.category.partition(":")[2], duty.area_code, duty.scenario))
            ),
            document=duty.legal_basis,
            valid_from=duty.valid.start,
            valid_to=duty.valid.end,
        )
    ]


def demarcations(
    slice_: GroundSlice,
    category: str,
    claims: Sequence[Claim],
    grounds: Sequence[int],
    at: datetime,
) -> list[str]:
    """Codes of the grounds here that lie beyond the demarcation point of the utility whose class speaks."""
    utilities = {c.organization for c in claims if c.rule == Rule.UTILITY_CLASS}
    if not utilities:
        return []
    return sorted(
        row.code
        for row in _of_category(slice_, category, grounds)
        if row.kind == DEMARCATION and living(slice_, row.organization, at) in utilities
    )


def living(slice_: GroundSlice, code: str, at: datetime) -> str:
    """The body itself, or the last of those that had taken over by an instant (机构改革)."""
    seen = {code}
    while (body := slice_.bodies.get(code)) and body.successor and body.successor not in seen:
        if body.successor_from is not None and at < body.successor_from:
            break
        code = body.successor
        seen.add(code)
    return code


def _of_category(slice_: GroundSlice, category: str, grounds: Iterable[int]) -> list[GroundRow]:
    """The grounds that hold for a category: for all, for itself, or for a class above it."""
    lineage = [key.partition(":")[2] for key in slice_.ancestry.get(category, ())]
    rows = [slice_.grounds[n] for n in grounds]
    return [r for r in rows if not r.categories or r.categories.intersection(lineage)]


def _for_role(rows: Sequence[Row], role: str) -> list[Row]:
    """The rows of the role asked (blank: of every role); where there is none, the owner's stand in."""
    asked = [r for r in rows if r.role in {role, ""}]
    return asked or [r for r in rows if r.role == STAND_IN]


def _rule_of(row: PartyRow) -> Rule:
    unproven = row.kind == "signed" and not row.document
    return Rule.DE_FACTO_UPKEEP if unproven else PARTY_RULES[row.kind]


def _above(slice_: GroundSlice, facility: str, at: datetime) -> str:
    rows = (slice_.facilities[n] for n in slice_.facility_numbers.get(facility, ()))
    return next((row.parent for row in rows if row.valid.holds(at)), "")
