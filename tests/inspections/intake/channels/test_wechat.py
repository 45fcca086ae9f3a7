"""A public account: whose address it is, text then position, plain and encrypted, nothing replayed."""

import hashlib
import time
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.gis.geos import Point
from rest_framework.test import APIClient

from grid.ground.datums import parse_datum, to_wgs84
from grid.organizations.use_cases import service_user
from inspections.intake.channels.adapters import wechat
from inspections.intake.channels.adapters.xml import as_xml, fields_in
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.use_cases import give_secret
from inspections.requests.models import ServiceRequest
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import SECRET, channel

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


@pytest.fixture
def account(db: None) -> IntakeChannel:
    return channel("WX", "wechat", "坪山发布")


def asked(nonce: str = "n1", *more: str, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(at or time.time()))
    parts = "".join(sorted([SECRET, timestamp, nonce, *more]))
    signature = hashlib.sha1(parts.encode(), usedforsecurity=False)
    return {
        "timestamp": timestamp,
        "nonce": nonce,
        "msg_signature" if more else "signature": signature.hexdigest(),
    }


def message(kind: str = "text", **more: str) -> bytes:
    usual = {
        "ToUserName": "gh_1",
        "FromUserName": "o-follower",
        "CreateTime": str(int(time.time())),
        "MsgType": kind,
        "MsgId": "1001",
    }
    return as_xml(usual | more)


def send(body: bytes, query: dict[str, str]) -> Any:
    address = "/intake/WX/?" + "&".join(f"{name}={value}" for name, value in query.items())
    return APIClient().post(address, body, content_type="text/xml")


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    return ElementTree.fromstring(answer.content).findtext("Content") or ""  # noqa: S314


def test_the_account_is_told_that_the_address_is_ours(account: IntakeChannel) -> None:
    client = APIClient()
    assert client.get("/intake/WX/", asked() | {"echostr": "77"}).content == b"77"
    wrong = asked() | {"echostr": "77", "nonce": "n2"}
    assert client.get("/intake/WX/", wrong).status_code == 401


@pytest.mark.mission("F1")
def test_text_then_position_becomes_a_case(ward: Ward, account: IntakeChannel) -> None:
    first = words(send(message(Content="路灯不亮"), asked()))
    kept = ServiceRequest.objects.get()
    assert (kept.channel, kept.place) == ("wechat", None)
    assert kept.tracking_code in first
    assert "位置" in first
    lon, lat = _gcj02(*ward.lonlat(250, 250))
    place = {"Location_X": str(lat), "Location_Y": str(lon), "Label": "同丰路"}
    answer = words(send(message("location", MsgId="1002", **place), asked("n2")))
    assert kept.tracking_code in answer
    kept.refresh_from_db()
    assert kept.place is not None
    assert kept.place.distance(_point(ward)) < 2e-5
    assert kept.cases.get().state == "reported"
    again = words(send(message("location", MsgId="1003", **place), asked("n3")))
    assert "已有记录" in again
    assert ServiceRequest.objects.count() == 1


def _gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The GCJ-02 position whose WGS84 one is this, by one step of correction."""
    east, north = (float(value[0]) for value in to_wgs84([lon], [lat], parse_datum("gcj02")))
    return 2 * lon - east, 2 * lat - north


def _point(ward: Ward) -> Any:
    return Point(*ward.lonlat(250, 250), srid=4326)


def test_a_message_repeated_or_replayed_is_taken_in_once(
    ward: Ward, account: IntakeChannel
) -> None:
    body = message(Content="路灯不亮")
    query = asked()
    first = words(send(body, query))
    assert words(send(body, query)) == first  # the platform asks again
    assert words(send(body, asked("n9"))) == first  # and signs anew
    assert ServiceRequest.objects.count() == 1
    forged = send(message(Content="转账", MsgId="6"), query)  # another body under a signature seen
    assert (forged.status_code, forged.json()["code"]) == (409, "different_content")
    old = send(message(Content="旧", MsgId="7"), asked(at=time.time() - 900))
    assert (old.status_code, old.json()["code"]) == (401, "signature_too_old")
    assert ServiceRequest.objects.count() == 1


def test_what_is_no_report_is_answered_all_the_same(ward: Ward, account: IntakeChannel) -> None:
    assert "文字" in words(send(message("event", Event="subscribe"), asked("a")))
    place = {"Location_X": "29.5", "Location_Y": "106.5"}
    assert "先用文字" in words(send(message("location", **place), asked("b")))
    assert send(message("music", MsgId="5"), asked("c")).content == b"success"
    assert not ServiceRequest.objects.exists()
    assert "已受理" in words(send(message("image", MsgId="8", MediaId="m"), asked("d")))
    assert ServiceRequest.objects.get().receipt.notes[0]["media"] == "m"


@pytest.mark.parametrize(
    "body", [b"", b"<xml>", b'<!DOCTYPE x [<!ENTITY a "b">]><xml><a>&a;</a></xml>', b"\xff\xfe<"]
)
def test_what_is_no_plain_xml_is_refused(account: IntakeChannel, body: bytes) -> None:
    answer = send(body, asked())
    assert (answer.status_code, answer.json()["code"]) == (400, "xml_unreadable")


def test_the_encrypted_mode(ward: Ward, account: IntakeChannel) -> None:
    give_secret(account, actor=service_user("tests"), secret=SECRET, aes_key=KEY)
    sealed = wechat.encrypted(KEY, message(Content="路灯不亮"), "gh_1")
    body = as_xml({"ToUserName": "gh_1", "Encrypt": sealed})
    answer = send(body, asked("n1", sealed))
    assert answer.status_code == 200, answer.content
    told = fields_in(answer.content)
    signature = wechat.token_signature(SECRET, told["TimeStamp"], told["Nonce"], told["Encrypt"])
    assert told["MsgSignature"] == signature
    reply = fields_in(wechat.decrypted(KEY, told["Encrypt"]))
    assert ServiceRequest.objects.get().tracking_code in reply["Content"]
    assert send(message(Content="明文"), asked("n2")).status_code == 401
    broken = as_xml({"Encrypt": sealed[:-8]})
    assert send(broken, asked("n3", sealed[:-8])).json()["code"] == "not_decrypted"
