"""The ward of the cases, its door for programs, and the key of a program that Ada's account lends."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from grid.organizations.use_cases import issue_token
from tests.inspections.conftest import Ward, evidence_folder, ward

__all__ = ["evidence_folder", "ward"]  # fixtures

DOOR = "/open311/v2"


class Program:
    """A program at the door: it has an address, perhaps a key, and no account."""

    def __init__(self, ward: Ward) -> None:
        self.client = Client(headers={"Accept-Language": "en"})
        self.ward = ward
        self.key = issue_token(ward.ada, actor=ward.ada)

    def get(self, path: str, **asked: Any) -> Any:
        """What is answered to a question."""
        return self.client.get(f"{DOOR}/{path}", asked)

    def read(self, path: str, **asked: Any) -> Any:
        """The JSON of an answer that must be good."""
        answer = self.get(path, **asked)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def send(self, *, ending: str = "json", headers: Any = None, **stated: Any) -> Any:
        """A report of a dark lamp, unless otherwise stated (None: not said at all)."""
        lon, lat = self.ward.lonlat(250, 250)
        usual = {
            "api_key": self.key,
            "service_code": "0118",
            "lat": lat,
            "long": lon,
            "description": "路灯不亮，请打 13812345678",
        }
        said = {name: value for name, value in {**usual, **stated}.items() if value is not None}
        return self.client.post(f"{DOOR}/requests.{ending}", said, headers=headers)

    def report(self, **stated: Any) -> str:
        """The id of a report that was taken."""
        answer = self.send(**stated)
        assert answer.status_code == 200, answer.content.decode()
        (told,) = answer.json()
        return str(told["service_request_id"])


@pytest.fixture
def program(ward: Ward) -> Program:
    """A program with a key."""
    return Program(ward)


def tree(answer: Any) -> ElementTree.Element:
    """An XML answer, with its declaration."""
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ElementTree.fromstring(answer.content)  # noqa: S314 (our own)
