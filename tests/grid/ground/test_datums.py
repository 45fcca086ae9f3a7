"""Datums: the published vectors hold, inverses return to the start, names are checked."""

import json

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import LineString

from grid.ground.datums import (
    UnknownDatum,
    datum_of_crs,
    from_wgs84,
    geometries_to_wgs84,
    parse_datum,
    to_wgs84,
)
from tests.shared_data import shared_data

PLACES = np.array(
    [
        [109.46, 31.02],
        [114.35, 22.69],
        [104.06, 30.67],
        [112.55, 28.28],
        [116.4, 39.9],
        [87.6, 43.8],
    ]
)


def metres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2])


def test_wgs84_to_gcj02_equals_the_published_vectors_exactly() -> None:
    vectors = json.loads((shared_data("coords_eviltransform") / "vectors.json").read_text())
    for vector in vectors["wgs84_gcj02"]:
        lon, lat = from_wgs84(vector["wgs84"][0], vector["wgs84"][1], parse_datum("gcj02"))
        assert [float(lon), float(lat)] == vector["gcj02"]


@pytest.mark.parametrize("name", ["gcj02", "bd09", "epsg:4547", "cgcs2000", "wgs84"])
def test_every_datum_returns_to_where_it_came_from(name: str) -> None:
    datum = parse_datum(name)
    there = from_wgs84(PLACES[:, 0], PLACES[:, 1], datum)
    back = np.column_stack(to_wgs84(*there, datum))
    assert metres(PLACES, back).max() < 0.001


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_inverse_is_exact_all_over_china(name: str) -> None:
    random = np.random.default_rng(7)
    lon, lat = random.uniform(75, 134, 20_000), random.uniform(18, 53, 20_000)
    back = np.column_stack(to_wgs84(*from_wgs84(lon, lat, parse_datum(name)), parse_datum(name)))
    assert np.abs(back - np.column_stack([lon, lat])).max() < 1e-9


def test_offsets_are_those_measured_in_five_cities() -> None:
    for name, expected in (
        ("gcj02", [536, 588, 360, 654, 556]),
        ("bd09", [1176, 1234, 951, 1197, 1379]),
    ):
        moved = np.column_stack(from_wgs84(PLACES[:5, 0], PLACES[:5, 1], parse_datum(name)))
        assert np.abs(metres(PLACES[:5], moved) - expected).max() < 12


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_outside_china_nothing_moves(name: str) -> None:
    lon, lat = np.array([24.94, -77.03]), np.array([60.17, 38.9])
    assert np.array_equal(to_wgs84(lon, lat, parse_datum(name)), (lon, lat))


def test_nan_stays_nan_and_hurts_no_neighbour() -> None:
    lon, _ = to_wgs84([np.nan, 109.465], [31.0, 31.02], parse_datum("gcj02"))
    assert np.isnan(lon[0])
    assert abs(lon[1] - 109.46) < 0.001


def test_geometries_are_converted_vertex_by_vertex() -> None:
    square = shapely.box(500_000, 3_400_000, 500_100, 3_400_100)
    (moved,) = geometries_to_wgs84(np.array([square]), parse_datum("EPSG:4547"))
    assert moved.geom_type == "Polygon"
    assert moved.bounds[0] == pytest.approx(114.0, abs=1e-9)


def test_unknown_names_are_refused_with_the_choices() -> None:
    with pytest.raises(UnknownDatum, match="wgs84, cgcs2000, gcj02, bd09 or epsg:N"):
        parse_datum("mars")
    with pytest.raises(UnknownDatum, match="EPSG:999999"):
        parse_datum("epsg:999999")


def test_crs_of_a_file_is_recognised() -> None:
    assert str(datum_of_crs("OGC:CRS84")) == "wgs84"
    assert str(datum_of_crs("EPSG:4490")) == "cgcs2000"
    assert str(datum_of_crs("EPSG:26985")) == "epsg:26985"


@pytest.mark.parametrize("name", ["epsg:4547", "epsg:2229", "gcj02"])
def test_a_long_edge_stays_where_its_own_system_draws_it(name: str) -> None:
    """A neighbour's corner on a long straight edge lies on it after the conversion too."""
    datum = parse_datum(name)
    x, y = from_wgs84([113.2], [28.2], datum) if name != "epsg:2229" else ([6.4e6], [1.9e6])
    long = 20_000.0 if datum.srid else 0.2
    edge = LineString([(x[0], y[0]), (x[0] + long, y[0] + long / 8)])
    corner = edge.interpolate(0.37, normalized=True)
    moved, point = geometries_to_wgs84(np.array([edge, corner]), datum)
    torn_m = shapely.distance(moved, point) * 111_000
    assert torn_m < 0.002
