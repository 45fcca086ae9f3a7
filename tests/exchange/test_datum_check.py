"""A silent GCJ-02 or BD-09 file is suspected, with the offset; a correct one is not."""

import json
from collections.abc import Mapping

import numpy as np
import pytest
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from grid.ground.datums import from_wgs84, parse_datum
from tests import factories
from tests.exchange.conftest import Load
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db
QUARTERS = {f"50023{n}": factories.square(n % 2, n // 2, 1000) for n in range(4)}


def features(shapes: Mapping[str, BaseGeometry], datum: str = "wgs84") -> str:
    """A FeatureCollection that says nothing of its datum."""

    def convert(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], parse_datum(datum)))

    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"code": code, "name": code, "category": "lamp"},
                    "geometry": mapping(shapely.transform(factories.degrees(shape), convert)),
                }
                for code, shape in shapes.items()
            ],
        }
    )


def suspected(load: Load, layer: str, text: str, **options: object) -> str:
    """The warning, '' if there is none."""
    done = load(layer, text, "f.geojson", dry_run=True, keep_good=True, **options)
    notice = done.report.notices.get("suspected_datum")
    return notice.message if notice else ""


@pytest.mark.parametrize(("datum", "metres"), [("gcj02", 490), ("bd09", 1130)])
def test_areas_are_measured_against_the_boundary_of_an_empty_city(
    load: Load, town: object, datum: str, metres: int
) -> None:
    district = {"500236": factories.square(0, 0, 2000)}
    told = suspected(load, "areas", features(district, datum), accept_faults=True)
    assert f"as {datum} does here" in told
    assert "the boundary of the city" in told
    measured = int(told.split(" m off")[0].rsplit(" ", 1)[1])
    assert measured == pytest.approx(metres, rel=0.1)


def test_correct_areas_and_labelled_ones_raise_no_alarm(load: Load, town: object) -> None:
    assert suspected(load, "areas", features(QUARTERS), accept_faults=True) == ""
    shifted = features(QUARTERS, "gcj02")
    assert suspected(load, "areas", shifted, accept_faults=True, datum="gcj02") == ""


def test_areas_and_cells_are_measured_against_what_is_loaded(load: Load, city: object) -> None:
    load("areas", features(QUARTERS), "a.geojson")
    again = suspected(load, "areas", features(QUARTERS, "gcj02"), accept_faults=True)
    assert "the 4 areas of the same codes" in again
    cells = {f"c{n}": factories.square(n % 4, n // 4, 500) for n in range(16)}
    told = suspected(load, "cells", features(cells, "gcj02"), accept_faults=True)
    assert "the areas already loaded" in told
    assert suspected(load, "cells", features(cells), accept_faults=True) == ""


@pytest.mark.usefixtures("cast")
def test_facilities_are_measured_by_codes_by_neighbours_and_by_the_city(load: Load) -> None:
    random = np.random.default_rng(3)
    places = random.uniform(20, 1980, (400, 2))
    lamps = {f"L{n}": shapely.Point(*place) for n, place in enumerate(places)}
    shifted = features(lamps, "gcj02")
    assert "every" in suspected(load, "facilities", shifted) or "boundary" in suspected(
        load, "facilities", shifted
    )
    assert suspected(load, "facilities", features(lamps)) == ""
    load("facilities", features(lamps), "l.geojson")
    assert "of the same codes" in suspected(load, "facilities", shifted)
    others = {f"M{n}": shapely.Point(x + 2, y) for n, (x, y) in enumerate(places)}
    inside = {k: v for k, v in others.items() if v.x < 1300 and v.y > 400}
    told = suspected(load, "facilities", features(inside, "gcj02"))
    assert "the facilities already loaded" in told
    assert suspected(load, "facilities", features(others)) == ""


def test_real_fences_that_say_nothing(load: Load, city: object) -> None:
    fence = shared_data("boundaries_cn_seeds_gcj02", "fences", "500236.json")
    said = {"code": "500236", "name": "奉节县"}
    load("areas", fence, constants=said, datum="gcj02", accept_faults=True)
    done = load("areas", fence, constants=said, dry_run=True, accept_faults=True)
    told = done.report.notices["suspected_datum"].message
    assert int(told.split(" m off")[0].rsplit(" ", 1)[1]) == pytest.approx(536, abs=25)
