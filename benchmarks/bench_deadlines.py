"""A million open cases: how long one scan of all deadlines takes.

python -m benchmarks.bench_deadlines [--cases N]

One in four is near its end or past it, as on the worst of days; then nothing new; then one in a thousand.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import django
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.scratch import scratch_database  # noqa: E402 — Django stands first
from benchmarks.synthetic_cases import multiply  # noqa: E402
from grid.catalogue.models import Category  # noqa: E402
from grid.ground.models import City  # noqa: E402
from grid.organizations.models import Organization  # noqa: E402
from grid.organizations.use_cases import service_user  # noqa: E402
from inspections.cases.models import Assignment, Case  # noqa: E402
from inspections.cases.supervision.models import Reminder  # noqa: E402
from inspections.cases.supervision.use_cases import scan_deadlines  # noqa: E402

# Three in four deadlines lie ahead; the fourth has run out.
SPREAD = """
    UPDATE inspections_assignment SET resolve_by = now() + CASE
        WHEN id % 4 = 0 THEN -interval '1 hour' ELSE interval '10 days' END
"""
FOLLOW = """
    UPDATE inspections_case AS case_ SET due_at = assigned.resolve_by,
        warn_at = assigned.resolve_by - (assigned.resolve_by - assigned.dispatched_at) * 0.25
    FROM inspections_assignment AS assigned WHERE assigned.case_id = case_.id
"""
SOME = """
    UPDATE inspections_assignment SET resolve_by = now() - interval '1 minute' WHERE id % 1000 = 1
"""


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took."""
    start, own = time.perf_counter(), time.process_time()
    yield
    by_clock, by_core = time.perf_counter() - start, time.process_time() - own
    print(f"{what}: {by_clock:.1f} s ({by_core:.1f} s of this process's core)", flush=True)


def main() -> None:
    """Lay the cases out, scan, and drop everything."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=1_000_000)
    asked = options.parse_args()
    with scratch_database():
        City.objects.create(name="波纹城", metric_srid=4545)
        lamp = Category.objects.create(code="0118", kind="facility", name="路灯")
        body = Organization.objects.create(code="LAMP", name="路灯管理处", kind="enterprise")
        actor, now = service_user("clocks"), timezone.now()
        case = Case.objects.create(
            number="B",
            state="reported",
            category=lamp,
            place=Point(109.46, 31.02, srid=4326),
            reported_at=now,
            opened_at=now,
        )
        Assignment.objects.create(
            case=case,
            organization=body,
            kind="lead",
            dispatched_at=now - timedelta(days=5),
            dispatched_by=actor,
        )
        with timed(f"{asked.cases:,} open cases laid out"):
            multiply(case, asked.cases - 1)
            with connection.cursor() as cursor:
                cursor.execute(SPREAD)
                cursor.execute(FOLLOW)
                cursor.execute("VACUUM ANALYZE inspections_case, inspections_assignment")
        with timed("one in four owed"):
            scan_deadlines(now, actor=actor)
        print(f"{Reminder.objects.count():,} letters")
        with timed("nothing new"):
            scan_deadlines(now, actor=actor)
        with connection.cursor() as cursor:
            cursor.execute(SOME)
            cursor.execute(FOLLOW)
        with timed("one in a thousand owed"):
            scan_deadlines(timezone.now(), actor=actor)
        print(f"{Reminder.objects.count():,} letters")


if __name__ == "__main__":
    main()
