"""The product's server for a benchmark: on a port of its own, in a process group of its own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def granian(port: int, interface: str, target: str, *options: str, **more: str) -> Iterator[int]:
    """The server in a process group of its own; yields its process id."""
    there = connection.settings_dict
    url = f"postgis://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT']}"
    environment = {"DATABASE_URL": f"{url}/{there['NAME']}", "LAMPLIGHTER_STATE": _state()}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", interface, target),
            *("--port", str(port), "--log-level", "error", "--workers-kill-timeout", "1"),
            *options,
        ],
        env={**os.environ, **environment, **more},
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )
    try:
        _await(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _state() -> str:
    return str(settings.STATE_DIR)


def _await(port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            if page(port, "/healthz", "") == 200:
                return
        time.sleep(0.2)


def page(port: int, path: str, token: str) -> int:
    """The status of one answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


def members(leader: int) -> Iterator[Path]:
    """The /proc folders of a server's group."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == leader:
                yield folder


def processor(leader: int) -> float:
    """Seconds of processor that a server's processes have used."""
    ticks = 0
    for folder in members(leader):
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
