"""The coverage check on the nested areas of a real city, where they are at hand."""

import gzip
import json

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from grid.cells.coverage import FaultKind, find_crossings, find_faults
from grid.cells.mending import mend_seams
from grid.ground.metric import Shapes, as_shapes, metres_per_degree
from tests.shared_data import shared_data

_TO_UTM = Transformer.from_crs(4326, 26918, always_xy=True)


def read(name: str, key: str) -> tuple[list[str], list[str], Shapes]:
    """Codes, the codes of the areas above, and WGS84 shapes of a file of Washington, D.C."""
    path = shared_data("boundaries_dc", f"{name}.geojson.gz")
    features = json.loads(gzip.decompress(path.read_bytes()))["features"]
    codes = [str(f["properties"].get(key, "")) for f in features]
    above = [str(f["properties"].get("ANC_ID", "")) for f in features]
    return codes, above, as_shapes([shapely.geometry.shape(f["geometry"]) for f in features])


def in_utm(shapes: Shapes) -> Shapes:
    return as_shapes(
        shapely.transform(shapes, lambda xy: np.column_stack(_TO_UTM.transform(xy[:, 0], xy[:, 1])))
    )


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("ward-2012", "WARD_ID", 8),
        ("advisory-neighborhood-commission-2013", "ANC_ID", 40),
        ("single-member-district-2013", "SMD_ID", 296),
    ],
)
def test_real_areas_tile_their_city(name: str, key: str, count: int) -> None:
    codes, _, shapes = read(name, key)
    assert len(codes) == count
    mended = mend_seams(codes, shapes, metres_per_unit=metres_per_degree(38.9))
    faults = find_faults(codes, in_utm(mended.shapes))
    assert [f for f in faults if f.kind == FaultKind.OVERLAP and f.wide] == []
    assert shapely.area(in_utm(shapes)).sum() == pytest.approx(177.466e6, rel=1e-4)


def test_real_districts_lie_inside_the_areas_above_them() -> None:
    codes, above, shapes = read("single-member-district-2013", "SMD_ID")
    names, _, areas = read("advisory-neighborhood-commission-2013", "ANC_ID")
    parents = dict(zip(names, in_utm(areas), strict=True))
    crossings = find_crossings(codes, in_utm(shapes), above, parents)
    assert [f for f in crossings if f.wide] == []


def test_a_district_torn_out_and_one_grown_are_found() -> None:
    codes, _, shapes = read("single-member-district-2013", "SMD_ID")
    metric = in_utm(shapes)
    outline = shapely.union_all(metric)
    inner = next(n for n, s in enumerate(metric) if s.distance(outline.boundary) > 2000)
    torn = np.delete(metric, inner)
    left = codes[:inner] + codes[inner + 1 :]
    gaps = [f for f in find_faults(left, torn, outline=outline) if f.wide]
    assert sum(f.area_m2 for f in gaps) == pytest.approx(metric[inner].area, rel=1e-6)
    grown = metric.copy()
    grown[inner] = metric[inner].buffer(3)
    overlaps = [f for f in find_faults(codes, grown, outline=outline) if f.wide]
    assert {f.kind for f in overlaps} == {FaultKind.OVERLAP}
    assert all(codes[inner] in f.codes for f in overlaps)
    extra = grown[inner].area - metric[inner].area
    assert sum(f.area_m2 for f in overlaps) == pytest.approx(extra, rel=0.05)
