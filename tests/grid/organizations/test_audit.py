"""Who reads the trail: auditors all of it, others the acts upon what they may see."""

import pytest
from django.db import connection

from core.audit import record_act
from core.models import User
from grid.organizations.models import Role
from tests import factories
from tests.conftest import client_of
from tests.everything import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def _acts(ada: User) -> None:
    made = everything()
    record_act(actor=ada, act="publish", subject=made.version)
    record_act(actor=ada, act="grant_role", subject=ada)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # numbers are given at commit


def acts(user: User, **given: str) -> list[str]:
    """The acts a user is shown, newest first."""
    answer = client_of(user).get("/api/v1/audit/", given)
    assert answer.status_code == 200, answer.content.decode()
    return [row["act"] for row in answer.json()["results"]]


@pytest.mark.usefixtures("_acts")
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_auditors_and_administrators_read_everything(role: Role) -> None:
    user = factories.member("eve", role, factories.organization("A1"))
    assert acts(user, actor="ada") == ["grant_role", "publish"]
    assert acts(user, act="publish") == ["publish"]


@pytest.mark.usefixtures("_acts")
def test_others_read_the_acts_upon_one_subject_that_they_may_see(
    ada: User, cy: User, stranger: User
) -> None:
    assert acts(cy, subject_type="grid.groundversion", subject_id="1") == ["publish"]
    assert acts(ada, subject_type="core.user", subject_id=str(ada.pk)) == ["grant_role"]
    assert acts(cy, subject_type="core.user", subject_id=str(ada.pk)) == []
    assert acts(cy, subject_type="no.such", subject_id="1") == []
    assert acts(stranger, subject_type="grid.groundversion", subject_id="1") == []
    refused = client_of(cy).get("/api/v1/audit/")
    assert refused.status_code == 403
    assert refused.json()["code"] == "subject_needed"
