"""The read endpoints of the ground: shapes, filters, datums, both times, pages."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from shapely import Point

from core.models import User
from grid.areas.models import Area
from grid.cells.models import GridCell
from grid.facilities.models import FacilityCell, FacilityParty, FacilityRecord
from grid.ground.datums import from_wgs84, parse_datum
from grid.ground.models import since
from tests import factories
from tests.conftest import client_of
from tests.everything import Everything, everything

pytestmark = pytest.mark.django_db

LISTS = [
    "areas",
    "cells",
    "organizations",
    "categories",
    "facilities",
    "ownership-areas",
    "handovers",
]


@pytest.fixture
def made() -> Everything:
    """One of every thing."""
    return everything()


@pytest.fixture
def api(made: Everything, bo: User) -> APIClient:
    """Bo's client."""
    return client_of(bo)


def get(api: APIClient, path: str, **given: str) -> Any:
    """The JSON of a successful answer."""
    answer = api.get(f"/api/v1/{path}", given)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def codes(collection: Any) -> list[str]:
    """The codes in a list of either shape."""
    if "features" in collection:
        return [feature["properties"]["code"] for feature in collection["features"]]
    return [row["code"] for row in collection["results"]]


def test_lists_with_a_place_are_feature_collections(api: APIClient) -> None:
    for name in ("areas", "cells", "facilities", "ownership-areas"):
        answer = get(api, f"{name}/")
        assert answer["type"] == "FeatureCollection"
        assert answer["next"] is None
        assert {feature["type"] for feature in answer["features"]} == {"Feature"}
    for name in ("organizations", "categories", "handovers"):
        assert set(get(api, f"{name}/")) == {"results", "next"}


@pytest.mark.mission("D10")
def test_a_facility_shows_place_cells_parties_and_handover_in_words(api: APIClient) -> None:
    lamp = get(api, "facilities/lamp-1/")
    assert lamp["id"] == "lamp-1"
    assert lamp["geometry"]["type"] == "Point"
    shown = lamp["properties"]
    assert shown["cell"] == "cell-0"
    assert shown["cells"] == ["cell-0"]
    assert shown["parties"] == [
        {
            "role": "builder",
            "organization": {"code": "H001", "name": "住房和城乡建设局"},
            "document": "",
            "valid_from": None,
            "valid_to": None,
        }
    ]
    handover = shown["handover"]
    assert handover["state"] == "signed"
    assert handover["words"] == {"zh-Hans": "已签署移交", "en": "handed over and signed"}
    assert handover["handovers"] == ["HO-1"]
    assert handover["effects"][0]["valid_from"] == "2024-06-01T00:00:00Z"
    assert handover["effects"][0]["organization"]["code"] == "G001"
    road = get(api, "facilities/road-1/")["properties"]
    assert road["cells"] == ["cell-0", "cell-1", "cell-2"]
    assert road["handover"]["state"] == "none"


def test_a_handover_shows_its_facilities_and_what_passed(api: APIClient) -> None:
    shown = get(api, "handovers/HO-1/")
    assert shown["from"] == {"code": "H001", "name": "住房和城乡建设局"}
    assert shown["facilities"] == ["lamp-1"]
    assert shown["effects"] == [
        {
            "role": "maintainer",
            "organization": {"code": "G001", "name": "城市管理局"},
            "standing": "signed",
            "document": "移交书1号",
            "valid_from": "2024-06-01T00:00:00Z",
            "valid_to": None,
            "facilities_count": 1,
        }
    ]


def test_a_category_shows_its_duties_and_limits(api: APIClient) -> None:
    duty = get(api, "categories/lamp/")["duties"][0]
    assert duty["organization"] == {"code": "G001", "name": "城市管理局"}
    assert duty["limits"][0]["resolve_by"] == "2h"
    assert duty["catalogue"]["number"] == 1
    assert get(api, "categories/0110/")["duties"] == []


def test_a_code_of_both_kinds_asks_which(api: APIClient, made: Everything) -> None:
    made.lamp.category.__class__.objects.create(code="lamp", kind="matter", name="灯不亮")
    answer = api.get("/api/v1/categories/lamp/")
    assert answer.status_code == 400
    assert answer.json()["code"] == "ambiguous_category"
    assert get(api, "categories/lamp/", kind="matter")["name"] == "灯不亮"


@pytest.mark.parametrize(
    ("path", "given", "expected"),
    [
        ("areas/", {"level": "community"}, ["500236001002"]),
        ("areas/", {"parent": "500236"}, ["500236001"]),
        ("cells/", {"code": "cell-1"}, ["cell-1"]),
        ("organizations/", {"name": "城市管理局"}, ["G001"]),
        ("categories/", {"kind": "matter"}, ["0109", "0110"]),
        ("facilities/", {"cell": "cell-0"}, ["lamp-1", "road-1"]),
        ("facilities/", {"cell": "cell-2"}, ["road-1"]),
        ("facilities/", {"builder": "H001"}, ["lamp-1", "road-1"]),
        ("facilities/", {"owner": "H001"}, []),
        ("facilities/", {"handover": "signed"}, ["lamp-1"]),
        ("facilities/", {"handover": "none"}, ["road-1"]),
        ("facilities/", {"handover_code": "HO-1"}, ["lamp-1"]),
        ("ownership-areas/", {"category": "lamp"}, ["own-1"]),
        ("ownership-areas/", {"category": "manhole"}, []),
        ("handovers/", {"from": "H001", "to": "G001"}, ["HO-1"]),
        ("handovers/", {"facility": "lamp-1", "state": "signed"}, ["HO-1"]),
        ("handovers/", {"facility": "road-1"}, []),
    ],
)
def test_lists_are_filtered_by_field(
    api: APIClient, path: str, given: dict[str, str], expected: list[str]
) -> None:
    assert codes(get(api, path, **given)) == expected


def test_an_unknown_filter_is_refused_and_the_known_ones_named(api: APIClient) -> None:
    answer = api.get("/api/v1/cells/", {"comunity": "500236001002"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unknown_parameter"
    assert "community" in answer.json()["details"]["known"]


def test_a_box_gives_what_touches_it(api: APIClient) -> None:
    place = factories.degrees(Point(50, 50)).centroid
    box = f"{place.x - 1e-6},{place.y - 1e-6},{place.x + 1e-6},{place.y + 1e-6}"
    assert codes(get(api, "cells/", bbox=box)) == ["cell-0"]
    assert codes(get(api, "facilities/", bbox=box)) == ["lamp-1", "road-1"]


@pytest.mark.parametrize("name", ["gcj02", "bd09", "epsg:4545"])
def test_places_are_given_in_the_datum_asked_for(api: APIClient, name: str) -> None:
    place = factories.degrees(Point(50, 50)).centroid
    x, y = from_wgs84([place.x], [place.y], parse_datum(name))
    shown = get(api, "facilities/lamp-1/", datum=name)["geometry"]["coordinates"]
    assert shown == pytest.approx([x[0], y[0]], abs=1e-8)
    assert get(api, "areas/", datum=name)["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_an_area_without_a_boundary_has_no_geometry(api: APIClient, made: Everything) -> None:
    Area.objects.filter(code="500236").update(boundary=None)
    assert get(api, "areas/500236/", datum="gcj02")["geometry"] is None


def test_the_ground_is_read_at_an_instant(api: APIClient) -> None:
    before = get(api, "facilities/lamp-1/", at="2024-05-31")["properties"]["handover"]
    assert before["effects"] == []
    after = get(api, "facilities/lamp-1/", at="2024-06-01T00:00:00Z")["properties"]["handover"]
    assert [effect["role"] for effect in after["effects"]] == ["maintainer"]
    # A bare date begins in city time, eight hours before the same date in UTC.
    assert get(api, "handovers/HO-1/", at="2024-06-01")["effects"] == []


def test_the_ground_is_read_as_it_was_known(api: APIClient, made: Everything) -> None:
    known = made.version.published_at.isoformat()
    later = factories.version()
    record = FacilityRecord.objects.get(pk=made.lamp.pk)
    FacilityRecord.objects.filter(pk=record.pk).update(
        recorded_during=(made.version.number, later.number)
    )
    record.pk, record.name, record.recorded_during = None, "新名", since(later.number)
    record.save()
    assert get(api, "facilities/lamp-1/")["properties"]["name"] == "新名"
    assert get(api, "facilities/lamp-1/", as_known_at=known)["properties"]["name"] == ""
    assert codes(get(api, "facilities/", as_known_at="2000-01-01")) == []


@pytest.mark.parametrize("name", LISTS)
def test_pages_follow_one_another(api: APIClient, name: str) -> None:
    whole = get(api, f"{name}/")
    met, address = [], f"/api/v1/{name}/?limit=1"
    while address:
        page = api.get(address).json()
        met += codes(page)
        address = page["next"]
    assert met == codes(whole)


@pytest.mark.parametrize("name", LISTS)
def test_three_rows_cost_as_many_queries_as_one(
    api: APIClient, made: Everything, name: str
) -> None:
    def queries() -> tuple[int, int]:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as context:
            rows = len(codes(get(api, f"{name}/")))
        return rows, len(context)

    _multiply(made, 1)
    few_rows, few = queries()
    _multiply(made, 3)
    many_rows, many = queries()
    assert many_rows > few_rows
    assert many == few


def _multiply(made: Everything, times: int) -> None:
    """More of every thing, each with its parties, cells and handovers."""
    start = FacilityRecord.objects.count()
    for n in range(start, start + times):
        body = factories.organization(f"X{n}", parent=made.housing)
        lamp = factories.facility(f"more-{n}", Point(n, 7), made.version)
        FacilityCell.objects.create(record=lamp, cell_code=f"more-{n}")
        FacilityParty.objects.create(
            facility=lamp.facility,
            role="owner",
            organization=body,
            recorded_during=since(made.version.number),
        )
        _copy(made.handover, code=f"HO-{n}-x")
        made.handover.__class__.objects.get(code=f"HO-{n}-x").items.create(facility=lamp.facility)
        _copy(GridCell.objects.order_by("pk")[0], code=f"cell-{n}-x")
        _copy(Area.objects.order_by("pk")[0], code=f"area-{n}")
        _copy(made.lamp.category, code=f"class-{n}")
        _copy(made.bureau.ownership_areas.order_by("pk")[0], code=f"own-{n}-x", organization=body)


def _copy(record: Any, **changes: Any) -> None:
    record = record.__class__.objects.get(pk=record.pk)
    record.pk = None
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()
