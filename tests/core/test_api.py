"""Every refusal over HTTP is problem+json with a code; acts with a key are answered once."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from core.api import problem
from core.errors import LostRace, refusal_of, register_constraint
from core.models import Operation, User
from core.openapi import with_problems

pytestmark = pytest.mark.urls("tests.core.sample_urls")


@pytest.fixture
def ada(db: None) -> User:
    """Ada asks."""
    return User.objects.create(username="ada")


@pytest.fixture
def client(ada: User) -> APIClient:
    """Ada's client, in English; it answers a bug with 500 as a server does."""
    client = APIClient(raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="en")
    client.force_authenticate(ada)
    return client


def said(response: HttpResponse) -> dict[str, Any]:
    """The problem, whose own status is that of the answer."""
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.content)
    assert problem["status"] == response.status_code
    assert problem["type"] == f"urn:lamplighter:problem:{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("invalid", 400, "invalid"),
        ("own-words", 400, "invalid"),
        ("not-permitted", 403, "not_permitted"),
        ("missing", 404, "missing"),
        ("wrong-state", 409, "wrong_state"),
        ("lost-race", 409, "lost_race"),
        ("busy", 423, "busy"),
        ("http404", 404, "missing"),
        ("denied", 403, "not_permitted"),
        ("model-invalid", 400, "invalid"),
        ("too-big", 413, "too_large"),
        ("throttled", 429, "throttled"),
        ("lock", 423, "busy"),
        ("deadlock", 409, "lost_race"),
        ("serialization", 409, "lost_race"),
        ("no-database", 503, "unavailable"),
        ("bug", 500, "server_error"),
    ],
)
def test_each_refusal_has_its_status_and_code(
    client: APIClient, name: str, status: int, code: str
) -> None:
    response = client.get(f"/api/refuse/{name}/")
    assert (response.status_code, said(response)["code"]) == (status, code)
    assert ("Retry-After" in response) == (status in {423, 429, 503})


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("en", "no lamp here"),
        ("zh-hans", "这里没有lamp"),
        ("", "这里没有lamp"),
        ("fr", "这里没有lamp"),
    ],
)
def test_words_follow_the_language_of_the_request(
    client: APIClient, language: str, detail: str
) -> None:
    response = client.get("/api/refuse/own-words/", HTTP_ACCEPT_LANGUAGE=language)
    assert said(response)["detail"] == detail


def test_details_are_data(client: APIClient) -> None:
    response = client.get("/api/refuse/wrong-state/")
    assert said(response)["details"] == {"state": "lit", "allowed": ["put_out"]}


@pytest.mark.parametrize(
    ("body", "detail", "fields"),
    [
        ({}, "username: This field is required.", ["username"]),
        ({"username": "too long"}, "username: Ensure this field has no more than", ["username"]),
        ({"username": "a", "languages": [1, "x"]}, "languages.1: A valid integer", ["languages"]),
        ([], "Invalid data. Expected a dictionary", ["non_field_errors"]),
    ],
)
def test_invalid_fields_are_named(
    client: APIClient, body: Any, detail: str, fields: list[str]
) -> None:
    response = client.post("/api/users/", body, format="json")
    assert response.status_code == 400
    problem = said(response)
    assert problem["code"] == "invalid"
    assert problem["detail"].startswith(detail)
    assert list(problem["details"]["fields"]) == fields


@pytest.mark.parametrize(
    ("method", "body", "content_type", "status", "code"),
    [
        ("post", "{", "application/json", 400, "malformed"),
        ("post", "{\x00}", "application/json", 400, "malformed"),
        ("post", "[" * 100_000, "application/json", 400, "malformed"),
        ("post", '{"username": "\\ud800"}', "application/json", 400, "malformed"),
        ("post", '{"username": NaN}', "application/json", 400, "malformed"),
        ("post", " " * 3_000_000, "application/json", 413, "too_large"),
        ("post", "a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("delete", "", "application/json", 405, "method_not_allowed"),
    ],
)
def test_what_cannot_be_read_is_refused(
    client: APIClient, method: str, body: str, content_type: str, status: int, code: str
) -> None:
    response = client.generic(method, "/api/users/", body, content_type=content_type)
    assert (response.status_code, said(response)["code"]) == (status, code)


def test_another_format_than_json_is_not_acceptable(client: APIClient) -> None:
    response = client.get("/api/users/", HTTP_ACCEPT="text/html")
    assert (response.status_code, said(response)["code"]) == (406, "not_acceptable")


def test_nobody_is_asked_to_say_who_they_are(db: None) -> None:
    response = APIClient().get("/api/users/")
    assert (response.status_code, said(response)["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"
    response = APIClient(HTTP_AUTHORIZATION="Bearer 0000").get("/api/users/")
    assert (response.status_code, said(response)["code"]) == (401, "authentication_failed")


def test_a_session_without_its_csrf_token_is_refused(ada: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post("/api/users/", {"username": "x"}, format="json")
    assert (response.status_code, said(response)["code"]) == (403, "not_permitted")


@pytest.mark.parametrize(
    ("name", "code"),
    [("400", "bad_request"), ("403", "not_permitted"), ("404", "missing"), ("500", "server_error")],
)
def test_djangos_own_refusals_are_problems_under_api_and_pages_elsewhere(
    client: APIClient, name: str, code: str
) -> None:
    response = client.get(f"/api/django/{name}/")
    assert (response.status_code, said(response)["code"]) == (int(name), code)
    page = client.get(f"/pages/{name}/")
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (int(name), "text/html")


def test_an_address_that_is_nowhere_is_missing(client: APIClient) -> None:
    response = client.get("/api/nowhere/")
    assert (response.status_code, said(response)["code"]) == (404, "missing")


def test_the_schema_says_that_each_operation_may_be_refused() -> None:
    schema = with_problems({"paths": {"/x/": {"get": {"responses": {"200": {}}}}}})
    answers = schema["paths"]["/x/"]["get"]["responses"]
    reference = {"$ref": "#/components/schemas/Problem"}
    assert answers["default"]["content"] == {"application/problem+json": {"schema": reference}}
    assert set(schema["components"]["schemas"]["Problem"]["required"]) <= set(
        said(problem(LostRace()))
    )


class NameTaken(LostRace):
    """That name is taken."""


def test_a_violated_constraint_is_what_its_room_says(client: APIClient) -> None:
    register_constraint("core_user_username_key", NameTaken)
    response = client.post("/api/users/", {"username": "ada"}, format="json")
    assert (response.status_code, said(response)["code"]) == (409, "name_taken")
    assert said(response)["details"] == {"constraint": "core_user_username_key"}
    with pytest.raises(ValueError, match="already means NameTaken"):
        register_constraint("core_user_username_key", LostRace)
    assert refusal_of("unheard_of") is None


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELECT 1/0", 400, "invalid"),
        ("SELECT 99999999999::int", 400, "invalid"),
        ("INSERT INTO core_operation (id) VALUES (1)", 500, "server_error"),
        ("SELECT nothing", 500, "server_error"),
    ],
)
def test_what_the_database_refuses(client: APIClient, sql: str, status: int, code: str) -> None:
    response = client.post("/api/sql/", {"sql": sql}, format="json")
    assert (response.status_code, said(response)["code"]) == (status, code)


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────────


def make(client: APIClient, name: str = "bo", key: str | None = "k-1", **more: Any) -> HttpResponse:
    """Make a user through the API."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/users/", {"username": name, **more}, format="json", headers=headers)


def test_the_same_request_is_answered_twice_and_done_once(client: APIClient) -> None:
    first, second = make(client), make(client)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.content == second.content
    assert json.loads(first.content) == {
        "id": User.objects.get(username="bo").pk,
        "base_version": None,
    }


def test_another_request_under_the_same_key_is_refused(client: APIClient) -> None:
    make(client)
    response = make(client, "cy")
    assert (response.status_code, said(response)["code"]) == (409, "different_content")
    assert not User.objects.filter(username="cy").exists()


def test_without_a_key_it_is_simply_done(client: APIClient) -> None:
    assert make(client, key=None).status_code == 201
    assert not Operation.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "ä"])
def test_a_bad_key_is_refused(client: APIClient, key: str) -> None:
    response = make(client, key=key)
    assert (response.status_code, said(response)["code"]) == (400, "idempotency_key_invalid")


@pytest.mark.parametrize("given", [True, "1", 1.5, -1, [], {}])
def test_a_bad_base_version_is_refused(client: APIClient, given: object) -> None:
    response = make(client, base_version=given)
    assert (response.status_code, said(response)["code"]) == (400, "base_version_invalid")
    assert not Operation.objects.exists()


def test_a_base_version_is_read(client: APIClient) -> None:
    assert json.loads(make(client, base_version=3).content)["base_version"] == 3
