"""How fast a verdict is: one question, and many at once, against a named alternative in one run.

Alternatives: for one question the naive GeoDjango resolver (two queries with full objects, no
claims, no margin, no words); for many, shapely's STRtree with `contains_xy`, cells alone.
"""

import os
import random
import statistics
import time
from collections.abc import Callable

import django
import numpy as np
import shapely
from django.contrib.gis.geos import Point

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.synthetic_ground import CORNER_X, CORNER_Y, SRID, lay_out  # noqa: E402
from grid.catalogue.models import Category  # noqa: E402
from grid.cells.models import GridCell  # noqa: E402
from grid.ground.datums import parse_datum, to_wgs84  # noqa: E402
from grid.jurisdiction.asking import Place  # noqa: E402
from grid.jurisdiction.bulk import Bulk, Row  # noqa: E402
from grid.jurisdiction.queries import points_in_metres  # noqa: E402
from grid.jurisdiction.use_cases import decide  # noqa: E402
from grid.ownership.models import OwnershipArea  # noqa: E402

CELLS, FACILITIES, SINGLE, BULK = 100, 20_000, 200, 20_000


def _times(act: Callable[[Place], object], places: list[Place]) -> list[float]:
    spent = []
    for place in places:
        start = time.perf_counter()
        act(place)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def _naive(place: Place) -> object:
    point = Point(place.lon, place.lat, srid=4326)
    cell = GridCell.objects.current().filter(boundary__covers=point).first()
    owners = list(OwnershipArea.objects.current().filter(boundary__covers=point))
    return cell, min(owners, key=lambda o: o.area_m2, default=None)


def main() -> None:
    """Measure and print."""
    dice = random.Random(1)
    with scratch_database():
        lay_out(CELLS**2, CELLS**2, FACILITIES)
        lamp = Category.objects.get(code="0118")
        extent = CELLS * 100
        xs = [CORNER_X + dice.random() * extent for _ in range(BULK)]
        ys = [CORNER_Y + dice.random() * extent for _ in range(BULK)]
        lons, lats = to_wgs84(xs, ys, parse_datum(f"epsg:{SRID}"))
        places = [Place(float(lon), float(lat)) for lon, lat in zip(lons, lats, strict=True)]
        _times(_naive, places[:20])
        _times(lambda p: decide(place=p, category=lamp), places[:20])
        naive = _times(_naive, places[:SINGLE])
        ours = _times(lambda p: decide(place=p, category=lamp), places[:SINGLE])
        for name, spent in (("naive GeoDjango", naive), ("verdict", ours)):
            p95 = statistics.quantiles(spent, n=20)[18]
            print(f"one question, {name}: p50 {statistics.median(spent):.2f} ms, p95 {p95:.2f} ms")
        print(f"  ratio {statistics.median(ours) / statistics.median(naive):.2f}")

        start = time.process_time()
        bulk = Bulk(categories=["0118"])
        built = time.process_time() - start
        rows = [Row(id=str(n), lon=p.lon, lat=p.lat, category="0118") for n, p in enumerate(places)]
        start = time.process_time()
        answered = sum(1 for _ in bulk.decide(rows))
        many = answered / (time.process_time() - start)
        shapes = bulk.slice.cell_shapes
        start = time.process_time()
        x, y = points_in_metres([p.lon for p in places], [p.lat for p in places], SRID)
        tree = shapely.STRtree(shapes)
        point, cell = tree.query(shapely.points(x, y))
        shapely.prepare(shapes)
        found = int(np.count_nonzero(shapely.contains_xy(shapes[cell], x[point], y[point])))
        alone = found / (time.process_time() - start)
        print(f"ground in memory in {built:.1f} s CPU ({len(shapes)} cells, {FACILITIES} lamps)")
        print(f"many questions: {many:,.0f} verdicts/s CPU; shapely cells alone {alone:,.0f}/s")
        print(f"  ratio {many / alone:.3f}")


if __name__ == "__main__":
    main()
