"""Two administrators at once: each role is given once, each account made once."""

import pytest

from core.models import AuditEntry, User
from grid.organizations.models import Membership, Role
from grid.organizations.use_cases import (
    UsernameTaken,
    create_account,
    grant_role,
    service_user,
)
from tests import factories
from tests.clones import at_once

AT_ONCE = 6


@pytest.mark.usefixtures("clone_db")
def test_a_role_given_by_many_at_once_is_given_once() -> None:
    body = factories.organization("A1")
    operator, zoe = service_user("operator"), factories.user("zoe")

    def grant() -> Membership:
        return grant_role(zoe, actor=operator, role=Role.ADMINISTRATOR, organization=body)

    assert len({membership.pk for membership in at_once([grant] * AT_ONCE)}) == 1
    assert AuditEntry.objects.filter(act="grant_role").count() == 1
    assert User.objects.get(pk=zoe.pk).is_staff


@pytest.mark.usefixtures("clone_db")
def test_a_service_user_named_by_many_at_once_is_made_once() -> None:
    made = at_once([lambda: service_user("night shift")] * AT_ONCE)
    assert len({user.pk for user in made}) == 1
    assert AuditEntry.objects.filter(act="create_account").count() == 1


@pytest.mark.usefixtures("clone_db")
def test_an_account_made_by_many_at_once_is_made_once() -> None:
    operator = service_user("operator")

    def make() -> str:
        try:
            create_account(actor=operator, username="zoe")
        except UsernameTaken:
            return "taken"
        return "made"

    assert sorted(at_once([make] * AT_ONCE)) == ["made"] + ["taken"] * (AT_ONCE - 1)
    assert AuditEntry.objects.filter(act="create_account").count() == 2
