"""A few letters find the place: codes, names, pinyin, initials, what sounds alike, crossings, cases."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from maps.finding.models import NamesLearnt, SpokenName
from maps.finding.use_cases import learn_names
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, evidence_folder, ward
from tests.maps import small_city
from tests.maps.small_city import SmallCity

__all__ = ["evidence_folder", "ward"]  # fixtures

pytestmark = pytest.mark.mission("C1", "D9")


def found(client: Client, words: str) -> list[dict[str, Any]]:
    """What the search answers."""
    answer: dict[str, Any] = client.get("/api/v1/search/", {"q": words}).json()
    return list(answer["results"])


def first(client: Client, words: str) -> tuple[str, str] | None:
    """Kind and name (or code) of the best."""
    results = found(client, words)
    return (results[0]["kind"], results[0]["name"] or results[0]["code"]) if results else None


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("T3", ("facility", "T3")),
        ("通丰路", ("road", "通丰路")),
        ("tfl", ("road", "通丰路")),
        ("TFL", ("road", "通丰路")),
        ("tongf", ("road", "通丰路")),
        ("通峰路", ("road", "通丰路")),  # sounds the same
        ("tongfanglu", ("road", "通丰路")),  # misheard
        ("丰路", ("road", "通丰路")),
        ("gwsq", ("area", "港湾社区")),
        ("500101001002", ("area", "港湾社区")),
        ("500101001001007", ("cell", "500101001001007")),
        ("锦绣", ("organization", "锦绣花园物业服务有限公司")),
        ("jxhy", ("organization", "锦绣花园物业服务有限公司")),
    ],
)
def test_a_few_letters_find_it(member: Client, words: str, best: tuple[str, str]) -> None:
    assert first(member, words) == best


@pytest.mark.parametrize(
    "words", ["", "   ", "%", "_", "'; DROP TABLE", "\\", "没有这样的地方", "9" * 300]
)
def test_what_is_not_there_is_not_found(member: Client, words: str) -> None:
    assert found(member, words) == []


def test_two_streets_find_their_crossing(member: Client) -> None:
    for words in ("通丰路与港湾大道", "tfl gwdd", "港湾大道、通丰路交叉口"):
        (crossing,) = [one for one in found(member, words) if one["kind"] == "crossing"]
        lon, lat = small_city.degrees_of(300, 300)
        assert (crossing["lon"], crossing["lat"]) == pytest.approx((lon, lat), abs=2e-4)


def test_a_result_says_where_it_lies(member: Client) -> None:
    (lamp,) = [one for one in found(member, "T2") if one["code"] == "T2"]
    lon, lat = small_city.degrees_of(120, 306)
    assert (lamp["lon"], lamp["lat"]) == pytest.approx((lon, lat), abs=1e-7)
    assert lamp["area"] == "通丰街道 通丰社区"
    assert lamp["category"] == "路灯"


def test_degrees_are_a_place(member: Client) -> None:
    lon, lat = small_city.degrees_of(120, 306)
    for words in (f"{lon:.6f},{lat:.6f}", f"{lat:.6f} {lon:.6f}"):
        (place,) = found(member, words)
        assert (place["kind"], place["area"]) == ("place", "通丰街道 通丰社区")
        assert (place["lon"], place["lat"]) == pytest.approx((lon, lat), abs=1e-6)


def test_a_case_is_found_by_number_or_tracking_code_by_those_who_see_it(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    request = case.requests.get()
    for words in (case.number, case.number[:10], request.tracking_code.lower()):
        results = found(client_of(ward.ada), words)
        assert [one["code"] for one in results if one["kind"] == "case"] == [case.number]
        elsewhere = found(client_of(ward.cy), words)
        assert [one for one in elsewhere if one["kind"] == "case"] == []


def test_names_are_learnt_once_per_publication(
    member: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert found(member, "tfl")
    kept = SpokenName.objects.count()
    small_city.publish_again()
    assert learn_names() == 0  # nothing new is called anything new
    assert NamesLearnt.objects.get().version == 2
    assert SpokenName.objects.count() == kept
    with django_assert_num_queries(2):
        learn_names()


def test_a_search_leaves_a_large_load_to_the_job(town: SmallCity) -> None:
    assert learn_names(most=1) == 0
    assert not NamesLearnt.objects.exists()
    assert learn_names() > 1


def test_unknown_parameters_are_refused(member: Client) -> None:
    assert member.get("/api/v1/search/", {"q": "T", "bbox": "1"}).status_code == 400
