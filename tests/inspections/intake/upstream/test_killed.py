"""The worker is killed while a platform listens: every report arrives, one key each, and none is forgotten."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from inspections.intake.upstream.models import UpstreamReport
from tests.clones import Clone
from tests.inspections.conftest import ward_here
from tests.inspections.intake.upstream.conftest import listening

ROOT = Path(__file__).resolve().parents[4]
SEND = (
    "import time; from inspections.tasks import send_upstream; send_upstream(int(time.time()) + 60)"
)


def worker(clone: Clone) -> subprocess.Popen[bytes]:
    """A process that does the worker's job once."""
    environment = clone.environment | {"LAMPLIGHTER_PRIVACY_KEY": settings.PRIVACY_KEYS[0]}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SEND]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def test_a_killed_worker_loses_no_report_and_repeats_one_under_its_key(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    with listening(ward) as platform:
        numbers = ["1", "2", "3"]
        for number in numbers:
            platform.order(ward, number)
        queued = UpstreamReport.objects.count()
        platform.silent_at = 2
        with worker(clone_db) as first:
            assert platform.heard_it.wait(120)
            os.kill(first.pid, signal.SIGKILL)
        assert UpstreamReport.objects.filter(sent_at__isnull=False).count() == 1
        with worker(clone_db) as second:
            assert second.wait(240) == 0
        keys = [headers["Idempotency-Key"] for headers in platform.headers]
    assert not UpstreamReport.objects.filter(sent_at__isnull=True).exists()
    assert keys[1] in keys[2:]  # what nobody answered is told again, as the same
    assert (len(keys), len(set(keys))) == (queued + 1, queued)
    by_key = {told["key"]: told for told in platform.told}
    receipts = [told["number"] for told in by_key.values() if told["kind"] == "receipt"]
    assert sorted(receipts) == numbers
