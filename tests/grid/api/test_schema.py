"""The description of the API is whole and says what the API does."""

from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from core.models import User
from tests.conftest import client_of
from tests.everything import everything


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, dict[str, object]]]:
    """The schema; a warning fails."""
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    schema: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(out.getvalue())
    return schema


def test_lists_with_a_place_are_described_as_feature_collections(
    described: dict[str, dict[str, dict[str, object]]],
) -> None:
    answer = described["paths"]["/api/v1/facilities/"]["get"]["responses"]["200"]  # type: ignore[index]
    name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "FacilityWithHandoverList" in str(described["components"]["schemas"][name])


@pytest.mark.django_db
def test_every_parameter_that_is_taken_is_described(
    described: dict[str, dict[str, dict[str, object]]], bo: User
) -> None:
    everything()
    for name in ("areas", "cells", "facilities", "ownership-areas", "handovers", "audit"):
        parameters = described["paths"][f"/api/v1/{name}/"]["get"]["parameters"]  # type: ignore[index]
        told = {parameter["name"] for parameter in parameters}
        refusal = client_of(bo).get(f"/api/v1/{name}/?no-such=1").json()
        assert set(refusal["details"]["known"]) == told


@pytest.mark.django_db
def test_the_description_is_open_to_all(client: Client) -> None:
    assert client.get("/api/v1/schema/").status_code == 200


@pytest.mark.django_db
def test_the_index_names_every_list(
    described: dict[str, dict[str, dict[str, object]]], bo: User
) -> None:
    lists = {path for path, acts in described["paths"].items() if "get" in acts and "{" not in path}
    named = client_of(bo).get("/api/v1/").json()
    assert {address.removeprefix("http://testserver") for address in named.values()} == {
        *(lists - {"/api/v1/"}),
        "/api/v1/schema/",
    }
