"""Hundreds report one blackout: one case before the dispatcher, and everybody has a code that tells the truth."""

from collections.abc import Iterable
from datetime import timedelta
from threading import Lock
from time import perf_counter
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from shapely import LineString, Point

from grid.catalogue.models import Urgency
from inspections.cases.models import Case, CaseRequest
from inspections.cases.use_cases import decline_case
from inspections.intake.duplicates.models import RequestJoin
from inspections.intake.duplicates.use_cases import split_case
from inspections.intake.use_cases import Received, receive
from inspections.intake.use_cases.public import public_user
from inspections.requests.use_cases import RequestRow
from maps.public.tracking import status_of
from tests.clones import Clone, at_once
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, report, ward_here
from tests.inspections.intake.duplicates.storms import Said, blackout


@pytest.fixture(autouse=True)
def joining(settings: Settings, own_cases: None) -> None:
    """As delivered."""
    settings.AUTO_JOIN_ABOVE = 0.85


def lamps_of(ward: Ward, streets: Iterable[float] = (250, 400)) -> Ward:
    """Eleven lamps along a street, on one circuit; as many on another, 150 metres north."""
    for place, north in enumerate(streets, 1):
        circuit = f"K{place}"
        line = ground.facility(circuit, "K", LineString([(100, north), (400, north)]), ward.version)
        for n in range(11):
            ground.facility(
                f"{circuit}-{n:02}", "0118", Point(100 + 30 * n, north), ward.version, parent=line
            )
    return ward


@pytest.fixture
def street(ward: Ward) -> Ward:
    return lamps_of(ward)


def heard(ward: Ward, said: Said, **stated: Any) -> Received:
    lon, lat = ward.lonlat(said.east, said.north)
    row: dict[str, Any] = {
        "channel": "web",
        "category": ward.lamps,
        "text": said.text,
        "reported_at": said.at,
        "lon": lon,
        "lat": lat,
        "accuracy_m": said.accuracy_m,
    }
    how = {name: stated.pop(name) for name in ("urgency", "own_case") if name in stated}
    return receive(RequestRow(**row | stated), actor=public_user("web"), **how)


def one(ward: Ward, at: tuple[float, float] = (250, 250), **stated: Any) -> Received:
    text = stated.pop("text", "路灯不亮")
    return heard(ward, Said(*at, 5.0, timezone.now(), text), **stated)


@pytest.mark.mission("F4")
def test_a_blackout_is_one_case_before_the_dispatcher(street: Ward) -> None:
    start = timezone.now() - timedelta(hours=1)
    told = [heard(street, said) for said in blackout(24, seed=7, at=start)]
    (case,) = Case.objects.all()
    assert CaseRequest.objects.filter(case=case, left_at__isnull=True).count() == 24
    assert (told[0].joined, {one.joined for one in told[1:]}) == (False, {True})
    assert len({one.request.tracking_code for one in told}) == 24
    last = status_of(told[-1].request, timezone.now())
    assert (last.joined, last.head) == (True, "已收到")
    join = RequestJoin.objects.filter(request=told[-1].request).get()
    assert join.automatic
    assert "same_circuit" in join.reasons
    shown = client_of(street.ada).get("/api/v1/cases/", {"open": "true"}).json()["features"]
    assert [one["properties"]["number"] for one in shown] == [case.number]


def test_the_next_circuit_has_its_own_case(street: Ward) -> None:
    first, other = one(street), one(street, at=(250, 400))
    assert (first.joined, other.joined) == (False, False)


def test_joining_leaves_the_version_for_whoever_is_acting(street: Ward) -> None:
    case = one(street).case
    assert case is not None
    seen = case.version
    assert one(street, at=(300, 250)).joined
    done = decline_case(case, actor=street.ada, reason="重复", base_version=seen)
    assert done.state == "declined"


@pytest.mark.parametrize(
    "stated",
    [
        {"channel": "patrol"},
        {"urgency": Urgency.URGENT},
        {"own_case": True},
        {"nature": "enquiry"},
        {"category": None, "text": "垃圾没人收"},
        {"at": (250, 330)},
    ],
)
def test_what_is_not_beyond_doubt_has_its_own_case(street: Ward, stated: dict[str, Any]) -> None:
    one(street)
    assert not one(street, **stated).joined


def test_two_named_lamps_are_two_cases_and_one_named_twice_is_one(street: Ward) -> None:
    at = {"K1-01": (130, 250), "K1-06": (280, 250)}
    for code, place in at.items():
        assert not one(street, at=place, facility_code=code).joined
    assert one(street, at=at["K1-06"], facility_code="K1-06").case == Case.objects.latest("pk")


def test_a_report_after_the_repair_is_news(street: Ward) -> None:
    case_in(street, "handled")
    assert not one(street).joined


def test_above_one_nothing_joins_by_itself(street: Ward, settings: Settings) -> None:
    settings.AUTO_JOIN_ABOVE = 2.0
    one(street)
    assert not one(street).joined


def test_a_blank_joins_says_that_it_is_another_matter(street: Ward) -> None:
    case = report(street)
    lon, lat = street.lonlat(251, 250)
    asked = {"category": "0118", "text": "路灯不亮", "lon": lon, "lat": lat, "channel": "phone"}
    client = client_of(street.ada)
    own = client.post("/api/v1/requests/", asked | {"joins": ""}, format="json").json()
    assert (own["properties"]["joined"], own["properties"]["case"] != case.number) == (False, True)
    by_itself = client.post("/api/v1/requests/", asked, format="json").json()["properties"]
    assert by_itself["joined"]


def test_joining_by_itself_is_undone_by_a_split(street: Ward) -> None:
    case = one(street).case
    late = one(street, at=(300, 250))
    assert case is not None
    split_case(case, requests=[late.request.code], actor=street.ada, reason="另一盏")
    made = Case.objects.exclude(pk=case.pk).get()
    assert made.requests.get() == late.request
    assert status_of(late.request, timezone.now()).joined is False


def test_outside_the_city_nothing_is_compared(street: Ward) -> None:
    row = RequestRow(channel="web", text="x", reported_at=timezone.now(), lon=20.5, lat=0.0)
    assert receive(row, actor=public_user("web")).why_no_case is not None
    asked = {"lon": 20.5, "lat": 0}
    for question in ("candidates", "similar"):
        answer = client_of(street.ada).get(f"/api/v1/cases/{question}/", asked)
        assert (answer.status_code, answer.json()) == (200, {"results": []})


@pytest.mark.mission("F4", "P4")
def test_five_hundred_reports_of_one_blackout_are_one_case(
    clone_db: Clone, evidence_folder: None, settings: Settings
) -> None:
    """Eight people at the telephones and pages at once, until everybody has been heard."""
    ward = lamps_of(ward_here())
    public_user("web")
    said = blackout(500, seed=5, at=timezone.now() - timedelta(minutes=45))
    waiting = iter(said)
    taking = Lock()

    def take() -> list[Received]:
        taken: list[Received] = []
        while True:
            with taking:
                one = next(waiting, None)
            if one is None:
                return taken
            taken.append(heard(ward, one))

    began = perf_counter()
    told = [received for taken in at_once([take] * 8) for received in taken]
    print(f"500 reports of one blackout in {perf_counter() - began:.1f} s")
    shown = client_of(ward.ada).get("/api/v1/cases/", {"open": "true"}).json()["features"]
    (case,) = Case.objects.all()
    assert [one["properties"]["number"] for one in shown] == [case.number]
    assert CaseRequest.objects.filter(case=case, left_at__isnull=True).count() == 500
    assert len({one.request.tracking_code for one in told}) == 500
    assert [one.joined for one in told].count(False) == 1
    assert case.reported_at == min(one.at for one in said)
    assert {status_of(told[n].request, timezone.now()).head for n in (0, 99, 499)} == {"已收到"}


def test_those_who_report_at_the_same_moment_find_each_other(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = lamps_of(ward_here())
    public_user("web")
    said = blackout(16, seed=3, at=timezone.now() - timedelta(minutes=20), minutes=1)
    told = at_once([lambda said=said: heard(ward, said) for said in said])  # type: ignore[misc]
    assert Case.objects.count() == 1
    assert sorted(one.joined for one in told) == [False] + [True] * 15
