"""Tiles of cases: each reader sees their own, and only what is unfinished."""

from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from grid.organizations.models import Membership, Organization
from inspections.cases.models import Case
from tests import factories
from tests.maps import small_city
from tests.maps.small_city import SmallCity
from tests.maps.tiles import decode, tile_at

pytestmark = pytest.mark.mission("D9")


def report(number: str, state: str = "reported") -> Case:
    """A case on Tongfeng Road."""
    now = timezone.now()
    return Case.objects.create(
        number=number,
        state=state,
        place=Point(*small_city.degrees_of(120, 306), srid=4326),
        area_codes=["500101", "500101001", "500101001001"],
        reported_at=now,
        opened_at=now,
    )


def client_of(name: str, role: str, body: str, area: str = "") -> Client:
    """A member's browser."""
    user = factories.user(name)
    organization = Organization.objects.get(code=body)
    Membership.objects.create(user=user, role=role, organization=organization, area_code=area)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_reader_sees_the_cases_of_their_area_alone(town: SmallCity, tmp_path: Path) -> None:
    report("C-1")
    report("C-2", "declined")
    x, y = tile_at(14)
    address = f"/tiles/cases/14/{x}/{y}.mvt"
    here = client_of("bo", "inspector", "URBAN", "500101001001")
    answer = here.get(address)
    assert answer["Cache-Control"] == "private, no-cache"
    cases = decode(answer.content, tmp_path, 14, x, y)["cases"]
    assert cases[["number", "state"]].to_numpy().tolist() == [["C-1", "reported"]]
    elsewhere = client_of("cy", "inspector", "URBAN", "500101001002")
    assert elsewhere.get(address).status_code == 204
    handler = client_of("di", "handler", "WATER")
    assert handler.get(address).status_code == 204


def test_unchanged_cases_are_answered_with_304(member: Client) -> None:
    x, y = tile_at(14)
    address = f"/tiles/cases/14/{x}/{y}.mvt"
    report("C-1")
    first = member.get(address)
    tag = {"If-None-Match": first["ETag"]}
    assert member.get(address, headers=tag).status_code == 304
    report("C-2")
    assert member.get(address, headers=tag).status_code == 200
    assert member.get("/tiles/cases/14/0/0.mvt").status_code == 204
