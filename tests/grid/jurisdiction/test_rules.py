"""The nine rules on plain claims, each outcome, and what must hold of any set of claims."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.jurisdiction.rules import Claim, Finding, Outcome, Rule, find


def claim(
    rule: Rule,
    body: str,
    *,
    document: str = "",
    on: date | None = None,
    area_m2: float = 0.0,
    source: str = "",
) -> Claim:
    return Claim(
        rule=rule,
        organization=body,
        role="maintainer",
        source_type="test",
        source_code=source or body,
        document=document,
        effective_on=on,
        area_m2=area_m2,
    )


def told(finding: Finding) -> tuple[Outcome, str | None, Rule | None]:
    return finding.outcome, finding.organization, finding.rule


def test_no_claim_is_unowned() -> None:
    assert told(find([])) == (Outcome.UNOWNED, None, None)


@pytest.mark.parametrize("rule", list(Rule))
def test_each_rule_alone_answers(rule: Rule) -> None:
    outcome = Outcome.SETTLED if rule <= Rule.SIGNED_HANDOVER else Outcome.PRESUMED
    assert told(find([claim(rule, "A", document="paper")])) == (outcome, "A", rule)


def test_the_specific_beats_the_general() -> None:
    claims = [claim(rule, rule.name) for rule in Rule if rule not in {1, 2, 5}]
    while claims:
        assert find(claims).organization == claims[0].organization
        claims = claims[1:]


def test_later_instrument_ends_the_earlier() -> None:
    ruling = claim(Rule.PRECEDENT, "A", on=date(2024, 5, 1))
    signed = claim(Rule.SIGNED_HANDOVER, "B", on=date(2025, 5, 1))
    assert told(find([ruling, signed])) == (Outcome.SETTLED, "B", Rule.SIGNED_HANDOVER)


def test_instruments_of_one_day_are_a_conflict() -> None:
    claims = [
        claim(Rule.PRECEDENT, "A", on=date(2025, 5, 1)),
        claim(Rule.SIGNED_HANDOVER, "B", on=date(2025, 5, 1)),
    ]
    assert find(claims).outcome == Outcome.CONTESTED
    assert {c.organization for c in find(claims).speaking} == {"A", "B"}


def test_two_instruments_of_one_day_for_one_body_agree() -> None:
    claims = [
        claim(Rule.PRECEDENT, "A", on=date(2025, 5, 1)),
        claim(Rule.SIGNED_HANDOVER, "A", on=date(2025, 5, 1)),
    ]
    assert told(find(claims)) == (Outcome.SETTLED, "A", Rule.PRECEDENT)


def test_an_instrument_stands_against_any_counter_claim() -> None:
    claims = [
        claim(Rule.SIGNED_HANDOVER, "A", on=date(2020, 1, 1), document="deed"),
        claim(Rule.DE_FACTO_UPKEEP, "B"),
        claim(Rule.REGISTERED_PARTY, "C", document="register"),
    ]
    assert told(find(claims)) == (Outcome.SETTLED, "A", Rule.SIGNED_HANDOVER)


@pytest.mark.mission("F8")
def test_recorded_project_presumes_the_builder() -> None:
    claims = [claim(Rule.PROJECT, "builder"), claim(Rule.DUTY, "bureau")]
    assert told(find(claims)) == (Outcome.PRESUMED, "builder", Rule.PROJECT)


@pytest.mark.mission("F7", "F8")
def test_unproven_counter_claim_contests_a_presumption_and_never_wins() -> None:
    claims = [claim(Rule.PROJECT, "builder"), claim(Rule.DE_FACTO_UPKEEP, "bureau")]
    finding = find(claims)
    assert told(finding)[:2] == (Outcome.CONTESTED, None)
    assert {c.organization for c in finding.speaking} == {"builder", "bureau"}


def test_counter_claim_contests_a_general_presumption_too() -> None:
    claims = [claim(Rule.OWNERSHIP_AREA, "A", area_m2=100), claim(Rule.DE_FACTO_UPKEEP, "B")]
    assert find(claims).outcome == Outcome.CONTESTED


def test_counter_claim_for_the_same_body_changes_nothing() -> None:
    claims = [claim(Rule.REGISTERED_PARTY, "A"), claim(Rule.DE_FACTO_UPKEEP, "A")]
    assert told(find(claims)) == (Outcome.PRESUMED, "A", Rule.REGISTERED_PARTY)


def test_an_unproven_claim_alone_does_not_win() -> None:
    assert find([claim(Rule.DE_FACTO_UPKEEP, "A")]).outcome == Outcome.CONTESTED


def test_documented_claims_of_the_own_record_that_differ_are_contested() -> None:
    claims = [
        claim(Rule.PROJECT, "A", document="permit"),
        claim(Rule.REGISTERED_PARTY, "B", document="register"),
    ]
    assert find(claims).outcome == Outcome.CONTESTED


def test_documented_beats_undocumented() -> None:
    claims = [claim(Rule.PROJECT, "A"), claim(Rule.REGISTERED_PARTY, "B", document="register")]
    assert told(find(claims)) == (Outcome.PRESUMED, "B", Rule.REGISTERED_PARTY)


def test_narrowest_area_speaks() -> None:
    claims = [
        claim(Rule.OWNERSHIP_AREA, "wide", area_m2=9000, document="deed"),
        claim(Rule.OWNERSHIP_AREA, "narrow", area_m2=800),
    ]
    assert find(claims).organization == "narrow"


def test_two_equally_narrow_areas_are_contested() -> None:
    claims = [
        claim(Rule.OWNERSHIP_AREA, "A", area_m2=800.0),
        claim(Rule.OWNERSHIP_AREA, "B", area_m2=800.05),
        claim(Rule.OWNERSHIP_AREA, "C", area_m2=5000.0),
    ]
    finding = find(claims)
    assert finding.outcome == Outcome.CONTESTED
    assert {c.organization for c in finding.speaking} == {"A", "B"}


claims_of_any_kind = st.lists(
    st.builds(
        claim,
        st.sampled_from(list(Rule)),
        st.sampled_from(["A", "B", "C"]),
        document=st.sampled_from(["", "paper"]),
        on=st.sampled_from([None, date(2020, 1, 1), date(2025, 1, 1)]),
        area_m2=st.sampled_from([10.0, 1000.0, 1000.05, 90000.0]),
        source=st.sampled_from(["s1", "s2"]),
    ),
    max_size=8,
)


@given(claims_of_any_kind, st.randoms())
def test_the_order_of_claims_does_not_matter(claims: list[Claim], random: object) -> None:
    shuffled = sorted(claims, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert find(shuffled) == find(claims)


@given(claims_of_any_kind)
def test_a_named_body_always_has_a_claim_that_speaks(claims: list[Claim]) -> None:
    finding = find(claims)
    assert set(finding.speaking) <= set(claims)
    if finding.organization is not None:
        assert {c.organization for c in finding.speaking} == {finding.organization}
        assert finding.outcome in {Outcome.SETTLED, Outcome.PRESUMED}
    else:
        assert finding.outcome in {Outcome.CONTESTED, Outcome.UNOWNED}
    assert (finding.outcome == Outcome.UNOWNED) == (not claims)


@given(claims_of_any_kind)
def test_settled_rests_on_an_instrument_and_nothing_else_does(claims: list[Claim]) -> None:
    settled = find(claims).outcome == Outcome.SETTLED
    if settled:
        assert any(c.rule <= Rule.SIGNED_HANDOVER for c in claims)
    if not any(c.rule <= Rule.SIGNED_HANDOVER for c in claims):
        assert not settled


@given(claims_of_any_kind)
def test_an_unproven_claim_never_wins(claims: list[Claim]) -> None:
    finding = find(claims)
    if finding.rule == Rule.DE_FACTO_UPKEEP and finding.organization:
        assert any(c.documented for c in finding.speaking)
