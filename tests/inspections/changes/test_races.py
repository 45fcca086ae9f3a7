"""Two at once: a change set is published once, and never on ground that changed meanwhile."""

from collections.abc import Callable

from core.errors import DomainError
from core.models import AuditEntry
from grid.ground.queries import newest_version
from grid.organizations.models import Role
from inspections.cases.models import CaseVerdict
from inspections.changes.models import ChangeSet
from inspections.changes.use_cases import preview_change_set, publish_change_set
from inspections.messages.models import Notice
from tests import factories
from tests.clones import Clone, at_once
from tests.inspections.changes.conftest import drafted, with_street
from tests.inspections.conftest import case_in, ward_here


def outcome(act: Callable[[], ChangeSet]) -> str:
    try:
        return act().state
    except DomainError as refused:
        return refused.code


def test_of_two_publishers_and_two_sets_one_each_wins(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    with_street(ward)
    case = case_in(ward, "dispatched")
    people = [factories.member(f"p{n}", Role.DISPATCHER, ward.bodies["centre"]) for n in range(2)]
    first = preview_change_set(drafted(ward.ada), actor=ward.ada)
    other = preview_change_set(drafted(ward.ada, code="own-other"), actor=ward.ada)
    before = newest_version()
    told = at_once(
        [
            lambda who=who, what=what: outcome(lambda: publish_change_set(what, actor=who))  # type: ignore[misc]
            for what in (first, other)
            for who in people
        ]
    )
    assert sorted(told) == ["impact_stale", "impact_stale", "published", "wrong_state"]
    assert newest_version() == before + 1
    assert CaseVerdict.objects.filter(case=case, act="redecide").count() == 1
    assert Notice.objects.count() == 2
    assert AuditEntry.objects.filter(act="publish").count() == 1
