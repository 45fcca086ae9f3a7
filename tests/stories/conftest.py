"""The city of the stories: a ward of squares, and through it Tongfeng Road, 300 metres of dark street.

Twelve lamps stand along it. The housing bureau built them and says that they were handed over; the
urban management bureau says they never were; no paper exists. Ada dispatches, Bo inspects, both of the
centre; Di handles for the lamp office, Ed inspects for its crew, Fu handles for the housing bureau, Su for
urban management, Jo for the street office, which is the custodian; Vi verifies for a body of her own, Lu leads.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from shapely import Point

from grid.facilities.models import Facility
from grid.organizations.models import Role
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.calendar.test_arithmetic import YEAR_2026
from tests.inspections.conftest import Ward, evidence_folder, ward
from tests.photos import photo

__all__ = ["evidence_folder", "ward"]
MIDDLE = (262.0, 252.0)  # two metres from the seventh lamp
FAR = (262.0, 900.0)
PLAIN = (700.0, 250.0)  # where nothing contradicts the catalogue: the lamp office answers


def on(*parts: int) -> datetime:
    """An instant in the city's time."""
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Shanghai"))  # type: ignore[misc, arg-type]


def load(layer: str, file: Path, text: str, *options: str) -> dict[str, Any]:
    """A file written and loaded by `manage.py load`; what it says was done."""
    file.write_text(text, encoding="utf-8")
    told, said = StringIO(), StringIO()
    call_command("load", layer, str(file), "--json", *options, stdout=told, stderr=said)
    report: dict[str, Any] = json.loads(told.getvalue())
    return report


@dataclass
class Road:
    """Tongfeng Road, and people speaking with the product over HTTP."""

    ward: Ward
    lamps: list[Facility]

    def get(self, who: str, path: str) -> Any:
        """What somebody reads."""
        answer = client_of(self.ward.people[who]).get(f"/api/v1/{path}")
        assert answer.status_code == 200, (path, answer.content)
        return answer.json()

    def post(self, who: str, path: str, expecting: int = 201, **body: Any) -> Any:
        """What somebody does; the answer, or the refusal expected."""
        client = client_of(self.ward.people[who])
        answer = client.post(f"/api/v1/{path}", body, format="json")
        assert answer.status_code == expecting, (path, answer.content)
        return answer.json()

    def report(self, **stated: Any) -> str:
        """Somebody reports the dark street; the number of the case."""
        lon, lat = self.ward.lonlat(*MIDDLE)
        usual: dict[str, Any] = {
            "channel": "phone",
            "category": "0118",
            "text": "300米长街一片漆黑",
            "lon": lon,
            "lat": lat,
            "accuracy_m": 3,
            "reported_at": (timezone.now() - timedelta(minutes=2)).isoformat(),
            "requester": {"name": "王秀英", "phone": "13800000001"},
        }
        said = {name: value for name, value in (usual | stated).items() if value is not None}
        told = self.post("ada", "requests/", **said)
        number: str = told["properties"]["case"]
        return number

    def act(self, who: str, number: str, act: str, expecting: int = 201, **body: Any) -> Any:
        """An act upon a case: its page afterwards, or the refusal expected."""
        told = self.post(who, f"cases/{number}/{act}/", expecting, **body)
        return told["properties"] if expecting < 400 else told

    def page(self, number: str, who: str = "ada") -> Any:
        """A case as somebody reads it."""
        return self.get(who, f"cases/{number}/")["properties"]

    def shoot(self, who: str, number: str, at: tuple[float, float], seed: int) -> list[str]:
        """A photo taken somewhere, put forward for the case; what was found against it."""
        data = photo(*self.ward.lonlat(*at), taken_at=timezone.now(), seed=seed)
        file = SimpleUploadedFile("现场.jpg", data, "image/jpeg")
        answer = client_of(self.ward.people[who]).post(
            f"/api/v1/cases/{number}/add_evidence/", {"file": file}, format="multipart"
        )
        assert answer.status_code == 201, answer.content
        return [finding["code"] for finding in answer.json()["findings"]]

    def sent(self, **stated: Any) -> str:
        """A case filed and dispatched."""
        number = self.report(**stated)
        self.act("ada", number, "file")
        self.act("ada", number, "dispatch")
        return number

    def plain(self, **stated: Any) -> str:
        """A case dispatched to the lamp office, whose it plainly is."""
        lon, lat = self.ward.lonlat(*PLAIN)
        return self.sent(**{"lon": lon, "lat": lat} | stated)

    def repaired(self, **stated: Any) -> str:
        """Such a case, repaired by the lamp office and found so by Bo."""
        number = self.plain(**stated)
        self.act("di", number, "accept")
        self.act("di", number, "handle", reason="已更换灯泡")
        self.act("bo", number, "check")
        return number

    def arrive(self, who: str, number: str, at: tuple[float, float]) -> Any:
        """Somebody is there, for the open task of their body; the visit."""
        (task,) = self.get(who, f"tasks/?case={number}&status=open")["features"]
        lon, lat = self.ward.lonlat(*at)
        where: dict[str, Any] = {"lon": lon, "lat": lat, "accuracy_m": 8, "outcome": "arrived"}
        return self.post(who, f"tasks/{task['id']}/visit/", **where)

    def joins(self, name: str, role: Role, body: str) -> None:
        """One more person."""
        self.ward.people[name] = factories.member(name, role, self.ward.bodies[body])

    def checked(self, **stated: Any) -> str:
        """A case repaired by the street office, and found so by Bo."""
        number = self.sent(**stated)
        self.act("jo", number, "accept")
        self.act("jo", number, "handle", reason="更换熔断器，全线亮灯")
        self.act("bo", number, "check")
        return number


@pytest.fixture
def road(ward: Ward) -> Road:
    """The road as it is: a recorded project, a handover claimed, and no paper."""
    lamps = []
    for number in range(12):
        lamp = ground.facility(
            f"TF{number + 1:02}", "0118", Point(100 + number * 27, 250), ward.version,
            name=f"同丰路{number + 1}号路灯",
        )  # fmt: skip
        ground.party(lamp, "builder", "HOUSING", ward.version)
        ground.effect(lamp, "maintainer", "URBAN", ward.version, standing="claimed", document="")
        lamps.append(lamp)
    ward.people["jo"] = factories.member("jo", Role.HANDLER, ward.bodies["street"])
    return Road(ward, lamps)


@pytest.fixture
def year(ward: Ward, tmp_path: Path) -> None:
    """The work calendar of 2026 as published, loaded from its file."""
    days = "".join(f"{day},{'work' if works else 'rest'}\n" for day, works in YEAR_2026.items())
    report = load("calendar", tmp_path / "calendar.csv", f"date,kind\n{days}")
    assert report["created"] == len(YEAR_2026)
