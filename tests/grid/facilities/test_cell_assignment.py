"""Every place has one cell; lines and polygons have a home and all they cross."""

import pytest
from shapely import LineString, Point, Polygon, box

from grid.facilities.cell_assignment import assign_cells
from grid.facilities.models import FacilityCell, FacilityRecord
from grid.ground.models import City
from tests import factories

pytestmark = pytest.mark.mission("D4")


@pytest.mark.parametrize(
    ("at", "home"),
    [
        (Point(50, 50), "C1"),
        (Point(100, 50), "C1"),  # on the seam: the lowest code
        (Point(150, 50), "C2"),
        (Point(250.03, 50), "C3"),  # three centimetres outside: the nearest
        (Point(250.07, 50), ""),
        (Point(200.02, 50), "C2"),  # in a hair-line gap, nearer to C2
        (Point(200.03, 50), "C3"),
    ],
)
def test_point_has_one_home_cell(city: City, at: Point, home: str) -> None:
    version = factories.version()
    factories.cells(
        {"C2": box(100, 0, 200, 100), "C1": box(0, 0, 100, 100), "C3": box(200.05, 0, 250, 100)},
        version,
    )
    record = factories.facility("L1", at, version)
    assign_cells(FacilityRecord.objects.all())
    record.refresh_from_db()
    assert record.home_cell_code == home
    assert FacilityCell.objects.count() == 0


@pytest.mark.parametrize(
    ("shape", "home", "crossed"),
    [
        (LineString([(40, 50), (130, 50)]), "C1", ["C1", "C2"]),
        (LineString([(40, 50), (330, 50)]), "C2", ["C1", "C2", "C3", "C4"]),
        (LineString([(50, 50), (100, 50)]), "C1", ["C1"]),  # ends on the seam
        (LineString([(50, 50), (150, 50)]), "C1", ["C1", "C2"]),  # equal halves
        (box(60, 10, 190, 20), "C2", ["C1", "C2"]),
        (box(60, 10, 100, 20), "C1", ["C1"]),
        (box(1000, 0, 1010, 10), "", []),
    ],
)
def test_shape_has_home_and_all_crossed_cells(
    city: City, shape: LineString | Polygon, home: str, crossed: list[str]
) -> None:
    version = factories.version()
    factories.cells({f"C{i + 1}": factories.square(i, 0) for i in range(4)}, version)
    record = factories.facility("R1", shape, version)
    assign_cells(FacilityRecord.objects.filter(pk=record.pk))
    record.refresh_from_db()
    assert record.home_cell_code == home
    assert sorted(record.cells.values_list("cell_code", flat=True)) == crossed


def test_second_assignment_follows_the_cells_and_touches_nothing_else(city: City) -> None:
    version = factories.version()
    factories.cells({"C1": factories.square(0, 0)}, version)
    record = factories.facility("R1", LineString([(10, 10), (90, 10)]), version)
    assert assign_cells(FacilityRecord.objects.all()) == 1
    assert assign_cells(FacilityRecord.objects.all()) == 0
    assert list(record.cells.values_list("cell_code", flat=True)) == ["C1"]
