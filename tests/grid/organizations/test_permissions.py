"""Roles count for their organization, and for their area with all areas below it."""

import pytest

from grid.organizations.models import Role
from grid.organizations.permissions import area_codes_of, has_role, is_member
from tests import factories

pytestmark = pytest.mark.django_db

AREAS = {
    "500236": "",
    "500236001": "500236",
    "500236001002": "500236001",
    "500236009003": "",  # left blank in the file: the code tells
    "500236009": "",
    "north": "",
    "north-1": "north",
}


@pytest.fixture
def _areas() -> None:
    factories.areas(AREAS, factories.version())


@pytest.mark.usefixtures("_areas")
@pytest.mark.parametrize(
    ("held", "asked", "expected"),
    [
        ("", "500236001002", True),
        ("500236", "500236001002", True),
        ("500236001", "500236001002", True),
        ("500236001002", "500236001", False),
        ("500236", "500236009003", True),
        ("north", "north-1", True),
        ("north", "500236001", False),
        ("north", "no such area", False),
    ],
)
def test_a_role_for_an_area_counts_below_it(held: str, asked: str, expected: bool) -> None:
    user = factories.member("bo", Role.INSPECTOR, factories.organization("C"), held)
    assert has_role(user, Role.INSPECTOR, area_code=asked) is expected


def test_a_role_counts_only_in_its_own_organization() -> None:
    body = factories.organization("A")
    user = factories.member("bo", Role.HANDLER, body)
    assert has_role(user, Role.HANDLER, organization=body)
    assert not has_role(user, Role.HANDLER, organization=factories.organization("B", parent=body))
    assert not has_role(user, Role.LEADER, organization=body)


@pytest.mark.usefixtures("_areas")
def test_areas_of_a_person_are_all_those_below_or_the_whole_city() -> None:
    centre = factories.organization("C")
    bo = factories.member("bo", Role.INSPECTOR, centre, "500236001")
    assert area_codes_of(bo, Role.INSPECTOR) == {"500236001", "500236001002"}
    assert area_codes_of(bo, Role.LEADER) == set()
    assert area_codes_of(factories.member("ada", Role.INSPECTOR, centre), Role.INSPECTOR) is None


def test_a_closed_account_holds_no_role() -> None:
    user = factories.member("bo", Role.ADMINISTRATOR, factories.organization("C"))
    assert is_member(user)
    user.is_active = False
    assert not is_member(user)
    assert not has_role(user, Role.ADMINISTRATOR)
