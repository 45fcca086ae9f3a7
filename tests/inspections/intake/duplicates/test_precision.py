"""How well it finds: hundreds of reports whose trouble is known, taken in one after the other."""

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from inspections.cases.models import Case
from inspections.cases.use_cases import (
    accept_case,
    decline_case,
    dispatch_case,
    file_case,
    handle_case,
)
from inspections.intake.duplicates.queries import SHOWN, Asked, Candidate, candidates
from inspections.requests.models import ServiceRequest
from tests.grid.jurisdiction.ground import category
from tests.inspections.conftest import Ward
from tests.inspections.intake.duplicates.storms import STREETS, labelled, troubles
from tests.inspections.intake.duplicates.test_storm import heard, lamps_of

PRECISION, RECALL, SHOWN_RECALL = 0.95, 0.85, 0.95
JOINED_RIGHTLY = 0.9  # of single reports that joined by themselves


@pytest.fixture(autouse=True)
def joining(settings: Settings, own_cases: None) -> None:
    """As delivered."""
    settings.AUTO_JOIN_ABOVE = 0.85


def done_with(ward: Ward, case: Case, *, mended: bool) -> None:
    """The trouble is over: its body says so, or the desk."""
    if not mended:
        decline_case(case, actor=ward.ada, reason="已恢复")
        return
    case = dispatch_case(file_case(case, actor=ward.ada, reason="电话核实"), actor=ward.ada)
    handle_case(accept_case(case, actor=ward.di), actor=ward.di)


@pytest.mark.mission("P4")
def test_what_joins_by_itself_belongs_together_and_what_may_belong_is_shown(ward: Ward) -> None:
    lamps_of(ward, STREETS)
    known = troubles()
    told: list[tuple[int, int]] = []  # the trouble, the case
    of: dict[int, set[int]] = {}  # the cases of a trouble
    about: dict[int, Counter[int]] = {}  # how many reports of which troubles a case holds
    over: set[int] = set()
    shown = due = right = joined = 0
    start = timezone.now() - timedelta(days=4)
    for said, code in labelled(seed=11, at=start):
        with time_machine.travel(said.at, tick=False):
            one = known[said.about]
            if one.after is not None and one.after not in over:
                over.add(one.after)
                for key in of[one.after]:
                    case = Case.objects.get(pk=key)
                    if case.state == "reported":
                        done_with(ward, case, mended=one.mended)
            kind = category(code) if code else None
            received = heard(ward, said, category=kind)
            assert received.case is not None
            case = received.case
            joined += received.joined
            right += received.joined and about[case.pk].most_common(1)[0][0] == said.about
            if said.about in of:
                due += 1
                shown += case.pk in of[said.about] or bool(
                    {found.case_id for found in _offered(received.request, case)} & of[said.about]
                )
        of.setdefault(said.about, set()).add(case.pk)
        about.setdefault(case.pk, Counter())[said.about] += 1
        told.append((said.about, case.pk))
    pairs = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(told, 2)]
    together = sum(same and put for same, put in pairs)
    precision = together / sum(put for _, put in pairs)
    recall = together / sum(same for same, _ in pairs)
    figures = (
        f"{len(told)} reports of {len(known)} troubles, {Case.objects.count()} cases: pairs "
        f"{sum(same for same, _ in pairs)}, precision {precision:.3f}, recall {recall:.3f}; "
        f"joined {joined} of {due}, rightly {right / joined:.3f}; shown {shown / due:.3f}"
    )
    print(figures)
    assert len(told) >= 300
    assert precision >= PRECISION, figures
    assert recall >= RECALL, figures
    assert right / joined >= JOINED_RIGHTLY, figures
    assert shown / due >= SHOWN_RECALL, figures


def _offered(said: ServiceRequest, case: Case) -> list[Candidate]:
    """What the desk is shown beside a report that has its own case."""
    assert said.place is not None
    asked = Asked(
        place=said.place,
        reported_at=said.reported_at,
        accuracy_m=said.accuracy_m,
        category=said.category,
        text=said.text,
        itself=case.pk,
    )
    return candidates(asked)[:SHOWN]
