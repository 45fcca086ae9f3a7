"""Whether the process lives, whether it can work, and what it counts: for probes and Prometheus."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily

from config.metrics import registry
from maps.live.relay import live_hub_fault

HEARTBEAT_LIMIT = timedelta(seconds=30)  # the worker's heart beats every 10 s


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if work can be done; else 503 with a list of what is missing."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database_fault,
        "migrations": _migrations_fault,
        "worker": _worker_fault,
        "live": live_hub_fault,
    }
    missing = []
    for name, fault in checks.items():
        try:
            detail = fault()
        except DatabaseError as error:
            detail = type(error).__name__
        if detail:
            missing.append({"check": name, "detail": detail})
        if name == "database" and detail:
            break  # nothing else can be asked
    return JsonResponse(
        {"status": "unavailable" if missing else "ok", "missing": missing},
        status=503 if missing else 200,
    )


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: requests of all processes, and gauges read from the database now."""
    collected = registry()
    collected.register(_Gauges())
    return HttpResponse(generate_latest(collected), content_type=CONTENT_TYPE_LATEST)


def _database_fault() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations in this process's code; they do not change while it runs."""
    loader = MigrationLoader(None)
    return frozenset(loader.disk_migrations or {})


def _migrations_fault() -> str:
    missing = _known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(missing)} not applied: run 'manage.py migrate'" if missing else ""


def _heartbeat_age() -> timedelta | None:
    newest = ProcrastinateWorker.objects.aggregate(newest=Max("last_heartbeat"))["newest"]
    return timezone.now() - newest if newest else None


def _worker_fault() -> str:
    age = _heartbeat_age()
    if age is None:
        return "no worker has registered: run 'manage.py serve'"
    if age > HEARTBEAT_LIMIT:
        return f"the worker's last heartbeat is {age.total_seconds():.0f} s old"
    return ""


class _Gauges:
    """What is read at the moment of asking; without a database only that is said."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        reachable = GaugeMetricFamily(
            "lamplighter_database_up", "Whether the database answers (1 or 0)"
        )
        try:
            jobs = dict(
                ProcrastinateJob.objects.values_list("status")
                .annotate(count=Count("id"))
                .order_by()
            )
            age = _heartbeat_age()
        except DatabaseError:
            reachable.add_metric([], 0)
            yield reachable
            return
        reachable.add_metric([], 1)
        yield reachable
        by_status = GaugeMetricFamily(
            "lamplighter_jobs", "Scheduled jobs by status", labels=["status"]
        )
        for status, count in sorted(jobs.items()):
            by_status.add_metric([status], count)
        yield by_status
        if age is not None:
            heartbeat = GaugeMetricFamily(
                "lamplighter_worker_heartbeat_age_seconds", "Since the worker's last heartbeat"
            )
            heartbeat.add_metric([], age.total_seconds())
            yield heartbeat
