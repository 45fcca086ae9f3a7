"""One supervisor: crashed children come back, a signal ends all, a second one at once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
STUBBORN = """
import signal, sys
from config.supervisor import Child, Supervisor
code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
Supervisor([Child('mule', [sys.executable, '-u', '-c', code])]).run()
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(db: None, port: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The product on the test database, in processes of its own."""
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
        **connection.settings_dict
    )
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "LAMPLIGHTER_STATE": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    with process:
        yield process
        process.kill()
    _await(lambda: not _children(process.pid))


def _await(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(line) for line in listed.stdout.split()]


def test_serves_mends_and_stops(served: subprocess.Popen[bytes], port: int) -> None:
    _await(lambda: _get(port, "/readyz")[0] == 200)
    assert json.loads(_get(port, "/healthz")[1]) == {"status": "ok"}
    counted = _get(port, "/metrics")[1]
    assert 'lamplighter_requests_total{method="GET",route="healthz",status="200"}' in counted
    assert "lamplighter_database_up 1.0" in counted

    before = _children(served.pid)
    assert len(before) == 3  # web, worker, hub
    below = [pid for child in before for pid in _children(child)]
    os.kill(before[0], signal.SIGKILL)
    _await(lambda: len(_children(served.pid)) == 3 and _children(served.pid) != before)
    _await(lambda: _get(port, "/healthz")[0] == 200)

    ours = [*_children(served.pid), *below]
    served.send_signal(signal.SIGINT)
    assert served.wait(15) == 0
    assert [pid for pid in ours if Path(f"/proc/{pid}/cwd").exists()] == []


def test_a_taken_port_is_said_in_one_line(port: int, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "LAMPLIGHTER_STATE": str(tmp_path)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in done.stderr


def test_a_second_signal_kills_at_once() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    assert "up" in process.stderr.readline()
    (mule,) = _children(process.pid)
    process.send_signal(signal.SIGINT)
    assert "Stopping" in process.stderr.readline()
    asked = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert time.monotonic() - asked < 4
    assert not Path(f"/proc/{mule}/cwd").exists()
