"""A worker killed in the middle of a job: the job's lock does not hold up the work for ever."""

import subprocess
import sys
from pathlib import Path

from django.db import connection

from core.tasks import copy_audit_head, end_abandoned_jobs
from tests.clones import Clone

ROOT = Path(__file__).resolve().parents[2]


def _states() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
        return [(str(name).rpartition(".")[2], str(status)) for name, status in cursor.fetchall()]


def test_what_a_killed_worker_left_is_ended_or_done_again(clone_db: Clone) -> None:
    # As a kill leaves them: begun by somebody who is no more. The second does not come round by itself.
    for lock, left in (
        ("head", "status = 'doing'"),
        ("", "status = 'doing', queueing_lock = NULL"),
    ):
        job = copy_audit_head.configure(lock=lock or None).defer(timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE procrastinate_jobs SET {left}, attempts = 1 WHERE id = %s",  # noqa: S608
                [job],
            )
    copy_audit_head.configure(lock="head").defer(timestamp=60)
    end_abandoned_jobs.configure().defer(timestamp=60)
    done = subprocess.run(
        [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"],
        cwd=ROOT,
        env=clone_db.environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    found = [row for row in _states() if row[0] in {"copy_audit_head", "end_abandoned_jobs"}]
    assert found[:4] == [
        ("copy_audit_head", "failed"),
        ("copy_audit_head", "succeeded"),
        ("copy_audit_head", "succeeded"),
        ("end_abandoned_jobs", "succeeded"),
    ]
