"""Fixtures of every room: a founded city drawn in squares of 100 metres, and who acts there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dj_database_url import parse
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker, Settings
from rest_framework.test import APIClient

from core.models import User
from grid.ground.models import City
from grid.organizations.models import Organization, OrganizationKind, Role
from tests import factories
from tests.clones import Clone, clone_of_test_database


@pytest.fixture(autouse=True)
def own_cases(settings: Settings) -> None:
    """Every report opens a case of its own, however many a test makes at one place."""
    settings.AUTO_JOIN_ABOVE = 2.0


@pytest.fixture(autouse=True)
def centre_calls_alone(settings: Settings) -> None:
    """The centre's callback suffices to close a case; tests of the body's own word turn it on (B12)."""
    settings.HANDLER_FEEDBACK_REQUIRED = False


@pytest.fixture
def centre(db: None) -> Organization:
    """The command centre, where Ada and Bo work."""
    return factories.organization("C001", "指挥中心", OrganizationKind.CENTRE)


@pytest.fixture
def ada(centre: Organization) -> User:
    """Ada dispatches, and publishes the ground."""
    return factories.member("ada", Role.DISPATCHER, centre)


@pytest.fixture
def bo(centre: Organization) -> User:
    """Bo inspects, in the whole city."""
    return factories.member("bo", Role.INSPECTOR, centre)


@pytest.fixture
def cy(db: None) -> User:
    """Cy belongs elsewhere: a member of a body that has nothing to do with the case."""
    body = factories.organization("E999", "外单位", OrganizationKind.ENTERPRISE)
    return factories.member("cy", Role.HANDLER, body)


@pytest.fixture
def stranger(db: None) -> User:
    """An account without any membership: must see nothing at all."""
    return factories.user("stranger")


@pytest.fixture
def city(db: None) -> City:
    """A founded city whose ground is measured in EPSG:4545."""
    return factories.city()


@pytest.fixture(scope="session")
def template_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; pytest-django makes none unless a collected test uses `db`."""
    if connection.settings_dict["NAME"] != parse(os.environ["DATABASE_URL"])["NAME"]:
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        teardown_databases(made, verbosity=0)


@pytest.fixture
def clone_db(
    template_db: None,
    django_db_blocker: DjangoDbBlocker,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[Clone]:
    """A copy of the empty test database to really commit in, instead of `db`; and a state folder."""
    settings.STATE_DIR = tmp_path
    with django_db_blocker.unblock(), clone_of_test_database(tmp_path) as clone:
        yield clone


def client_of(person: User | None) -> APIClient:
    """An API client in a session of this person (nobody's when None)."""
    client = APIClient()
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the mission rows that a test shows into its result, where `make mission` reads them."""
    for item in items:
        for marker in item.iter_markers("mission"):
            item.user_properties += [("mission", row) for row in marker.args]
