"""docs/first-case.md is run as it stands, in bash, against a served city."""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from shapely import Point

from tests.clones import Clone
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import ward_here

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(clone: Clone) -> Iterator[str]:
    """The clone's city, served on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=clone.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                    break
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.mission("D7")
def test_the_first_case_of_the_docs_can_be_pasted(clone_db: Clone) -> None:
    ward = ward_here()
    ground.facility("50023601180000001", "0118", Point(250, 250), ward.version)
    text = (ROOT / "docs" / "first-case.md").read_text("utf-8")
    (script,) = re.findall(r"^```bash\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    with served(clone_db) as base:
        run = subprocess.run(
            ["bash", "-c", script],
            cwd=ROOT,
            env={**clone_db.environment, "BASE": base, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    assert "dispatched to LAMP" in lines
    assert "too_far" in lines
    assert any("m from the place of the case; the limit is 100 m" in line for line in lines)
    assert lines.index("too_far") < lines.index("closed")
    acts = [line.split()[-1] for line in lines[-10:]]
    assert acts[-4:] == ["check", "add_evidence", "add_evidence", "close"]
