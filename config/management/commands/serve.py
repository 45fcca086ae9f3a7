"""The whole product under one supervisor: pages and API, and the worker for scheduled jobs."""

import contextlib
import os
import shutil
import socket
import sys
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import embedded
from config.supervisor import Child, Supervisor, say

WORKERS = 2
THREADS = 4  # per worker; each has a database connection of its worker's pool


class Command(BaseCommand):
    """`serve [--host H] [--port N]`; the embedded cluster runs as long as it is needed."""

    help = "Serve pages and API and run scheduled jobs, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _refuse_taken(host, port)
        ours = not os.environ.get("DATABASE_URL")
        try:
            with embedded.held(settings.STATE_DIR) if ours else contextlib.nullcontext():
                supervisor = Supervisor([_web(host, port), _worker()])
                supervisor.run(on_tick=_Announcement(f"http://{host}:{port}"))
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error}): choose another with --port N "
                "(make demo PORT=N)"
            ) from error


def _web(host: str, port: int) -> Child:
    counters = settings.STATE_DIR / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(parents=True)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
        *("--host", host, "--port", str(port), "--log-level", "warning"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--working-dir", str(settings.BASE_DIR)),
    ]
    environment = {
        "LAMPLIGHTER_POOL": str(THREADS),
        "PROMETHEUS_MULTIPROC_DIR": str(counters),
    }
    return Child("web", command, environment)


def _worker() -> Child:
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    command = [
        *(sys.executable, manage, "procrastinate", "worker"),
        *("--shutdown-graceful-timeout", "5"),
    ]
    return Child("worker", command)


class _Announcement:
    """Says once that the address answers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.said = False

    def __call__(self) -> None:
        if self.said:
            return
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{self.address}/healthz", timeout=1).close()  # noqa: S310
            self.said = True
            say(f"Lamplighter serves on {self.address}/ — Ctrl-C stops it.")
