"""What speaks for a body at a place: from the rows of a slice to claims."""

from collections.abc import Sequence
from datetime import datetime

from grid.jurisdiction.ground import DutyRow, GroundSlice, PartyRow
from grid.jurisdiction.rules import Claim, Rule

STAND_IN = "owner"


def ground_claims(
    slice_: GroundSlice, category: str, role: str, grounds: Sequence[int], at: datetime
) -> list[Claim]:
    """Claims of rulings, red lines and ownership areas covering the place, for the role asked.

    Where no area of a kind speaks for the role, the owner's stand in.
    """
    lineage = [key.partition(":")[2] for key in slice_.ancestry.get(category, ())]
    rows = [slice_.grounds[n] for n in grounds]
    rows = [r for r in rows if not r.categories or r.categories.intersection(lineage)]
    claims = []
    for kind, rule in (
        ("precedent", Rule.PRECEDENT),
        ("red_line", Rule.RED_LINE),
        ("ownership_area", Rule.OWNERSHIP_AREA),
    ):
        of_kind = [r for r in rows if r.kind == kind]
        asked = [r for r in of_kind if r.role in {role, ""}]
        for row in asked or [r for r in of_kind if r.role == STAND_IN]:
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
                )
            )
    return claims


def facility_claims(slice_: GroundSlice, facility: str, role: str, at: datetime) -> list[Claim]:
    """Claims from the facility's own record: signed handovers, project, party, upkeep.

    A role that passes by its own, later date keeps the owner's handover from standing in before
    that date; a signed handover without its paper proves nothing and counts as asserted.
    """
    recorded = slice_.parties.get(facility, ())
    rows = [r for r in recorded if r.valid.holds(at)]
    proven = _for_role([r for r in recorded if r.kind == "signed" and r.document], role)
    signed = [r for r in proven if r.valid.holds(at)]
    claims = [_party_claim(slice_, r, Rule.SIGNED_HANDOVER, at) for r in signed]
    if not signed:
        claims += [_party_claim(slice_, r, Rule.PROJECT, at) for r in rows if r.kind == "project"]
    registered = _for_role([r for r in rows if r.kind == "party"], role)
    claims += [_party_claim(slice_, r, Rule.REGISTERED_PARTY, at) for r in registered]
    asserted = [
        r
        for r in rows
        if r.kind in {"upkeep", "claimed"} or (r.kind == "signed" and not r.document)
    ]
    claims += [_party_claim(slice_, r, Rule.DE_FACTO_UPKEEP, at) for r in _for_role(asserted, role)]
    return claims


def _for_role(rows: list[PartyRow], role: str) -> list[PartyRow]:
    """The rows of the role asked; where there is none for it, the owner's stand in."""
    asked = [r for r in rows if r.role == role]
    return asked or [r for r in rows if r.role == STAND_IN]


def _party_claim(slice_: GroundSlice, row: PartyRow, rule: Rule, at: datetime) -> Claim:
    return Claim(
        rule=rule,
        organization=living(slice_, row.organization, at),
        role=row.role,
        source_type="handover" if row.kind in {"signed", "claimed"} else row.kind,
        source_code=row.source_code,
        document=row.document,
        valid_from=row.valid.start,
        valid_to=row.valid.end,
        effective_on=row.effective_on,
    )


def duty_claims(slice_: GroundSlice, duty: DutyRow | None, role: str, at: datetime) -> list[Claim]:
    """The claim of the catalogue: of the utility for its class, else of the duty's own body."""
    if duty is None or not duty.organization:
        return []
    organization = living(slice_, duty.organization, at)
    body = slice_.bodies.get(organization)
    utility = body is not None and body.kind == "utility"
    return [
        Claim(
            rule=Rule.UTILITY_CLASS if utility else Rule.DUTY,
            organization=organization,
            role=role,
            source_type="duty",
            source_code="/".join(
                filter(None, (duty.category.partition(":")[2], duty.area_code, duty.scenario))
            ),
            document=duty.legal_basis,
            valid_from=duty.valid.start,
            valid_to=duty.valid.end,
        )
    ]


def living(slice_: GroundSlice, code: str, at: datetime) -> str:
    """The body itself, or the last of those that had taken over by an instant (机构改革)."""
    seen = {code}
    while (body := slice_.bodies.get(code)) and body.successor and body.successor not in seen:
        if body.successor_from is not None and at < body.successor_from:
            break
        code = body.successor
        seen.add(code)
    return code
