"""Pictures that a public account only names: fetched by the worker, evidence of what was said; nothing lost."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from core.audit import subject_of
from grid.evidence.models import Evidence
from grid.evidence.queries import Subject, evidence_of
from inspections.intake.channels.media.models import ChannelMedia
from inspections.intake.channels.media.use_cases import fetch_due
from inspections.intake.channels.models import IntakeChannel
from inspections.requests.models import ServiceRequest
from tests.conftest import client_of
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import channel
from tests.inspections.intake.channels.test_wechat import asked, message, send, words
from tests.photos import photo


@dataclass
class Gateway:
    """Where the account's pictures lie: how it answers, one after the other, and what it was asked."""

    account: IntakeChannel
    answers: list[tuple[int, str, bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def gateway(ward: Ward) -> Iterator[Gateway]:
    found = Gateway(channel("WX", "wechat", "坪山发布"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.paths.append(self.path)
            status, kind, body = found.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.account.media_url = f"http://127.0.0.1:{server.server_port}/media?id={{media_id}}"
    found.account.save()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def evidence() -> list[Evidence]:
    request = ServiceRequest.objects.get()
    return list(evidence_of(Subject(*subject_of(request), request.code)))


def picture(**more: str) -> bytes:
    return message("image", **{"MsgId": "8", "MediaId": "m/1&x"} | more)


@pytest.mark.mission("F1")
def test_a_picture_becomes_evidence_of_what_was_said_before_it(
    ward: Ward, gateway: Gateway
) -> None:
    send(message(Content="路灯不亮"), asked("a"))
    assert "附在刚才的诉求后" in words(send(picture(), asked("b")))
    words(send(picture(), asked("c")))  # the platform asks again
    assert not evidence()
    gateway.answers = [(200, "image/jpeg", photo())]
    assert fetch_due(timezone.now()) == 1
    assert gateway.paths == ["/media?id=m%2F1%26x"]
    (kept,) = evidence()
    assert (kept.filename, kept.file.is_photo) == ("photo-1", True)
    assert fetch_due(timezone.now()) == 0


def test_a_picture_alone_is_a_request_that_waits_and_is_fetched_when_the_gateway_is_back(
    ward: Ward, gateway: Gateway
) -> None:
    assert "已受理" in words(send(picture(), asked("a")))
    now = timezone.now()
    gateway.answers = [(503, "text/plain", b""), (200, "image/jpeg", photo())]
    assert (fetch_due(now), fetch_due(now)) == (0, 0)  # not again at once
    assert fetch_due(now + timedelta(minutes=2)) == 1
    assert len(evidence()) == 1
    (row,) = client_of(ward.ada).get("/api/v1/desk/inbox/").json()["results"]
    assert (row["text"], row["waits_for"]) == ("[图片]", "place")
    assert ServiceRequest.objects.get().receipt.notes == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((200, "application/json", b'{"errcode":40007}'), "40007"),
        ((404, "text/plain", b""), "404"),
        ((302, "text/plain", b""), "302"),
        ((200, "image/jpeg", b"not a picture"), ""),
    ],
)
def test_what_cannot_be_had_is_noted_for_the_desk(
    ward: Ward, gateway: Gateway, answer: tuple[int, str, bytes], why: str
) -> None:
    send(message(Content="路灯不亮"), asked("a"))
    send(picture(), asked("b"))
    gateway.answers = [answer]
    assert fetch_due(timezone.now()) == 0
    media = ChannelMedia.objects.get()
    assert (media.given_up_at is not None, why in media.answer) == (True, True)
    (note,) = ServiceRequest.objects.get().receipt.notes
    assert (note["code"], note["media"]) == ("media_not_fetched", "m/1&x")
    assert not evidence()


def test_after_three_days_it_is_given_up_and_said(ward: Ward, gateway: Gateway) -> None:
    send(picture(), asked("a"))
    ChannelMedia.objects.update(asked_at=timezone.now() - timedelta(days=3))
    gateway.answers = [(503, "text/plain", b"")]
    assert fetch_due(timezone.now()) == 0
    assert ChannelMedia.objects.get().given_up_at is not None
    assert ServiceRequest.objects.get().receipt.notes[0]["code"] == "media_not_fetched"
