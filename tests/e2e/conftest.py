"""A browser and a served city: granian on a clone of the database, the system's own Chromium."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from maps.frontend import built
from tests.clones import Clone
from tests.maps import small_city

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Drawn by software, in headless machines without a graphics card too.
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
START_S = 60  # the machine may be busy with other tests
PATIENCE_MS = 20_000  # the machine may be busy with other tests
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser and a built front end; without them it says what to do."""
    for item in items:
        if "tests/e2e" not in item.path.as_posix():
            continue
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))
        elif built("console/main.ts") is None:
            reason = "front end not built: cd frontend && npm ci && npm run build"
            item.add_marker(pytest.mark.skip(reason=reason))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _granian(interface: str, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """One of the two processes of the product: pages and API (wsgi), or the live hub (asgi)."""
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1"]
    threads = ["--blocking-threads", "32"] if interface == "wsgi" else []  # streams wait in them
    return subprocess.Popen(
        [*command, "--port", str(port), *threads, f"config.{interface}:application"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def serving(clone: Clone) -> Iterator[str]:
    """The address at which that database is served, as in production, live events included."""
    port, hub = _free_port(), _free_port()
    environment = clone.environment | {"LAMPLIGHTER_HUB": f"127.0.0.1:{hub}"}
    web = _granian("wsgi", port, environment)
    live = _granian("asgi", hub, environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz", web)
        yield address
    finally:
        for server in (live, web):
            server.terminate()
        for server in (live, web):
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Open streams do not end by themselves."""
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(5)


@pytest.fixture
def served(clone_db: Clone) -> Iterator[str]:
    """The address at which the small city is served."""
    small_city.build()
    with serving(clone_db) as address:
        yield address


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail("the server did not start")
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer within {START_S} s")


@pytest.fixture
def screen(served: str) -> Iterator[Page]:
    """A desk's browser at the served city; it speaks Chinese."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            base_url=served, locale="zh-CN", viewport={"width": 1366, "height": 768}
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()
        browser.close()
