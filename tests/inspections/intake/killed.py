"""A stream of reports that goes on whatever is killed, and the count of what became of them.

Run as a program (`python -m tests.inspections.intake.killed`), it founds the ward of the cases in the
configured database and prints what a client needs.
"""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import django

PATIENCE_S = 240.0
CLIENTS = 4


@dataclass(frozen=True)
class Place:
    """Who reports, and where."""

    token: str
    lon: float
    lat: float


def found_ward() -> Place:
    """The ward, Ada's token, and a place in it."""
    from grid.organizations.use_cases import issue_token  # noqa: PLC0415 (after django.setup)
    from tests.inspections.conftest import ward_here  # noqa: PLC0415

    ward = ward_here()
    lon, lat = ward.lonlat(250, 250)
    return Place(issue_token(ward.ada, actor=ward.ada), lon, lat)


@dataclass
class Stream:
    """Reports, each sent again under its key until it is acknowledged, by several clients at once."""

    port: int
    place: Place
    count: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._stop_at = time.monotonic() + PATIENCE_S
        self._clients = [
            threading.Thread(target=self._send, args=(number,)) for number in range(CLIENTS)
        ]
        for client in self._clients:
            client.start()

    def wait_for(self, some: int) -> None:
        """Until so many are acknowledged."""
        while len(self.acknowledged) < some:
            assert time.monotonic() < self._stop_at, f"{len(self.acknowledged)} acknowledged"
            time.sleep(0.01)

    def finish(self) -> None:
        """Until all are."""
        for client in self._clients:
            client.join()
        assert len(self.acknowledged) == self.count, self.answers

    def report(self, key: str) -> tuple[int, str]:
        """Send one report: the status (0: no answer) and the code of the request."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        said = {
            "channel": "phone",
            "category": "0118",
            "text": f"路灯不亮 {key}",
            "lon": self.place.lon,
            "lat": self.place.lat,
        }
        headers = {
            "Authorization": f"Bearer {self.place.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            line.request("POST", "/api/v1/requests/", json.dumps(said).encode(), headers)
            answer = line.getresponse()
            body = answer.read()
            code = json.loads(body)["properties"]["code"] if answer.status in {200, 201} else ""
        except (OSError, http.client.HTTPException, ValueError):
            return 0, ""
        finally:
            line.close()
        return answer.status, code

    def _send(self, number: int) -> None:
        for one in range(number, self.count, CLIENTS):
            key = f"report-{one}"
            while time.monotonic() < self._stop_at:
                status, code = self.report(key)
                self.answers[status] += 1
                if code:
                    self.acknowledged[key] = code
                    break
                time.sleep(0.2)


def kept() -> dict[str, str]:
    """What the database holds, text by code; each with one case, or it is named here."""
    from inspections.cases.models import Case  # noqa: PLC0415 (after django.setup)
    from inspections.requests.models import ServiceRequest  # noqa: PLC0415

    found = {request.code: request.text for request in ServiceRequest.objects.all()}
    feeding = Counter(Case.objects.values_list("requests__code", flat=True))
    odd = {code: str(count) for code, count in feeding.items() if code and count != 1}
    return found | odd


if __name__ == "__main__":
    import sys

    django.setup()
    if sys.argv[1] == "found":
        place = found_ward()
        print(json.dumps([place.token, place.lon, place.lat]))
    else:
        print(json.dumps(kept()))
