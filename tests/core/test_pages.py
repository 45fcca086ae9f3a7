"""Pages by key: whole, in order, true while rows are added, and plain about nonsense."""

import base64
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from core.models import OutboxEvent, User
from core.pages import InvalidCursor, InvalidLimit, KeysetPagination, limit_of, page_of


def names(key: tuple[str, ...], limit: int) -> list[list[str]]:
    """The names of all users, page by page."""
    pages: list[list[str]] = []
    cursor = ""
    while len(pages) < 10:
        page = page_of(User.objects.all(), key=key, cursor=cursor, limit=limit)
        pages.append([user.username for user in page.rows])
        if page.next_cursor is None:
            return pages
        cursor = page.next_cursor
    raise AssertionError(pages)


@pytest.fixture
def people(db: None) -> None:
    """Five users, two languages."""
    User.objects.bulk_create(
        User(username=name, language="en" if name in "bd" else "zh-hans") for name in "abcde"
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (("username",), [["a", "b"], ["c", "d"], ["e"]]),
        (("-username",), [["e", "d"], ["c", "b"], ["a"]]),
        (("language", "username"), [["b", "d"], ["a", "c"], ["e"]]),
        (("-language", "-username"), [["e", "c"], ["a", "d"], ["b"]]),
        (("pk",), [["a", "b"], ["c", "d"], ["e"]]),
    ],
)
def test_pages_are_whole_and_in_order(
    people: None, key: tuple[str, ...], expected: list[list[str]]
) -> None:
    assert names(key, 2) == expected


@pytest.mark.parametrize("limit", [1, 4, 5, 6])
def test_no_page_is_empty_but_that_of_an_empty_list(people: None, limit: int) -> None:
    pages = names(("username",), limit)
    assert [name for page in pages for name in page] == [*"abcde"]
    assert all(pages)
    User.objects.all().delete()
    assert names(("username",), limit) == [[]]


def test_pages_stay_true_while_rows_are_added(people: None) -> None:
    first = page_of(User.objects.all(), key=("username",), limit=2)
    User.objects.bulk_create([User(username="aa"), User(username="bb")])
    second = page_of(User.objects.all(), key=("username",), limit=2, cursor=first.next_cursor or "")
    assert [user.username for user in second.rows] == ["bb", "c"]


def test_instants_are_kept_to_the_microsecond(db: None) -> None:
    at = timezone.now().replace(microsecond=123456)
    for _ in range(3):
        OutboxEvent.objects.create(at=at, kind="look", subject_type="x", subject_id="1")
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None and len(seen) < 10:
        page = page_of(OutboxEvent.objects.all(), key=("at", "id"), cursor=cursor, limit=1)
        seen += [event.pk for event in page.rows]
        cursor = page.next_cursor
    assert seen == sorted(seen)
    assert len(seen) == 3


def encoded(text: str) -> str:
    """A cursor made by hand."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "====",
        encoded("{}"),
        encoded("[1, 2]"),
        encoded('[["username"], "abc"]'),
        encoded('[["-username"], ["a"]]'),
        encoded('[["username"], ["a", "b"]]'),
        encoded('[["username"], [null]]'),
        encoded("[" * 5000),
    ],
)
def test_a_cursor_of_another_make_is_refused(people: None, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        page_of(User.objects.all(), key=("username",), cursor=cursor, limit=2)


@pytest.mark.parametrize(
    "value", ["NaN", '"2026-02-30T00:00:00Z"', "1", "[]", "{}", "true", '"x"', "null"]
)
def test_a_cursor_with_an_impossible_value_is_refused(people: None, value: str) -> None:
    cursor = encoded(f'[["date_joined", "id"], [{value}, 1]]')
    with pytest.raises(InvalidCursor):
        page_of(User.objects.all(), key=("date_joined", "id"), cursor=cursor, limit=2)


@pytest.mark.parametrize("text", ["0", "-1", "1001", "1e3", "ten", "", " 5", "٣", "5.0", "9" * 30])
def test_a_senseless_limit_is_refused(text: str) -> None:
    with pytest.raises(InvalidLimit, match="from 1 to 1000"):
        limit_of(text)


def test_a_limit_is_read() -> None:
    assert [limit_of(text) for text in (None, "1", "1000")] == [100, 1, 1000]


def test_a_key_of_two_directions_is_a_mistake_of_ours(people: None) -> None:
    with pytest.raises(ImproperlyConfigured):
        page_of(User.objects.all(), key=("language", "-username"), limit=2)


@pytest.mark.urls("tests.core.sample_urls")
def test_a_list_is_followed_by_next(people: None, django_assert_num_queries: Any) -> None:
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.force_authenticate(User.objects.get(username="a"))
    address, seen = "/api/users/?limit=2&x=1", list[str]()
    while address and len(seen) < 10:
        with django_assert_num_queries(1):
            answer = client.get(address).json()
        assert set(answer) == {"results", "next"}
        seen += [row["username"] for row in answer["results"]]
        address = answer["next"]
        assert address is None or "x=1" in address
    assert seen == [*"edcba"]
    refused = client.get("/api/users/?limit=many")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_limit")
    assert refused.json()["detail"] == (
        "'limit' must be a whole number from 1 to 1000, not 'many'."
    )
    refused = client.get("/api/users/?cursor=nonsense")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


def test_a_feature_collection_keeps_its_shape(people: None) -> None:
    pages = KeysetPagination()
    request = Request(APIRequestFactory().get("/lamps/", {"limit": "2"}))
    pages.paginate_queryset(User.objects.all(), request, APIView())
    answer = pages.get_paginated_response({"type": "FeatureCollection", "features": [1, 2]}).data
    assert answer["type"] == "FeatureCollection"
    assert answer["features"] == [1, 2]
    assert answer["next"].startswith("http://testserver/lamps/?cursor=")
