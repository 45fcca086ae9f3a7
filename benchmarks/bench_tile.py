"""How fast a tile is drawn from the ground, and how fast it is answered once drawn.

Alternative: `ST_AsMVT` over the bare points of the same tile, without names, states or thinning.
"""

import os
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.synthetic_ground import lay_out  # noqa: E402
from maps.tiles.use_cases import Place, ground_tile  # noqa: E402

CELLS, FACILITIES, TIMES = 300, 100_000, 15
BARE = """
    SELECT ST_AsMVT(t) FROM (
        SELECT ST_AsMVTGeom(ST_Transform(location, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS geom
        FROM grid_facility_record
        WHERE location && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)
    ) t
"""


def _middle(zoom: int) -> tuple[int, int]:
    """The tile at the middle of the synthetic city."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(m), ST_Y(m) FROM (SELECT ST_Transform(ST_Centroid(ST_SetSRID("
            "ST_Extent(location), 4326)), 3857) AS m FROM grid_facility_record) t"
        )
        x, y = cursor.fetchone()
    width = 2 * 20037508.342789244 / 2**zoom
    return int((x + 20037508.342789244) // width), int((20037508.342789244 - y) // width)


def _bare(place: Place) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(BARE, {"z": place.z, "x": place.x, "y": place.y})
        return bytes(cursor.fetchone()[0])


def _median(act: Callable[[int], bytes]) -> tuple[float, int]:
    spent = []
    for n in range(TIMES):
        start = time.perf_counter()
        size = len(act(n))
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), size


def main() -> None:
    """Measure and print."""
    with scratch_database():
        lay_out(CELLS, FACILITIES)
        for zoom in (12, 14, 16):
            place = Place("facilities", zoom, *_middle(zoom))
            drawn, size = _median(lambda n, place=place: ground_tile(place, f"bench-{n}"))  # type: ignore[misc]
            again, _ = _median(lambda n, place=place: ground_tile(place, "bench-0"))  # type: ignore[misc]
            bare, _ = _median(lambda n, place=place: _bare(place))  # type: ignore[misc]
            print(
                f"zoom {zoom}: drawn {drawn:.1f} ms ({size / 1024:.0f} KiB gzipped), "
                f"from cache {again:.2f} ms, bare points {bare:.1f} ms"
            )


if __name__ == "__main__":
    main()
