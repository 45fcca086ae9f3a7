"""A hub in a process of its own, on a database in which tests really commit."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from core.models import User
from grid.organizations.models import Organization, OrganizationKind, Role
from grid.organizations.use_cases import issue_token
from tests import factories
from tests.clones import Clone
from tests.maps.live.listener import Listener

ROOT = Path(__file__).parents[3]
# a server does not outlive a test run that was killed
GUARD = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


@dataclass
class RunningHub:
    """A hub's process and port."""

    clone: Clone
    port: int
    process: subprocess.Popen[bytes]

    def health(self) -> dict[str, Any]:
        """What it says of itself."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def listen(
        self, person: User | None, *, session: bool = False, last_id: str = "", query: str = ""
    ) -> Listener:
        """A stream of this person (nobody's when None), by token or by session."""
        if person is None:
            headers = {}
        elif session:
            headers = {"Cookie": f"sessionid={open_session(person)}"}
        else:
            headers = {"Authorization": f"Bearer {issue_token(person, actor=person)}"}
        return Listener(self.port, headers, last_id=last_id, query=query).open()


def open_session(person: User) -> str:
    """A session as the login page would make it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(clone: Clone, port: int) -> Iterator[RunningHub]:
    """The hub under granian, as `serve` starts it."""
    process = subprocess.Popen(
        [
            *GUARD,
            *(sys.executable, "-m", "granian", "--interface", "asgi"),
            *("--port", str(port), "--log-level", "error", "--workers-kill-timeout", "1"),
            *("--backpressure", "2000", "--working-dir", str(ROOT)),
            "tests.maps.live.quick_hub:application",
        ],
        env={
            **clone.environment,
            "LAMPLIGHTER_POOL": "2",
            "LAMPLIGHTER_SECRET_KEY": settings.SECRET_KEY,
        },
        cwd=ROOT,
    )
    hub = RunningHub(clone, port, process)
    try:
        _wait_until_ready(hub)
        yield hub
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def serving(clone: Clone, port: int, hub: str) -> Iterator[None]:
    """Pages and API under granian, with one worker as `serve` starts it."""
    process = subprocess.Popen(
        [
            *GUARD,
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--port", str(port), "--log-level", "error", "--workers-kill-timeout", "1"),
            *("--blocking-threads", "132", "--working-dir", str(ROOT)),
            "config.wsgi:application",
        ],
        env={
            **clone.environment,
            "LAMPLIGHTER_POOL": "2",
            "LAMPLIGHTER_HUB": hub,
            "LAMPLIGHTER_SECRET_KEY": settings.SECRET_KEY,
        },
        cwd=ROOT,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(hub: RunningHub) -> None:
    until = time.monotonic() + 40
    while True:
        try:
            if hub.health()["listening"]:
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        assert time.monotonic() < until, "the hub did not start"
        time.sleep(0.1)


@pytest.fixture
def hub(clone_db: Clone) -> Iterator[RunningHub]:
    """A hub on the clone."""
    with running(clone_db, free_port()) as hub:
        yield hub


@pytest.fixture
def centre_live(clone_db: Clone) -> Organization:
    """The command centre, committed."""
    return factories.organization("C001", "指挥中心", OrganizationKind.CENTRE)


@pytest.fixture
def ada_live(centre_live: Organization) -> User:
    """Ada dispatches in the whole city."""
    return factories.member("ada", Role.DISPATCHER, centre_live)


@pytest.fixture
def bo_live(centre_live: Organization) -> User:
    """Bo inspects in one area only."""
    return factories.member("bo", Role.INSPECTOR, centre_live, "330106001")


@pytest.fixture
def cy_live(clone_db: Clone) -> User:
    """Cy belongs elsewhere."""
    body = factories.organization("E999", "外单位", OrganizationKind.ENTERPRISE)
    return factories.member("cy", Role.HANDLER, body)
