"""A scan killed in the middle of a batch: no letter is lost, none is written twice, no number is missing."""

import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.synthetic_cases import multiply
from core.models import AuditEntry
from grid.organizations.use_cases import service_user
from inspections.cases.models import Assignment, Case
from inspections.cases.supervision.models import Reminder
from inspections.cases.supervision.use_cases import issue_reminders
from tests.clones import Clone, at_once
from tests.inspections.conftest import case_in, ward_here

CASES, BATCH, HELD = 900, 200, 501
# Whoever would write this number waits until the test lets it go.
HOLD = """
    INSERT INTO inspections_reminder (year, serial, case_id, assignment_id, organization_id,
                                      clock, kind, period, due_at, issued_at)
    SELECT extract(year FROM now()), %s, case_id, id, organization_id, 'resolve', 'overdue', 99, now(), now()
    FROM inspections_assignment LIMIT 1
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"


def overdue_cases() -> None:
    """Many cases of which one clock has run out."""
    case = case_in(ward_here(), "accepted")
    long_ago = timezone.now() - timedelta(days=1)
    Assignment.objects.update(resolve_by=long_ago, arrive_by=None, respond_by=None)
    Case.objects.update(warn_at=long_ago, due_at=long_ago)
    multiply(case, CASES - 1)


def check_nothing_lost_or_doubled() -> None:
    serials = list(Reminder.objects.order_by("serial").values_list("serial", flat=True))
    assert serials == list(range(1, CASES + 1))
    assert Reminder.objects.values("assignment").distinct().count() == CASES
    bulk = AuditEntry.objects.filter(act="issue_reminders")
    assert sum(entry.details["count"] for entry in bulk) == CASES


@pytest.mark.usefixtures("evidence_folder")
def test_killed_in_the_middle_of_a_batch(clone_db: Clone) -> None:
    overdue_cases()
    there = connection.settings_dict
    login = {"host": there["HOST"], "port": there["PORT"], "user": there["USER"]}
    session = psycopg.connect(**login, password=there["PASSWORD"], dbname=clone_db.name)
    command = [sys.executable, "manage.py", "scan_deadlines", "--at-a-time", str(BATCH)]
    with closing(session) as other:
        other.execute(HOLD, [HELD])
        scan = subprocess.Popen(command, cwd=settings.BASE_DIR, env=clone_db.environment)
        with connection.cursor() as cursor:
            for _ in range(600):
                cursor.execute(WAITING, [clone_db.name])
                if cursor.fetchone()[0] or scan.poll() is not None:
                    break
                time.sleep(0.2)
        scan.kill()
        assert scan.wait() == -9
        other.rollback()
    assert Reminder.objects.count() == 2 * BATCH  # two batches stood; the third never was
    subprocess.run(command, cwd=settings.BASE_DIR, env=clone_db.environment, check=True)
    check_nothing_lost_or_doubled()


@pytest.mark.usefixtures("evidence_folder")
def test_two_scans_at_once(clone_db: Clone) -> None:
    overdue_cases()
    now, clocks = timezone.now(), service_user("clocks")
    done = at_once([lambda: issue_reminders(now, actor=clocks, at_a_time=BATCH)] * 3)
    assert sum(done) == CASES
    check_nothing_lost_or_doubled()
