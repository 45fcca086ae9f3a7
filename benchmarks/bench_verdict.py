"""How fast a verdict is: one question, and many at once, each against a named alternative in one run.

The ground is irregular: 100,000 cells, as many ownership areas that overlap by 10 to 30 %, lamps with parties.
One question is measured against two plain ORM queries (cells and ownership areas whose boundary contains
the point, full objects); many against `geopandas.sjoin(predicate="within")` and shapely's STRtree with
`contains_xy`, both of the same points in metres with ownership alone. A verdict is a whole one: projection,
cell, areas, ownership, what the nearest lamp's record says, rules, bodies.

    python -m benchmarks.bench_verdict [--cells N] [--ownership N] [--facilities N] [--points N]
"""

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import geopandas
import numpy as np
import shapely
from django.contrib.gis.geos import Point

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.synthetic_ground import CORNER, SRID, Ground, lay_out  # noqa: E402
from grid.cells.models import GridCell  # noqa: E402
from grid.ground.datums import parse_datum, to_wgs84  # noqa: E402
from grid.jurisdiction.asking import Place  # noqa: E402
from grid.jurisdiction.bulk import margin_on  # noqa: E402
from grid.jurisdiction.columns import Decider, Questions  # noqa: E402
from grid.jurisdiction.evaluate import decide_on  # noqa: E402
from grid.jurisdiction.index.ground import IndexedGround  # noqa: E402
from grid.jurisdiction.index.store import load, save  # noqa: E402
from grid.jurisdiction.queries import points_in_metres, read_slice  # noqa: E402
from grid.jurisdiction.reference import reference_at  # noqa: E402
from grid.jurisdiction.use_cases import decide  # noqa: E402
from grid.ownership.models import OwnershipArea  # noqa: E402

SINGLE, MARGINS, ROUNDS = 300, 200, 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--ownership", type=int, default=100_000)
    parser.add_argument("--facilities", type=int, default=100_000)
    parser.add_argument("--points", type=int, default=1_000_000)
    size = parser.parse_args()
    with scratch_database():
        ground = lay_out(size.cells, size.ownership, size.facilities)
        dice = np.random.default_rng(2)
        spots = dice.uniform(0, ground.extent_m, (size.points, 2)) + CORNER
        lon, lat = to_wgs84(spots[:, 0], spots[:, 1], parse_datum(f"epsg:{SRID}"))
        places = [Place(float(lon[n]), float(lat[n])) for n in range(min(SINGLE, size.points))]
        one_question(ground, places)
        many_questions(ground, spots, lon, lat)


def one_question(ground: Ground, places: list[Place]) -> None:
    """A whole verdict in process, margin, words and all, against two ORM queries."""
    plain = _milliseconds(two_queries, places)
    ours = _milliseconds(lambda place: decide(place=place, category=ground.lamp).as_json(), places)
    for name, spent in (("two ORM queries", plain), ("whole verdict", ours)):
        p95 = statistics.quantiles(spent, n=20)[18]
        print(f"one question, {name}: p50 {statistics.median(spent):.2f} ms, p95 {p95:.2f} ms")
    ratio = statistics.median(ours) / statistics.median(plain)
    print(f"  ratio {ratio:.2f} (asked: at most 1.5)")


def two_queries(place: Place) -> object:
    """Cells and ownership areas at a place, as anybody would ask for them."""
    point = Point(place.lon, place.lat, srid=4326)
    return (
        list(GridCell.objects.filter(boundary__contains=point)),
        list(OwnershipArea.objects.filter(boundary__contains=point)),
    )


def many_questions(ground: Ground, spots: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> None:
    """Whole verdicts by columns on one core, and what the index costs."""
    reference = reference_at()
    start = time.process_time()
    slice_ = read_slice(reference, categories=reference.categories.values())
    print(f"ground read in {time.process_time() - start:.1f} s CPU")
    start = time.process_time()
    built = IndexedGround.of(slice_)
    print(f"index built in {time.process_time() - start:.1f} s CPU", end=", ")
    with TemporaryDirectory() as place:
        folder = Path(place) / "index"
        start = time.process_time()
        save(built, folder)
        saved = time.process_time() - start
        disk = sum(file.stat().st_size for file in folder.iterdir())
        start = time.process_time()
        indexed = load(folder)
        opened = time.process_time() - start
        print(f"saved in {saved:.1f} s ({disk / 1e6:.0f} MB), mapped in {opened:.2f} s")
        pixels = {"cells": indexed.cells.pixels, "ownership": indexed.grounds.pixels}
        print("  of it", ", ".join(f"{n} {p.nbytes / 1e6:.0f} MB" for n, p in pixels.items()))
        decider = Decider(indexed)

        def ask() -> Questions:
            x, y = points_in_metres(lon, lat, SRID)  # type: ignore[arg-type]
            count, now = len(x), np.array([time.time()])
            none, nobody = np.zeros(count), np.full(count, -1, np.int64)
            lamps = np.zeros(count, np.int64)
            return Questions(
                lon, lat, x, y, now, lamps, [f"facility:{ground.lamp.code}"], none, nobody
            )

        cold = _points_a_second(lambda: decider.decide(ask()), len(lon), 1)
        ours = _points_a_second(lambda: decider.decide(ask()), len(lon))
        owners = geopandas.GeoDataFrame(geometry=list(ground.ownership), crs=SRID)
        points = geopandas.GeoDataFrame(geometry=shapely.points(spots), crs=SRID)
        joined = _points_a_second(
            lambda: geopandas.sjoin(points, owners, predicate="within"), len(lon)
        )
        tree, shapes = shapely.STRtree(ground.ownership), ground.ownership
        shapely.prepare(shapes)

        def by_tree() -> int:
            point, area = tree.query(shapely.points(spots))
            held = shapely.contains_xy(shapes[area], spots[point, 0], spots[point, 1])
            return int(np.count_nonzero(held))

        alone = _points_a_second(by_tree, len(lon))
        print(
            f"many questions, whole verdicts: {ours:,.0f} a second of CPU (first time {cold:,.0f})"
        )
        print(f"  sjoin, ownership alone: {joined:,.0f}; ratio {ours / joined:.2f} (asked: 0.5)")
        print(f"  STRtree, ownership alone: {alone:,.0f}; ratio {ours / alone:.2f} (aim: 4)")
        print(f"  34 million: {34e6 / ours:.0f} s; decided one by one: {decider.exactly}")
        questions = ask()
        some = [questions.one(n, indexed) for n in range(MARGINS)]
        decide_on(slice_, some[:5])
        spent = time.process_time()
        for question in some:
            margin_on(slice_, question, decide_on(slice_, [question])[0])
        each = (time.process_time() - spent) / MARGINS
        print(f"with margin, apart: {1 / each:,.0f} a second of CPU")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory of this process, which read, built and measured: {peak:.1f} GB")


def _milliseconds(act: Callable[[Place], object], places: list[Place]) -> list[float]:
    for place in places[:30]:
        act(place)
    spent = []
    for place in places[30:]:
        start = time.perf_counter()
        act(place)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def _points_a_second(act: Callable[[], object], points: int, rounds: int = ROUNDS) -> float:
    """The best of some rounds, by CPU time of this process."""
    best = np.inf
    for _ in range(rounds):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return float(points / best)


if __name__ == "__main__":
    main()
