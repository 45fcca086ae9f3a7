"""Whatever is asked of the read endpoints, they answer; a fault of ours (5xx) is never the answer."""

from itertools import product
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from rest_framework.test import APIClient

from config.wsgi import application
from core.models import User
from grid.organizations.use_cases import issue_token
from tests.conftest import client_of
from tests.everything import everything

pytestmark = pytest.mark.django_db

READ = (
    r"^/api/v1/(areas|cells|organizations|categories|facilities|ownership-areas|handovers|audit|me"
    r"|jurisdiction|requests|cases|tasks|evidence)/"
)
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application).include(
    path_regex=READ, method="GET"
)


@pytest.fixture
def token(bo: User) -> str:
    """Bo's bearer token, in a city with one of every thing."""
    everything()
    return issue_token(bo, actor=bo)


@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_question_is_answered_by_a_fault(case: Any, token: str) -> None:
    asked = {name: str(value) for name, value in dict(case.query or {}).items()}
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client(raise_request_exception=False).get(case.formatted_path, asked, headers=headers)
    assert answer.status_code < 500, (case.formatted_path, asked, answer.content)


NASTY = [
    "\x00",
    "a\x00b",
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "'; --",
    "%",
    "😀",
    "0x1F",
    "[]",
    " ",
]
NAMES = [
    *("cursor", "limit", "bbox", "datum", "at", "as_known_at", "code", "lon", "lat", "accuracy_m"),
    *(
        "owner",
        "category",
        "handover",
        "cell",
        "subject_id",
        "seq",
        "since",
        "facility",
        "signed_on",
    ),
]
PATHS = [
    "facilities",
    "areas",
    "audit",
    "categories",
    "handovers",
    "ownership-areas",
    "jurisdiction",
]


@pytest.fixture
def api(bo: User) -> APIClient:
    """Bo's client, in a city with one of every thing."""
    everything()
    return client_of(bo)


@pytest.mark.parametrize("path", ["facilities", "audit", "jurisdiction"])
def test_nasty_values_are_refused_or_find_nothing(api: APIClient, path: str) -> None:
    for name, value in product(NAMES, NASTY):
        answer = api.get(f"/api/v1/{path}/", {name: value})
        assert answer.status_code in {200, 400, 403, 404}, (name, value, answer.content)


@pytest.mark.parametrize(
    "given",
    [
        {"bbox": "nan,0,1,1"},
        {"bbox": "0,0,inf,1"},
        {"bbox": "1,1,0,0"},
        {"bbox": "0,0,1"},
        {"bbox": "-181,0,1,1"},
        {"bbox": "0,0,1,1,1"},
        {"at": "0000-01-01"},
        {"at": "9999-12-31T23:59:59+14:00"},
        {"at": "2024-02-30"},
        {"as_known_at": "yesterday"},
        {"datum": "mars"},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "²"},
        {"cursor": "AAAA"},
        {"cursor": "W10="},
        {"cursor": "密码"},
        {"state": "shiny"},
        {"page": "2"},
    ],
)
def test_nonsense_is_named(api: APIClient, given: dict[str, str]) -> None:
    answer = api.get("/api/v1/facilities/", given)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert next(iter(given)) in answer.json()["detail"], answer.json()


def test_an_unknown_coordinate_system_is_named(api: APIClient) -> None:
    answer = api.get("/api/v1/facilities/", {"datum": "epsg:99999999999999999999"})
    assert answer.status_code == 400
    assert "EPSG:99999999999999999999" in answer.json()["detail"]


@pytest.mark.parametrize("code", ["a%00b", "x" * 3000, "%F0%9F%98%80", "..%2F..", "%20", "%ff"])
def test_odd_codes_do_not_exist(api: APIClient, code: str) -> None:
    for path in PATHS[:-1]:
        answer = api.get(f"/api/v1/{path}/{code}/")
        assert answer.status_code in {400, 404}, answer.content


def test_a_place_without_coordinates_in_a_datum_is_not_a_fault(api: APIClient) -> None:
    answer = api.get("/api/v1/facilities/", {"datum": "epsg:2193"})  # New Zealand
    assert answer.status_code < 500
    assert b"NaN" not in answer.content
    assert b"Infinity" not in answer.content


def test_an_unknown_address_is_a_problem_too(client: Client) -> None:
    answer = client.get("/api/v1/no-such-list/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked",
    [
        "cases/?reported_after=2026-06-19T03:39:34-19:21",
        "cases/?reported_before=0001-01-01T00:00:00%2B14:00",
        "audit/?since=2026-06-19T03:39:34%2B23:59",
        "facilities/?at=2026-06-19T03:39:34-19:21",
        "jurisdiction/?lon=109&lat=31&at=2026-06-19T03:39:34-19:21",
    ],
)
def test_an_offset_that_the_database_does_not_know_is_no_fault(bo: User, asked: str) -> None:
    everything()
    assert client_of(bo).get(f"/api/v1/{asked}").status_code < 500
