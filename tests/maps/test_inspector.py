"""The page of the inspectors' app: for members, with its own way to sign in."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.mission("D8")


def test_strangers_sign_in_under_the_apps_own_path(db: None, client: Client) -> None:
    answer = client.get("/inspect/")
    assert (answer.status_code, answer["Location"]) == (302, "/inspect/login/?next=/inspect/")
    user = factories.user("bo")
    user.set_password("lamplight-4-bo")
    user.save()
    signed_in = client.post("/inspect/login/", {"username": "bo", "password": "lamplight-4-bo"})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/inspect/")
    assert client.get("/inspect/").status_code == 403


def test_members_get_the_page_and_the_token_their_acts_need(member: Client) -> None:
    answer = member.get("/inspect/")
    assert answer.status_code == 200
    assert "csrftoken" in answer.cookies
