"""The way to the hub through the port of the pages, which go on being answered meanwhile."""

import http.client
import json
import time

import pytest
from django.test import Client

from core.models import User
from grid.organizations.models import Organization
from grid.organizations.use_cases import issue_token
from tests.conftest import client_of
from tests.maps.live.conftest import RunningHub, free_port, serving
from tests.maps.live.listener import Listener
from tests.maps.live.test_hub import has_told, is_ready, look


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _await(port: int, path: str, status: int) -> bytes:
    until = time.monotonic() + 40
    while True:
        try:
            got, body = _get(port, path)
        except OSError:
            got, body = 0, b""
        if got == status:
            return body
        assert time.monotonic() < until, (got, body)
        time.sleep(0.1)


def test_streams_pass_through_the_port_of_the_pages_and_leave_it_free(
    hub: RunningHub, ada_live: User, bo_live: User, centre_live: Organization
) -> None:
    port = free_port()
    with serving(hub.clone, port, f"127.0.0.1:{hub.port}"):
        _await(port, "/healthz", 200)
        token = {"Authorization": f"Bearer {issue_token(ada_live, actor=ada_live)}"}
        other = {"Authorization": f"Bearer {issue_token(bo_live, actor=bo_live)}"}
        listeners = [Listener(port, token).open() for _ in range(12)]
        listeners += [Listener(port, other).open() for _ in range(12)]
        for listener in listeners:
            listener.wait_for(is_ready)
        assert Listener(port, {}).open().status == 401
        look(centre_live)
        for listener in listeners:
            listener.wait_for(has_told(1))
        missing = json.loads(_get(port, "/readyz")[1])["missing"]
        assert [fault["check"] for fault in missing] == ["worker"]
        for listener in listeners:
            listener.cut()
        look(centre_live)
        again = Listener(port, token, last_id="1").open()
        again.wait_for(has_told(2))
        assert again.told == [(2, "look")]
        hub.process.terminate()
        hub.process.wait(10)
        assert again.ended.wait(10)
        assert Listener(port, token).open().problem["code"] == "hub_missing"
        assert b'"live"' in _await(port, "/readyz", 503)


@pytest.mark.django_db
def test_without_a_hub_live_events_are_unavailable(ada: User, client: Client) -> None:
    answer = client_of(ada).get("/api/v1/live/")
    assert answer.status_code == 503
    assert answer.json()["code"] == "hub_missing"
    assert client_of(ada).head("/api/v1/live/").status_code == 405
    assert client_of(None).get("/api/v1/live/").status_code == 401
