"""The question under a draft: over HTTP, for those who draft or publish, and without a trace."""

from typing import Any

import pytest

from grid.ground.queries import newest_version
from grid.organizations.models import Role
from inspections.changes.use_cases import (
    preview_change_set,
    publish_change_set,
    withdraw_change_set,
)
from tests import factories
from tests.conftest import client_of
from tests.inspections.changes.conftest import drafted
from tests.inspections.conftest import Ward

pytestmark = pytest.mark.django_db


def asked(ward: Ward, number: str, who: str = "ada") -> Any:
    lon, lat = ward.lonlat(100, 100)
    place = f"lon={lon}&lat={lat}&category=0118"
    base = f"/api/v1/change-sets/{number}" if number else "/api/v1"
    return client_of(ward.people[who]).get(f"{base}/jurisdiction/?{place}")


def test_the_answer_is_the_drafts_and_nothing_has_happened(street: Ward) -> None:
    change_set, before = drafted(street.ada), newest_version()
    answer = asked(street, change_set.number).json()
    assert answer["responsible"]["code"] == "URBAN"
    assert asked(street, "").json()["responsible"]["code"] == "HOUSING"
    assert newest_version() == before
    publisher = factories.member("pa", Role.ADMINISTRATOR, street.bodies["centre"])
    preview_change_set(change_set, actor=street.ada)
    publish_change_set(change_set, actor=publisher)
    real = asked(street, "").json()
    for moving in ("at", "ground_version"):
        assert real.pop(moving)
        answer.pop(moving)
    assert answer == real


def test_who_may_not_and_what_is_over(street: Ward) -> None:
    change_set = drafted(street.ada)
    assert asked(street, change_set.number, "di").status_code == 403
    assert asked(street, "NONE").status_code == 404
    withdraw_change_set(change_set, actor=street.ada)
    assert asked(street, change_set.number).json()["code"] == "wrong_state"
