"""The page at the root offers each person the screens of their role."""

import re

import pytest
from django.test import Client

from tests.maps.small_city import SmallCity
from tests.maps.test_case_tiles import client_of


def screens(client: Client) -> set[str]:
    """The addresses on the cards."""
    page = client.get("/").content.decode()
    return set(re.findall(r'class="card" href="([^"]+)"', page))


EVERYBODY = {"/report/", "/track/"}


def test_strangers_report_track_or_sign_in(town: SmallCity, client: Client) -> None:
    assert screens(client) == EVERYBODY | {"/login/"}


@pytest.mark.parametrize(
    ("role", "own"),
    [
        ("dispatcher", {"/console/"}),
        ("inspector", {"/console/", "/inspect/"}),
        ("verifier", {"/console/", "/inspect/"}),
        ("handler", {"/console/", "/inspect/", "/owners/"}),
        ("owner", {"/console/", "/owners/"}),
        ("leader", {"/console/", "/owners/"}),
        ("auditor", {"/console/", "/owners/", "/admin/"}),
        ("administrator", {"/console/", "/admin/"}),
    ],
)
def test_each_role_finds_its_screens(town: SmallCity, role: str, own: set[str]) -> None:
    person = client_of("new", role, "URBAN")
    assert screens(person) == EVERYBODY | own | {"/api/v1/schema/"}
