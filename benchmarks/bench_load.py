"""How fast 100,000 facilities are loaded, checked, placed in cells and given their parties.

Alternative: the same file read by pandas and copied into one bare table, with no check at all.
"""

import csv
import os
import random
import tempfile
import time
from pathlib import Path

import django
import pandas as pd

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.synthetic_ground import CORNER_X, CORNER_Y, SRID, lay_out  # noqa: E402
from grid.facilities.models import FacilityRecord  # noqa: E402
from grid.ground.datums import parse_datum, to_wgs84  # noqa: E402

CELLS, FACILITIES = 100, 100_000


def _write(path: Path) -> None:
    dice, extent = random.Random(1), CELLS * 100
    xs = [CORNER_X + dice.random() * extent for _ in range(FACILITIES)]
    ys = [CORNER_Y + dice.random() * extent for _ in range(FACILITIES)]
    lons, lats = to_wgs84(xs, ys, parse_datum(f"epsg:{SRID}"))
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "category", "name", "lon", "lat", "owner", "maintainer", "pole"])
        for n, (lon, lat) in enumerate(zip(lons, lats, strict=True)):
            owner, maintainer = f"B{n % 10}", f"B{(n + 1) % 10}"
            out.writerow([f"N{n}", "0118", "", f"{lon:.7f}", f"{lat:.7f}", owner, maintainer, n])


def _bare_copy(path: Path) -> float:
    start = time.perf_counter()
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in frame.columns)
        cursor.execute(f"CREATE TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in frame.itertuples(index=False):
                copy.write_row(row)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with scratch_database(), tempfile.TemporaryDirectory() as folder:
        lay_out(CELLS**2, CELLS**2, facilities=0)
        path = Path(folder, "lamps.csv")
        _write(path)
        bare = _bare_copy(path)
        for name in ("first load", "the same again"):
            start = time.perf_counter()
            call_command("load", "facilities", str(path))
            spent = time.perf_counter() - start
            print(
                f"{FACILITIES:,} facilities, {name}: {spent:.1f} s ({spent / bare:.1f} × bare copy)"
            )
        placed = FacilityRecord.objects.current().exclude(home_cell_code="").count()
        print(f"  in cells: {placed:,}; bare copy without checks: {bare:.1f} s")


if __name__ == "__main__":
    main()
