"""How well it finds: reports whose trouble is known, taken in one after the other; pairs put together rightly."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone
from pytest_django import Settings

from grid.catalogue.models import Category
from inspections.cases.models import Case
from inspections.intake.duplicates.queries import SHOWN, Asked, candidates
from tests.grid.jurisdiction.ground import category
from tests.inspections.conftest import Ward
from tests.inspections.intake.duplicates.storms import labelled
from tests.inspections.intake.duplicates.test_storm import heard, lamps_of

PRECISION, RECALL, SHOWN_RECALL = 0.95, 0.8, 0.95


@pytest.fixture(autouse=True)
def joining(settings: Settings, own_cases: None) -> None:
    """As delivered."""
    settings.AUTO_JOIN_ABOVE = 0.85


def test_what_joins_by_itself_belongs_together_and_what_may_belong_is_shown(ward: Ward) -> None:
    lamps_of(ward)
    told: list[tuple[int, int]] = []  # the trouble, the case
    first: dict[int, set[int]] = {}
    shown = due = 0
    start = timezone.now() - timedelta(hours=2)
    for said, code in labelled(seed=11, at=start):
        kind: Category = category(code)
        received = heard(ward, said, category=kind)
        case = received.case
        assert case is not None
        if said.about in first:
            place = received.request.place
            assert place is not None
            due += 1
            found = candidates(
                Asked(
                    place=place,
                    reported_at=said.at,
                    accuracy_m=said.accuracy_m,
                    category=kind,
                    text=said.text,
                    itself=0 if received.joined else case.pk,
                )
            )[:SHOWN]
            shown += bool({one.case_id for one in found} & first[said.about])
        first.setdefault(said.about, set()).add(case.pk)
        told.append((said.about, case.pk))
    pairs = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(told, 2)]
    right = sum(same and put for same, put in pairs)
    precision = right / sum(put for _, put in pairs)
    recall = right / sum(same for same, _ in pairs)
    found_share = shown / due
    figures = f"precision {precision:.3f}, recall {recall:.3f}, shown {found_share:.3f}"
    print(f"{len(told)} reports, {Case.objects.count()} cases: {figures}")
    assert precision >= PRECISION, figures
    assert recall >= RECALL, figures
    assert found_share >= SHOWN_RECALL, figures
