"""How fast a tile is drawn and how much it weighs, against the same square as GeoJSON.

Alternative: the same facilities through GeoDjango and a GeoJSON serializer (bbox filter, four
fields, gzip), as most Django map pages send them. The city: 100 x 100 cells, 100,000 facilities,
a third of them handed over, a twentieth refused.
"""

import gzip
import os
import random
import statistics
import time
from collections.abc import Callable

import django
from django.contrib.gis.geos import Polygon

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.serializers import serialize  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.synthetic_ground import CORNER_X, CORNER_Y, SRID, lay_out  # noqa: E402
from grid.facilities.models import FacilityRecord  # noqa: E402
from grid.ground.datums import parse_datum, to_wgs84  # noqa: E402
from maps.tiles.use_cases import Place, drawn, ground_tile  # noqa: E402

CELLS, FACILITIES, TILES = 100, 100_000, 60
LAYERS = {"facilities": (10, 12, 14, 16), "cells": (13, 14, 16), "ownership": (12, 14, 16)}


def _tile_of(layer: str, z: int, lon: float, lat: float) -> Place:
    x = int((lon + 180) / 360 * (1 << z))
    low, high = 0, (1 << z) - 1
    while low < high:  # the row whose southern edge first lies below the latitude
        row = (low + high) // 2
        south = Place(layer, z, x, row).bounds()[1]
        low, high = (row + 1, high) if south > lat else (low, row)
    return Place(layer, z, x, low)


def _as_geojson(place: Place) -> bytes:
    box = Polygon.from_bbox(place.bounds())
    box.srid = 4326
    records = FacilityRecord.objects.current().filter(location__bboverlaps=box)
    fields = ("facility", "category", "state", "location")
    text = serialize("geojson", records, geometry_field="location", fields=fields)
    return gzip.compress(text.encode(), 6)


def _measure(draw: Callable[[Place], bytes], places: list[Place]) -> tuple[list[float], int]:
    spent, heaviest = [], 0
    for place in places:
        start = time.perf_counter()
        heaviest = max(heaviest, len(draw(place)))
        spent.append((time.perf_counter() - start) * 1000)
    return spent, heaviest


def _line(name: str, spent: list[float], heaviest: int) -> str:
    p95 = statistics.quantiles(spent, n=20)[18]
    return (
        f"{name}: p50 {statistics.median(spent):.2f} ms, p95 {p95:.2f} ms, "
        f"heaviest {heaviest / 1024:.1f} KB"
    )


def _hand_over() -> None:
    """A third of the facilities signed, a twentieth refused."""
    with connection.cursor() as cursor:
        for code, state, modulus in (("H-1", "signed", 3), ("H-2", "refused", 20)):
            cursor.execute(
                "WITH h AS (INSERT INTO grid_handover (code, kind, state, document) "
                "VALUES (%s, 'signed', %s, 'P') RETURNING id) "
                "INSERT INTO grid_handover_item (handover_id, facility_id) "
                "SELECT h.id, f.id FROM h, grid_facility f WHERE f.id %% %s = 0",
                [code, state, modulus],
            )
        cursor.execute("ANALYZE")


def main() -> None:
    """Measure and print."""
    dice = random.Random(1)
    with scratch_database():
        lay_out(CELLS**2, CELLS**2, FACILITIES)
        _hand_over()
        extent = CELLS * 100
        xs = [CORNER_X + extent * (0.1 + 0.8 * dice.random()) for _ in range(TILES)]
        ys = [CORNER_Y + extent * (0.1 + 0.8 * dice.random()) for _ in range(TILES)]
        lons, lats = to_wgs84(xs, ys, parse_datum(f"epsg:{SRID}"))
        spots = list(zip(lons.tolist(), lats.tolist(), strict=True))
        for layer, zooms in LAYERS.items():
            for z in zooms:
                places = [_tile_of(layer, z, lon, lat) for lon, lat in spots]
                _measure(drawn, places[:5])
                spent, heaviest = _measure(drawn, places)
                print(_line(f"{layer} z{z}", spent, heaviest))
                if layer == "facilities":
                    some = places[: 3 if z < 14 else 20]
                    theirs, weight = _measure(_as_geojson, some)
                    print("  " + _line("the same as GeoJSON", theirs, weight))
                    ratio = statistics.median(theirs) / statistics.median(spent)
                    print(f"  ratio {ratio:.1f} in time, {weight / max(heaviest, 1):.1f} in weight")
        places = [_tile_of("facilities", 12, lon, lat) for lon, lat in spots]
        _measure(lambda place: ground_tile(place, "bench"), places)
        spent, heaviest = _measure(lambda place: ground_tile(place, "bench"), places)
        print(_line("facilities z12, kept", spent, heaviest))


if __name__ == "__main__":
    main()
