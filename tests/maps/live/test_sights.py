"""Rights asked for many readers at a time say the same as rights asked one by one."""

from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from core.models import User
from core.visibility import may_see
from grid.organizations.models import Organization, Role
from inspections.cases.models import Case
from maps.live.frames import Subject
from maps.live.queries import standing
from maps.live.sights import Sights
from tests import factories
from tests.clones import Clone


@pytest.fixture
def session(clone_db: Clone) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A session of its own, to hold states with."""
    with psycopg.connect(clone_db.url.replace("postgis:", "postgresql:")) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield session


def snapshot_of(session: psycopg.Connection[tuple[object, ...]]) -> str:
    """The present state, held until the next is taken."""
    session.rollback()
    row = session.execute("SELECT pg_export_snapshot()").fetchone()
    assert row
    return str(row[0])


def cast(body: Organization) -> list[User]:
    """Members of many kinds, a stranger and a closed account."""
    roles = [
        ("dispatcher", Role.DISPATCHER, ""),
        ("here", Role.INSPECTOR, "330106001"),
        ("here-too", Role.INSPECTOR, "330106001"),
        ("there", Role.INSPECTOR, "330106002"),
        ("handler", Role.HANDLER, ""),
        ("administrator", Role.ADMINISTRATOR, ""),
        ("auditor", Role.AUDITOR, ""),
        ("closed", Role.DISPATCHER, ""),
    ]
    people = [factories.member(name, role, body, area) for name, role, area in roles]
    User.objects.filter(username="closed").update(is_active=False)
    return [*people[:-1], User.objects.get(username="closed"), factories.user("stranger")]


def case_in(area: str) -> Case:
    case: Case = Case.objects.create(
        number=area,
        state="reported",
        place=Point(120.1, 30.2, srid=4326),
        area_codes=[area],
        reported_at=timezone.now(),
        opened_at=timezone.now(),
    )
    return case


def test_together_as_one_by_one(session: psycopg.Connection[tuple[object, ...]]) -> None:
    body = factories.organization("C001")
    people = cast(body)
    cases = [case_in("330106001"), case_in("330106002")]
    subjects = {
        Subject("inspections.case", str(cases[0].pk)),
        Subject("inspections.case", str(cases[1].pk)),
        Subject("inspections.case", "999999"),
        Subject("inspections.case", "no-number"),
        Subject("grid.organization", str(body.pk)),
        Subject("core.user", str(people[1].pk)),
        Subject("core.operation", "1"),  # a type that nobody registered
        Subject("no.such", "1"),
    }
    snapshot = snapshot_of(session)
    sights = Sights()
    sights.keep(standing(snapshot, [person.pk for person in people]))
    wanted = {person.pk: subjects for person in people}
    seen = sights.seen(snapshot, wanted)
    for person in people:
        alone = {s for s in subjects if may_see(person, s.type, s.id)}
        assert seen[person.pk] == alone, person.username
    assert seen == sights.seen(snapshot, wanted)
    assert seen[people[1].pk] == seen[people[2].pk] | {Subject("core.user", str(people[1].pk))}


def test_other_rights_are_written_anew_and_states_are_kept_apart(
    session: psycopg.Connection[tuple[object, ...]],
) -> None:
    body = factories.organization("C001")
    inspector = factories.member("here", Role.INSPECTOR, body, "330106001")
    case = case_in("330106002")
    wanted = {inspector.pk: {Subject("inspections.case", str(case.pk))}}
    sights = Sights()
    before = snapshot_of(session)
    sights.keep(standing(before, wanted))
    assert sights.seen(before, wanted) == {inspector.pk: frozenset()}

    factories.member("here", Role.INSPECTOR, body, "330106002")
    assert sights.seen(before, wanted) == {inspector.pk: frozenset()}
    after = snapshot_of(session)
    sights.keep(standing(after, wanted))
    assert sights.seen(after, wanted) == wanted

    Case.objects.filter(pk=case.pk).update(area_codes=["330106003"])
    assert sights.seen(after, wanted) == wanted  # the state that is held
    assert sights.seen(snapshot_of(session), wanted) == {inspector.pk: frozenset()}
