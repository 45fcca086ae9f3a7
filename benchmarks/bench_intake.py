"""How many reports a second are taken in, against the same server answering one indexed row.

A report over HTTP: checked, recorded, its ground and limits asked, its case opened, audited, acknowledged,
once for its key; 100,000 lamps, 10,000 cells and 500 overlapping ownership areas lie around it.
`--contacts 14000` replays a day of that many: a third with a place, the rest answered at the desk.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from knox.models import AuthToken  # noqa: E402

from benchmarks.scratch import scratch_database  # noqa: E402
from benchmarks.server import free_port, granian, processor  # noqa: E402
from benchmarks.synthetic_ground import Ground, lay_out  # noqa: E402
from core.models import Operation, User  # noqa: E402
from grid.ground.metric import to_degrees  # noqa: E402
from grid.organizations.models import Membership, Organization, OrganizationKind, Role  # noqa: E402
from inspections.cases.models import Case  # noqa: E402
from inspections.requests.models import ServiceRequest  # noqa: E402

CLIENTS, READS, REPORTS, SHARE = 8, 1_600, 800, 0.35
GOAL_RATIO, GOAL_RATE, GOAL_P95_S = 0.1, 16, 0.5

Ask = Callable[[http.client.HTTPConnection, int], int]


def token() -> str:
    """A dispatcher's."""
    centre = Organization.objects.create(code="C1", name="指挥中心", kind=OrganizationKind.CENTRE)
    user = User.objects.create(username="desk")
    Membership.objects.create(user=user, role=Role.DISPATCHER, organization=centre)
    return str(AuthToken.objects.create(user=user)[1])


def places(ground: Ground, count: int) -> list[tuple[float, float]]:
    """Positions all over the city, in degrees."""
    dice = random.Random(3)
    chosen = dice.choices(list(ground.cells), k=count)
    inside = np.array([cell.centroid for cell in chosen], dtype=object)
    return [(point.x, point.y) for point in to_degrees(inside, ground.city.metric_srid)]


def reading(key: str) -> Ask:
    """One body by its code: one indexed row, and the rights to see it."""

    def ask(line: http.client.HTTPConnection, number: int) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        line.request("GET", f"/api/v1/organizations/?code=B{number % 200}", headers=headers)
        return _status(line)

    return ask


def reporting(key: str, where: list[tuple[float, float]], share: float = 1.0) -> Ask:
    """One report, `share` of them with a place, the others enquiries."""

    def ask(line: http.client.HTTPConnection, number: int) -> int:
        said: dict[str, Any] = {
            "channel": "phone",
            "category": "0118",
            "text": f"路灯不亮，第 {number} 次来电",
            "requester": {"name": "张三", "phone": f"138{number:08d}"},
        }
        if number % 100 < share * 100:
            lon, lat = where[number % len(where)]
            said |= {"lon": lon, "lat": lat}
        else:
            said["nature"] = "enquiry"
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        line.request("POST", "/api/v1/requests/", json.dumps(said), headers)
        return _status(line)

    return ask


def _status(line: http.client.HTTPConnection) -> int:
    answer = line.getresponse()
    answer.read()
    return answer.status


def run(port: int, ask: Ask, count: int) -> tuple[float, list[float]]:
    """Asks so often, several clients at once: answers a second, and the seconds each took."""
    numbers = iter(range(count))
    spent: list[float] = []
    lock = threading.Lock()

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return line.close()
            began = time.perf_counter()
            status = ask(line, number)
            if status not in {200, 201}:
                raise SystemExit(f"answered {status}")
            spent.append(time.perf_counter() - began)

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    began = time.perf_counter()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return count / (time.perf_counter() - began), spent


def say(name: str, rate: float, spent: list[float], processor_s: float) -> None:
    """One line of figures."""
    p95 = statistics.quantiles(spent, n=20)[18]
    print(
        f"{name}: {rate:.1f} a second, p50 {statistics.median(spent) * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, {processor_s * 1000 / len(spent):.1f} ms of processor in the server"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--contacts", type=int, default=0, help="replay a day of so many")
    contacts = options.parse_args().contacts
    with scratch_database():
        ground = lay_out(10_000, 500, 100_000)
        key, where, port = token(), places(ground, 500), free_port()
        web = ("--workers", "2", "--blocking-threads", "32")
        with granian(port, "wsgi", "config.wsgi:application", *web, LAMPLIGHTER_POOL="4") as server:
            read, report = reading(key), reporting(key, where)
            run(port, read, 200), run(port, report, 80)  # warms up
            rates = {}
            for name, ask, count in (("one row", read, READS), ("report", report, REPORTS)):
                before = processor(server)
                rates[name], spent = run(port, ask, count)
                say(name, rates[name], spent, processor(server) - before)
            p95 = statistics.quantiles(spent, n=20)[18]
            ratio = rates["report"] / rates["one row"]
            good = ratio >= GOAL_RATIO and rates["report"] >= GOAL_RATE and p95 < GOAL_P95_S
            print(
                f"reports / rows {ratio:.3f} (goal {GOAL_RATIO}), never under {GOAL_RATE} a second "
                f"with p95 under {GOAL_P95_S * 1000:.0f} ms: {'kept' if good else 'MISSED'}"
            )
            if contacts:
                began = time.perf_counter()
                rate, spent = run(port, reporting(key, where, SHARE), contacts)
                minutes = (time.perf_counter() - began) / 60
                say(f"a day of {contacts} contacts in {minutes:.1f} minutes", rate, spent, 0.0)
        taken = 80 + REPORTS + contacts
        kept = ServiceRequest.objects.count(), Operation.objects.count()
        print(
            f"acknowledged {taken}, kept {kept[0]} under {kept[1]} keys, {Case.objects.count()} cases"
        )
        if kept != (taken, taken):
            raise SystemExit("what was acknowledged is not what is kept")
        call_command("verify_audit")


if __name__ == "__main__":
    main()
