"""Real files, written by none of us: loaded, counted, loaded again."""

import pytest

from core.models import User
from exchange.boundary import read_boundary
from grid.areas.models import Area
from grid.facilities.models import FacilityParty, FacilityRecord
from grid.ground.models import City
from grid.ground.use_cases import found_city
from tests.exchange.conftest import Load
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db
BODIES = {"create_organizations": True, "create_categories": True}


@pytest.fixture
def dc(ada: User) -> City:
    """Washington with its boundary."""
    return found_city(
        actor=ada,
        name="DC",
        metric_crs="EPSG:26985",
        timezone_name="America/New_York",
        boundary=read_boundary(shared_data("boundaries_dc", "dc-boundary.geojson.gz")),
    )


@pytest.fixture
def helsinki(ada: User) -> City:
    """Helsinki without a boundary."""
    return found_city(
        actor=ada,
        name="Helsinki",
        metric_crs="EPSG:3067",
        timezone_name="Europe/Helsinki",
        boundary=None,
    )


def test_wards_of_washington(load: Load, dc: City) -> None:
    path = shared_data("boundaries_dc", "ward-2012.geojson.gz")
    options = {"columns": {"code": "WARD_ID"}, "constants": {"level": "district"}}
    assert load("areas", path, **options).numbers == (8, 0, 0, 0)
    assert sum(area.area_m2 or 0 for area in Area.objects.all()) == pytest.approx(177.47e6, 1e-3)
    assert load("areas", path, **options).numbers == (0, 0, 8, 0)


def test_lamps_of_washington_with_their_owners(load: Load, dc: City) -> None:
    path = shared_data("assets_ownership_dc", "dc_streetlights_downtown_owner.csv.gz")
    options = {
        "columns": {"code": "FACILITYID", "owner": "OWNER_DESC"},
        "constants": {"category": "lamp"},
        **BODIES,
    }
    assert load("facilities", path, **options).numbers == (3963, 0, 0, 0)
    assert FacilityParty.objects.filter(organization__name="DDOT").count() == 3927
    assert load("facilities", path, **options).numbers == (0, 0, 3963, 0)


def test_reservations_with_misspelt_owners(load: Load, dc: City) -> None:
    path = shared_data("assets_ownership_dc", "dc-reservations-op.geojson.gz")
    columns = {"organization": "TRANS_TO", "basis": "SOURCE"}
    done = load("ownership", path, columns=columns, generate_codes=True, keep_good=True, **BODIES)
    assert done.numbers == (568, 0, 0, 587)
    assert "'Architect of Captiol'" in done.report.notices["similar_name"].message


def test_an_invalid_reservation_is_refused_then_mended(load: Load, dc: City) -> None:
    path = shared_data("assets_ownership_dc", "reservations.geojson.gz")
    options = {"constants": {"organization": "NPS"}, "generate_codes": True, **BODIES}
    assert load("ownership", path, **options).reasons == [(893, "invalid_geometry")]
    done = load("ownership", path, repair=True, **options)
    assert (done.numbers, done.warnings["repaired"]) == ((911, 0, 0, 0), 1)


def test_osm_lamps_and_manholes_of_helsinki(load: Load, helsinki: City) -> None:
    path = shared_data("roads_osm_helsinki_lamps_manholes", "Helsinki.osm.pbf")
    options = {"file_layer": "points", "keep_good": True, **BODIES}
    load("facilities", path, columns={"code": "osm_id", "category": "highway"}, **options)
    assert FacilityRecord.objects.filter(category__code="street_lamp").count() == 586
    done = load("facilities", path, columns={"code": "osm_id", "category": "manhole"}, **options)
    assert done.report.created == 397


def test_osm_roads_of_helsinki(load: Load, helsinki: City) -> None:
    path = shared_data("roads_osm_helsinki_lamps_manholes", "Helsinki.osm.pbf")
    columns = {"code": "osm_id", "class": "highway", "speed": "maxspeed"}
    done = load("roads", path, file_layer="lines", columns=columns, keep_good=True)
    assert (done.report.created, done.report.rejected) == (2504, 1314)


def test_topojson_towns_of_taiwan(load: Load, city: City) -> None:
    path = shared_data("boundaries_taiwan_villages", "villages-10t.topojson.gz")
    columns = {"code": "COUNTYCODE", "name": "COUNTYNAME"}
    done = load(
        "areas", path, file_layer="counties", columns=columns,
        constants={"level": "district"}, accept_faults=True,
    )  # fmt: skip
    assert done.numbers == (22, 0, 0, 0)
    assert Area.objects.get(code="64000").name == "高雄市"


def test_code_tables_without_header(load: Load, city: City) -> None:
    path = shared_data("boundaries_cn_seeds_gcj02", "adcode", "500236.csv.gz")
    done = load("areas", path, columns={"code": "#1", "name": "#3", "level": "#4"}, keep_good=True)
    assert done.report.created > 0


def test_citizens_messages_of_changsha(load: Load, city: City) -> None:
    path = shared_data("requests_changsha_text", "complaints_votes_sheet3.xlsx")
    assert load("requests", path).numbers == (4326, 0, 0, 0)


def test_potholes_of_washington(load: Load, dc: City) -> None:
    path = shared_data("requests_dc_311", "pothole-last-30-days.geojson.gz")
    columns = {
        "code": "SERVICEREQUESTID",
        "category": "SERVICECODEDESCRIPTION",
        "reported_at": "ADDDATE",
        "closed_at": "RESOLUTIONDATE",
    }
    assert load("requests", path, columns=columns).numbers == (599, 0, 0, 0)
    assert load("requests", path, columns=columns).numbers == (0, 0, 599, 0)
