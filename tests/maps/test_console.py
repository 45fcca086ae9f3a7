"""The console's page and its two questions: what is there, and where is this lamp."""

from typing import Any

import pytest
from django.test import Client

from core.models import User
from grid.ground.models import City
from grid.organizations.models import Membership, Organization
from tests import factories
from tests.maps import small_city
from tests.maps.small_city import SmallCity

pytestmark = pytest.mark.mission("D9")


def found(client: Client, code: str) -> list[dict[str, Any]]:
    """The facility of that code, if there is one."""
    answer: dict[str, Any] = client.get("/console/facility.json", {"code": code}).json()
    return list(answer["results"])


def test_city_in_figures(member: Client) -> None:
    city = member.get("/console/city.json").json()
    assert (city["name"], city["version"]) == ("方格市", 1)
    assert city["counts"] == {"areas": 4, "cells": 36, "facilities": 32, "ownership": 3}
    assert city["handover"] == {"none": 14, "refused": 9, "signed": 9}
    lamps = next(c for c in city["categories"] if c["code"] == "0106")
    assert lamps == {"code": "0106", "name": "路灯", "count": 18}
    assert [body["code"] for body in city["bodies"]] == ["GARDEN", "HOUSING", "URBAN"]
    assert (city["unproven"], city["red_lines"]) == (2, 1)
    west, south = small_city.degrees_of(0, 0)
    assert city["bounds"][:2] == pytest.approx([west, south], abs=1e-4)


def test_unchanged_city_is_answered_with_304(member: Client) -> None:
    first = member.get("/console/city.json")
    tag = {"If-None-Match": first["ETag"]}
    assert member.get("/console/city.json", headers=tag).status_code == 304
    small_city.publish_again()
    again = member.get("/console/city.json", headers=tag)
    assert again.json()["counts"]["facilities"] == 33


def test_empty_city_has_nothing_and_no_bounds(db: None, client: Client) -> None:
    factories.city()
    body = Organization.objects.create(code="O", name="O")
    user = factories.user("ada")
    Membership.objects.create(user=user, role="dispatcher", organization=body)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    city = client.get("/console/city.json").json()
    assert set(city["counts"].values()) == {0}
    assert city["bounds"] is None
    City.objects.all().delete()
    refused = client.get("/console/city.json")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_city")


def test_a_facility_is_found_by_its_whole_code(member: Client) -> None:
    (lamp,) = found(member, "T2")
    lon, lat = small_city.degrees_of(120, 306)
    assert (lamp["lon"], lamp["lat"]) == pytest.approx((lon, lat), abs=1e-7)
    assert found(member, "T") == []


def test_categories_come_with_the_letters_that_find_them(member: Client) -> None:
    told = member.get("/console/categories.json").json()["results"]
    assert {"code": "0106", "name": "路灯", "initials": "ld", "sound": "ludeng"} in told


@pytest.mark.parametrize(
    "address", ["/console/categories.json", "/console/city.json", "/console/facility.json?code=T2"]
)
def test_strangers_and_people_without_a_role_learn_nothing(
    town: SmallCity, client: Client, address: str
) -> None:
    assert client.get(address).status_code == 401
    User.objects.create_user("cy", password="c")
    cy = User.objects.get(username="cy")
    client.force_login(cy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403
    assert client.get("/tiles/base/14/0/0.mvt").status_code == 403


def test_page_asks_strangers_to_sign_in(town: SmallCity, client: Client) -> None:
    answer = client.get("/console/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/login/?next=/console/")


def test_every_answer_forbids_foreign_and_inline_content(member: Client) -> None:
    policy = member.get("/console/city.json")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
