"""How long from a commit to every open stream, what 200 streams cost, and what pages lose by them.

200 members, each with rights and a stream of their own (the hub asks the rights of each). Streams
go to the hub as behind a proxy, then through the relay on the pages' port. Alternatives: for
latency, the poll every second that pages without a hub make; for pages, all of Django as ASGI.
"""

import asyncio
import http.client
import json
import os
import statistics
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.gis.geos import Point  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from knox.models import AuthToken  # noqa: E402

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.server import free_port, granian, members, processor  # noqa: E402
from core.audit import emit  # noqa: E402
from core.models import User  # noqa: E402
from grid.organizations.models import Membership, Organization, Role  # noqa: E402
from inspections.cases.models import Case  # noqa: E402

STREAMS, EVENTS, PAUSE, PAGES = 200, 50, 0.2, 800
HUB_CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'hub'
"""


def _people() -> list[str]:
    """Tokens of inspectors, a hundredth of them for each area."""
    body = Organization.objects.create(code="C001", name="指挥中心", kind="centre")
    tokens = []
    for number in range(STREAMS):
        user = User.objects.create(username=f"inspector{number}")
        area = f"{330106001 + number % 10}"
        Membership.objects.create(user=user, role=Role.INSPECTOR, organization=body, area_code=area)
        tokens.append(AuthToken.objects.create(user=user)[1])
    return tokens


def _case(number: int) -> int:
    """A case that a tenth of the inspectors may see; its pk."""
    with transaction.atomic():
        case: Case = Case.objects.create(
            number=f"B{number}",
            state="reported",
            place=Point(120.1, 30.2, srid=4326),
            area_codes=[f"{330106001 + number % 10}"],
            reported_at=timezone.now(),
            opened_at=timezone.now(),
        )
        emit(kind="case_reported", subject=case)
    return case.pk


class _Streams:
    """The clients, in an event loop of their own thread."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self.arrived: list[tuple[str, float]] = []
        self.ready = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._tasks = [
            asyncio.run_coroutine_threadsafe(self._read(port, token), self._loop)
            for token in tokens
        ]
        until = time.monotonic() + 60
        while self.ready < len(tokens) and time.monotonic() < until:
            time.sleep(0.05)

    async def _read(self, port: int, token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /api/v1/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        try:
            while line := await reader.readline():
                if line.startswith(b"event: ready"):
                    self.ready += 1
                elif line.startswith(b"data: ") and b"subject_id" in line:
                    event = json.loads(line[6:])
                    self.arrived.append((event["subject_id"], time.monotonic()))
        finally:
            writer.close()

    def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        time.sleep(0.3)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _latency(streams: _Streams, first: int) -> list[float]:
    """Milliseconds from the end of each commit to each arrival."""
    committed = {}
    for number in range(first, first + EVENTS):
        pk = _case(number)
        committed[str(pk)] = time.monotonic()
        time.sleep(PAUSE)
    time.sleep(2)
    return [(at - committed[pk]) * 1000 for pk, at in streams.arrived if pk in committed]


def _cost_of_apage(port: int, token: str, leader: int) -> float:
    """Milliseconds of processor per answer, four clients asking at once."""

    def ask() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(PAGES // 4):
            headers = {"Authorization": f"Bearer {token}"}
            line.request("GET", "/api/v1/organizations/", headers=headers)
            line.getresponse().read()
        line.close()

    for _ in range(2):  # the first time warms up
        before = processor(leader)
        clients = [threading.Thread(target=ask) for _ in range(4)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        spent = processor(leader) - before
    return spent * 1000 / PAGES


def _memory(leader: int) -> float:
    """Megabytes held by all processes of a server's group."""
    total = 0
    for folder in members(leader):
        lines = (folder / "status").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return total / 1024


def _say(name: str, spent: list[float]) -> None:
    quantiles = statistics.quantiles(spent, n=20)
    print(
        f"{name}: {len(spent)} arrivals, p50 {statistics.median(spent):.0f} ms, "
        f"p95 {quantiles[18]:.0f} ms, max {max(spent):.0f} ms"
    )


def main() -> None:
    """Measure and print."""
    with scratch_database():
        tokens = _people()
        _case(-1)  # the hub knows what events are about
        hub, web, other = free_port(), free_port(), free_port()
        wsgi = ("--workers", "2", "--blocking-threads", "132")
        named = {"LAMPLIGHTER_POOL": "2", "PGAPPNAME": "hub"}
        with (
            granian(hub, "asgi", "config.asgi:application", **named) as hub_process,
            granian(
                web,
                "wsgi",
                "config.wsgi:application",
                *wsgi,
                LAMPLIGHTER_POOL="4",
                LAMPLIGHTER_HUB=f"127.0.0.1:{hub}",
            ) as web_process,
        ):
            idle_hub, idle_web = _memory(hub_process), _memory(web_process)
            alone = _cost_of_apage(web, tokens[0], web_process)
            for name, port, first in (("to the hub", hub, 0), ("relayed", web, EVENTS)):
                streams = _Streams(port, tokens)
                spent = _latency(streams, first)
                _say(f"{streams.ready} streams {name}", spent)
                with connection.cursor() as cursor:
                    cursor.execute(HUB_CONNECTIONS)
                    held = cursor.fetchone()[0]
                grown_hub, grown_web = _memory(hub_process), _memory(web_process)
                print(
                    f"  database connections of the hub {held}; memory of the hub "
                    f"{idle_hub:.0f} → {grown_hub:.0f} MB, of the pages "
                    f"{idle_web:.0f} → {grown_web:.0f} MB"
                )
                loaded = _cost_of_apage(web, tokens[0], web_process)
                print(f"  a page meanwhile {loaded:.1f} ms of processor, without {alone:.1f} ms")
                streams.close()
        asgi = ("--workers", "2")
        with granian(
            other, "asgi", "benchmarks.pages_as_asgi:application", *asgi, LAMPLIGHTER_POOL="4"
        ) as asgi_process:
            as_asgi = _cost_of_apage(other, tokens[0], asgi_process)
        print(f"the same page as ASGI {as_asgi:.1f} ms: {as_asgi / alone:.1f} times as much")
        print("a poll every second: p50 500 ms, p95 950 ms, and 200 requests/s for 200 readers")


if __name__ == "__main__":
    main()
