"""A platform above: it gives orders to our address, and takes our reports at its own."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from inspections.cases.models import Case
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.upstream.models import UpstreamLink, UpstreamOrder
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import bring, channel


@dataclass
class Platform:
    """The city's 12345: what it was told, and how it answers next (then 200)."""

    link: UpstreamLink
    url: str
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    silent_at: int = 0  # this report is heard, and never answered
    heard_it: threading.Event = field(default_factory=threading.Event)

    def say(self, **said: Any) -> Any:
        """A signed message of the platform to our address."""
        return bring(self.link.channel.code, said)

    def order(self, ward: Ward, number: str = "12345-1", **more: Any) -> dict[str, Any]:
        """An order about a dark lamp; the answer."""
        lon, lat = ward.lonlat(250, 250)
        usual = {
            "number": number,
            "title": "路灯不亮",
            "content": "同丰路第三盏",
            "category": "市政-照明-01",
            "lon": lon,
            "lat": lat,
            "contact": {"name": "王秀英", "phone": "13800000001"},
        }
        answer = self.say(**usual | more)
        assert answer.status_code in {200, 201}, answer.content
        told: dict[str, Any] = answer.json()
        return told

    @property
    def kinds(self) -> list[str]:
        """What it was told, in order."""
        return [report["kind"] for report in self.told]


def order_for(case: Case, number: str) -> UpstreamOrder:
    """An order of a platform above that feeds a case, its receipt refused."""
    made: IntakeChannel = IntakeChannel.objects.create(
        code=f"UP-{number}", name="市平台", channel="upstream"
    )
    link, now = UpstreamLink.objects.create(channel=made), timezone.now()
    order: UpstreamOrder = UpstreamOrder.objects.create(
        link=link, number=number, request=case.requests.all()[0], received_at=now
    )
    order.reports.create(kind="receipt", cause="receipt", made_at=now, next_at=now, refused_at=now)
    return order


@pytest.fixture
def platform(ward: Ward) -> Iterator[Platform]:
    """The platform, linked; listening on a port of its own."""
    with listening(ward) as found:
        yield found


@contextmanager
def listening(ward: Ward) -> Iterator[Platform]:
    """The platform, linked, its word for streetlights mapped; listening on a port of its own."""
    made: IntakeChannel = channel("UP-12345", "upstream", "市12345平台")
    link = UpstreamLink.objects.create(channel=made)
    link.categories.create(word="市政-照明-01", category=ward.lamps)
    found: Platform

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.bodies.append(body)
            found.headers.append(dict(self.headers))
            if len(found.bodies) == found.silent_at:
                found.heard_it.set()
                found.told.append(json.loads(body))
                self.close_connection = True
                self.rfile.read(1)  # until whoever asked is gone
                return
            status = found.answers.pop(0) if found.answers else 200
            if status < 300:
                found.told.append(json.loads(body))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write("收到".encode())

        def log_message(self, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    link.url = f"http://127.0.0.1:{server.server_port}/reports"
    link.save()
    found = Platform(link, link.url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
