"""kill -9 in the middle of a stream of reports: nothing acknowledged is lost, nothing is doubled."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from config import embedded
from tests.clones import Clone
from tests.inspections.intake.killed import Place, Stream, found_ward, kept

ROOT = Path(__file__).resolve().parents[3]
REPORTS = 40


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@contextmanager
def served(port: int, environment: dict[str, str]) -> Iterator[int]:
    """The whole product under its supervisor; yields the supervisor's pid."""
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    found = [int(line) for line in listed.stdout.split()]
    return found + [below for child in found for below in _children(child)]


def _command(pid: int) -> str:
    """The command line of a process; nothing when it has ended since it was listed."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except FileNotFoundError:
        return ""


def _named(supervisor: int, word: str) -> list[int]:
    """The processes under the supervisor whose command line has a word, with what stands below them."""
    heads = [pid for pid in _children(supervisor) if word in _command(pid)]
    return sorted({*heads, *(below for head in heads for below in _children(head))})


def _kill(pids: list[int]) -> None:
    """Kill the first, and the others that have not ended since they were listed."""
    first, *others = pids
    os.kill(first, signal.SIGKILL)
    for pid in others:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _streamed(port: int, place: Place, kill: Callable[[], None]) -> Stream:
    """All reports, with the kill after a quarter of them."""
    stream = Stream(port, place, REPORTS)
    stream.wait_for(REPORTS // 4)
    kill()
    stream.finish()
    return stream


def _once_each(stream: Stream, held: dict[str, str]) -> None:
    """Every acknowledged report is held once, under the code that was told; nothing else is held."""
    assert held == {code: f"路灯不亮 {key}" for key, code in stream.acknowledged.items()}
    key = "report-0"
    assert stream.report(key) == (200, stream.acknowledged[key])  # the same answer again


def test_web_and_worker_killed_in_the_middle(clone_db: Clone, port: int) -> None:
    place = found_ward()
    environment = clone_db.environment
    with served(port, environment) as supervisor:

        def kill() -> None:
            _kill(_named(supervisor, "config.wsgi") + _named(supervisor, "procrastinate"))

        stream = _streamed(port, place, kill)
        _once_each(stream, kept())
        assert _named(supervisor, "procrastinate")  # the supervisor has started both again
    _run(environment, "manage.py", "verify_audit")


@pytest.mark.skipif(
    not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")),
    reason="no PostgreSQL with PostGIS on this machine: DATABASE_URL names another",
)
def test_the_database_killed_in_the_middle(tmp_path: Path, port: int) -> None:
    """A cluster of its own: killed, and started again by hand as an operator would."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "LAMPLIGHTER_STATE": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    program = ("-m", "tests.inspections.intake.killed")
    try:
        _run(environment, "manage.py", "embedded", "start")
        _run(environment, "manage.py", "migrate", "-v0")
        place = Place(*json.loads(_run(environment, *program, "found")))
        with served(port, environment):
            cluster = embedded.remembered(tmp_path)
            assert cluster

            def kill() -> None:
                postmaster = int((Path(cluster.data) / "postmaster.pid").read_text().split()[0])
                _kill([postmaster, *_children(postmaster)])
                time.sleep(0.5)
                _run(environment, "manage.py", "embedded", "start")

            stream = _streamed(port, place, kill)
            assert set(stream.answers) <= {0, 200, 201, 423, 503}, stream.answers
            _once_each(stream, json.loads(_run(environment, *program, "kept")))
        _run(environment, "manage.py", "verify_audit")
    finally:
        embedded.stop(tmp_path)
