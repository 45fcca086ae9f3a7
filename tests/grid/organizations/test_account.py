"""manage.py account, as the contract words it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from knox.models import AuthToken
from rest_framework.test import APIClient

from core.models import AuditEntry, User
from grid.organizations.models import Membership, Organization, Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def _bureau() -> Organization:
    return factories.organization("H001", "住房和城乡建设局")


def account(*words: str) -> tuple[str, str]:
    """What the command printed on stdout and on stderr."""
    out, err = StringIO(), StringIO()
    call_command("account", *words, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


@pytest.mark.usefixtures("_bureau")
def test_a_token_stands_alone_on_stdout_and_opens_the_api() -> None:
    out, err = account("ada", "--role", "dispatcher", "--organization", "H001", "--token")
    assert out.count("\n") == 1
    assert "ada" in err
    token = out.strip()
    assert AuthToken.objects.get().expiry is None
    assert token not in str(AuthToken.objects.values())
    answer = APIClient().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["name"] == "ada"
    account("ada", "--revoke-tokens")
    answer = APIClient().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.usefixtures("_bureau")
def test_the_same_command_again_changes_nothing() -> None:
    words = ("ada", "--role", "handler", "--organization", "H001", "--password", "tongfeng-300-m")
    account(*words)
    before = list(AuditEntry.objects.values_list("act", flat=True))
    hashed = User.objects.get(username="ada").password
    account(*words)
    assert Membership.objects.count() == 1
    assert User.objects.get(username="ada").password == hashed
    assert list(AuditEntry.objects.values_list("act", flat=True)) == before


@pytest.mark.usefixtures("_bureau")
def test_an_existing_name_gets_the_further_role_and_the_new_password() -> None:
    account("ada", "--role", "handler", "--organization", "H001", "--password", "tongfeng-300-m")
    account(
        "ada",
        "--role",
        "leader",
        "--organization",
        "住房和城乡建设局",
        "--password",
        "another-1-lamp",
    )
    ada = User.objects.get(username="ada")
    assert set(ada.memberships.values_list("role", flat=True)) == {Role.HANDLER, Role.LEADER}
    assert ada.check_password("another-1-lamp")


@pytest.mark.usefixtures("_bureau")
def test_without_password_or_token_one_is_made_and_shown() -> None:
    out, err = account("ada", "--role", "handler", "--organization", "H001")
    assert out == ""
    shown = err.split("password ")[1].split()[0]
    assert User.objects.get(username="ada").check_password(shown)


@pytest.mark.usefixtures("_bureau")
def test_a_weak_password_is_called_weak() -> None:
    _, err = account("ada", "--role", "handler", "--organization", "H001", "--password", "12345")
    assert "weak password" in err


@pytest.mark.usefixtures("_bureau")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--role", "boss", "--organization", "H001"), "the roles are: dispatcher, handler"),
        (("--role", "handler"), "needs both --role ROLE and --organization CODE"),
        (("--role", "handler", "--organization", "住房城乡建设局"), "H001 (住房和城乡建设局)"),
        (
            ("--role", "handler", "--organization", "H001", "--area", "9"),
            "run 'manage.py load areas",
        ),
        (("--role", "handler", "--organization", "H001", "--password", ""), "--password is empty"),
    ],
)
def test_a_refusal_names_the_thing_and_the_remedy_and_changes_nothing(
    words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(CommandError) as refused:
        account("ada", *words)
    assert message in str(refused.value)
    assert not User.objects.filter(username="ada").exists()


@pytest.mark.usefixtures("_bureau")
def test_an_area_is_taken_by_code_or_name() -> None:
    factories.areas({"500236001": ""}, factories.version())
    account("bo", "--role", "inspector", "--organization", "H001", "--area", "Area 500236001")
    assert Membership.objects.get().area_code == "500236001"


@pytest.mark.usefixtures("_bureau")
def test_an_administrator_may_enter_the_admin_pages() -> None:
    account("root", "--role", "administrator", "--organization", "H001")
    assert User.objects.get(username="root").is_staff
