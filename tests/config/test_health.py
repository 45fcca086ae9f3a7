"""Probes: alive without a database; ready only with database, migrations and worker."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone


def _beat(seconds_ago: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)",
            [timezone.now() - timedelta(seconds=seconds_ago)],
        )


def test_healthz_asks_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_with_a_beating_worker(client: Client) -> None:
    _beat(5)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "missing": []})


@pytest.mark.django_db
def test_not_ready_without_worker_or_with_a_silent_one(client: Client) -> None:
    assert [m["check"] for m in client.get("/readyz").json()["missing"]] == ["worker"]
    _beat(60)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [m["check"] for m in answer.json()["missing"]] == ["worker"]


@pytest.mark.django_db
def test_not_ready_with_a_missing_migration(client: Client) -> None:
    _beat(1)
    newest = MigrationRecorder.Migration.objects.filter(app="grid").latest("id")
    newest.delete()
    missing = client.get("/readyz").json()["missing"]
    assert [m["check"] for m in missing] == ["migrations"]


@pytest.mark.django_db
def test_metrics_count_under_the_route(client: Client) -> None:
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert 'lamplighter_requests_total{method="GET",route="healthz",status="200"}' in text
    assert "lamplighter_database_up 1.0" in text
