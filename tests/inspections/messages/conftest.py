"""Receivers on this machine: a mail server, and an address that takes posts, real sockets both."""

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from pytest_django import Settings

from core.models import User
from grid.organizations.models import Organization, OrganizationKind, Role
from inspections.messages.delivery.models import Endpoint, Transport
from inspections.messages.delivery.use_cases.minding import name_endpoint
from inspections.messages.delivery.use_cases.queueing import queue_messages
from tests import factories


def number_events() -> None:
    """What a commit does: number the events of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def queue_all() -> None:
    """Number what has happened, and queue it."""
    number_events()
    while queue_messages():
        pass


@dataclass
class Post:
    """One post as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What it said."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """Takes posts; answers what the test says, in turn, the last answer for ever."""

    posts: list[Post] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(
        default_factory=lambda: [(200, {}, b'{"errcode":0,"errmsg":"ok"}')]
    )
    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/robot/send?access_token=t"

    def next_answer(self) -> tuple[int, dict[str, str], bytes]:
        """What it says now."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening(taken: Receiver) -> Iterator[Receiver]:
    """Let it take posts at a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            taken.posts.append(Post(self.path, dict(self.headers), body))
            status, headers, content = taken.next_answer()
            if not status:  # the line breaks without an answer
                self.close_connection = True
                return
            with contextlib.suppress(OSError):  # whoever asked may be dead
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.port = server.server_port
    thread = Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    yield taken
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An address of this machine that takes posts."""
    with listening(Receiver()) as taken:
        yield taken


@dataclass
class PostOffice:
    """A mail server of this machine; `refuses` is what it says to a recipient instead of taking him."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""

    async def handle_RCPT(  # noqa: N802 (as the server calls it)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take the recipient, or not."""
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


class AnyPort(Controller):
    """Listens where there is room."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """The city's mail server."""
    office = PostOffice()
    controller = AnyPort(office, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    settings.EMAIL_PORT = controller.port
    settings.DEFAULT_FROM_EMAIL = "lamplighter@city.example"
    settings.PUBLIC_ADDRESS = "https://city.example"
    yield office
    controller.stop()


@pytest.fixture
def admin(db: None) -> User:
    """Who runs the platform."""
    body = Organization.objects.filter(code="C001").first()
    body = body or factories.organization("C001", "指挥中心", OrganizationKind.CENTRE)
    return factories.member("root", Role.ADMINISTRATOR, body)


def endpoint(admin: User, transport: Transport, url: str, **named: Any) -> Endpoint:
    """A robot or program of this name."""
    usual: dict[str, Any] = {"name": transport.value, "secret": "SEC0"}
    return name_endpoint(actor=admin, transport=transport, url=url, **usual | named)
