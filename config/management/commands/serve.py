"""The whole product under one supervisor: pages and API, the worker for scheduled jobs, the live hub."""

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
from config.supervisor import Child, Supervisor
from maps.live.relay import STREAMS

WORKERS = 2
THREADS = 4  # per worker; each has a database connection of its worker's pool
HUB_POOL = 2  # besides, the hub holds three connections of its own
PAGES = {
    "/console/": "地图 the map: whose is it, and why",
    "/api/v1/schema/": "接口 the API in OpenAPI",
    "/readyz": "状态 whether all is well",
}


class Command(BaseCommand):
    """`serve [--host H] [--port N] [--live HOST:PORT]`; the embedded cluster runs as long as it is needed."""

    help = "Serve pages and API and run scheduled jobs, until Ctrl-C."
    requires_system_checks = ("lamplighter",)  # the others ask the database, which may not run yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument(
            "--live",
            metavar="HOST:PORT",
            help="where a proxy reaches the live hub; without it only the pages' port does",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_taken(host, port)
        ours = not os.environ.get("DATABASE_URL")
        try:
            with embedded.held(settings.STATE_DIR) if ours else contextlib.nullcontext():
                hub = options["live"] or f"127.0.0.1:{_free_port()}"
                supervisor = Supervisor([_web(host, port, hub), _worker(), _live(hub)])
                supervisor.run(on_tick=_Announcement(f"http://{host}:{port}"))
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error


def refuse_taken(host: str, port: int) -> None:
    """Say in one line that the address is in use."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error}): choose another with --port N "
                "(make demo PORT=N)"
            ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _web(host: str, port: int, hub: str) -> Child:
    counters = settings.STATE_DIR / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(parents=True)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
        *("--host", host, "--port", str(port), "--log-level", "error"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS + STREAMS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--working-dir", str(settings.BASE_DIR)),
    ]
    environment = {
        "LAMPLIGHTER_POOL": str(THREADS),
        "LAMPLIGHTER_HUB": hub,
        "PROMETHEUS_MULTIPROC_DIR": str(counters),
    }
    return Child("web", command, environment)


def _worker() -> Child:
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    command = [
        *(sys.executable, manage, "procrastinate", "worker"),
        *("--shutdown-graceful-timeout", "5", "--delete-jobs", "successful"),
    ]
    return Child("worker", command)


def _live(hub: str) -> Child:
    host, _, port = hub.rpartition(":")
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "config.asgi:application"),
        *("--host", host, "--port", port, "--log-level", "error"),
        *("--workers", "1", "--backpressure", "2000"),
        *("--workers-kill-timeout", "1"),  # it would wait for open streams, which do not end
        *("--working-dir", str(settings.BASE_DIR)),
    ]
    return Child("live", command, {"LAMPLIGHTER_POOL": str(HUB_POOL)})


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
            lines = [f"Lamplighter is served on {self.address}/ — Ctrl-C stops it."]
            lines += [f"  {self.address}{page:18} {words}" for page, words in PAGES.items()]
            with contextlib.suppress(OSError):
                print("\n".join(lines), flush=True)
