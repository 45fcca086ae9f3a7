"""What a change set of a thousand areas moves among a million facilities: how long it takes to find.

python -m benchmarks.bench_impact [--facilities N] [--areas N]

By 2026-11-21, 1,000 areas among 1,000,000 facilities: what differs 0.3 s; 12,006 candidates decided at both
versions (7,989 move) in 5 s of one core, 22 s by the clock with nine programs waiting for two cores.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.db import connection, transaction
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.scratch import scratch_database  # noqa: E402 — Django stands first
from benchmarks.synthetic_ground import lay_out  # noqa: E402
from core.models import User  # noqa: E402
from grid.ground.use_cases import publish  # noqa: E402
from grid.jurisdiction.impact import find_changes, moved_facilities  # noqa: E402

# Every n-th area passes to another body: the old row is closed, a new one is known since.
CHANGE = """
    WITH closed AS (
        UPDATE grid_ownership_area AS old
        SET recorded_during = int8range(lower(recorded_during), %(version)s)
        FROM (SELECT id FROM grid_ownership_area WHERE upper_inf(recorded_during)
              ORDER BY md5(code) LIMIT %(areas)s) AS chosen
        WHERE chosen.id = old.id RETURNING old.*)
    INSERT INTO grid_ownership_area (code, kind, organization_id, role, boundary, area_m2, categories,
                                     basis, document, valid_during, recorded_during)
    SELECT code, kind, (SELECT min(id) FROM grid_organization), role, boundary, area_m2, categories,
           basis, document, valid_during, int8range(%(version)s, NULL) FROM closed
"""


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took."""
    start, own = time.perf_counter(), time.process_time()
    yield
    by_clock, by_core = time.perf_counter() - start, time.process_time() - own
    print(f"{what}: {by_clock:.1f} s ({by_core:.1f} s of this process's core)", flush=True)


def main() -> None:
    """Lay the ground out, change it, and find what moved; everything is dropped afterwards."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cells", type=int, default=100_000)
    options.add_argument("--facilities", type=int, default=1_000_000)
    options.add_argument("--areas", type=int, default=1_000)
    asked = options.parse_args()
    with scratch_database():
        with timed(f"lay out {asked.cells} cells and areas, {asked.facilities} facilities"):
            with connection.cursor() as cursor:  # checked by constraint, a million rows take long
                cursor.execute(
                    "ALTER TABLE grid_facility_record DROP CONSTRAINT facility_record_once"
                )
                cursor.execute("ALTER TABLE grid_facility_party DROP CONSTRAINT party_once")
            lay_out(asked.cells, asked.cells, asked.facilities)
            with connection.cursor() as cursor:
                # parties stand above every area: most lamps here have none, as in a new city
                cursor.execute("DELETE FROM grid_facility_party WHERE mod(facility_id, 10) > 0")
                cursor.execute("ANALYZE")
        actor = User.objects.get(username="bench")
        with transaction.atomic():
            with publish(actor=actor, act="bench") as version, connection.cursor() as cursor:
                cursor.execute(CHANGE, {"version": version.number, "areas": asked.areas})
            after, now = version.number, timezone.now()
            with timed("what differs"):
                find_changes(after - 1, after, now)
            with timed("decided at both versions"):
                moved = list(moved_facilities(after - 1, after, now))
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM impact_shape")
                print(f"{len(moved)} facilities move by {cursor.fetchone()[0]} shapes")
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
