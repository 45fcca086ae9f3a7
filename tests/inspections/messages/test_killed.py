"""A worker killed in the middle of sending: nothing is lost, and nothing comes twice."""

import subprocess
import sys
from collections.abc import Iterator
from threading import Event

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from core.models import User
from grid.organizations.models import Role
from inspections.messages.delivery.models import Message, OutboxReader, Transport
from inspections.messages.delivery.use_cases.queueing import queue_messages
from inspections.messages.delivery.use_cases.sending import LEASE, send_messages
from tests import factories
from tests.clones import Clone, at_once
from tests.inspections.conftest import case_in, ward_here
from tests.inspections.messages.conftest import Receiver, endpoint, listening

SEND = (
    "import django; django.setup();"
    "from inspections.messages.delivery.use_cases.sending import send_messages; send_messages()"
)


class Holding(Receiver):
    """Lets two posts pass; holds the third until the test lets go."""

    def __init__(self) -> None:
        super().__init__()
        self.held, self.go = Event(), Event()

    def next_answer(self) -> tuple[int, dict[str, str], bytes]:
        if len(self.posts) == 3:
            self.held.set()
            self.go.wait(60)
        return super().next_answer()


@pytest.fixture
def holding() -> Iterator[Holding]:
    """A receiver that holds on."""
    with listening(Holding()) as taken:
        assert isinstance(taken, Holding)
        yield taken


@pytest.mark.usefixtures("evidence_folder")
@pytest.mark.parametrize("transport", [Transport.WEBHOOK, Transport.WECOM])
def test_killed_while_handing_over(clone_db: Clone, holding: Holding, transport: Transport) -> None:
    ward = ward_here()
    admin: User = factories.member("root", Role.ADMINISTRATOR, ward.bodies["centre"])
    endpoint(admin, transport, holding.url, organization=ward.bodies["lamp"])
    for number in range(5):
        case_in(ward, "dispatched", text=f"第 {number} 盏")
    while queue_messages():
        pass
    environment = clone_db.environment | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LAMPLIGHTER_PRIVACY_KEY": settings.PRIVACY_KEYS[0],
    }
    worker = subprocess.Popen([sys.executable, "-c", SEND], env=environment)
    try:
        assert holding.held.wait(120)
    finally:
        worker.kill()
        worker.wait()
    holding.go.set()
    with time_machine.travel(timezone.now() + LEASE, tick=False):
        send_messages()
    said = [post.body for post in holding.posts]
    keys = [post.headers.get("webhook-id") for post in holding.posts]
    states = sorted(Message.objects.filter(transport=transport).values_list("state", flat=True))
    assert len(set(said)) == 5  # all five came
    if transport == Transport.WEBHOOK:  # again, with the key by which it is known
        assert states == ["sent"] * 5
        assert len(keys) == 6
        assert len(set(keys)) == 5
    else:  # and of a robot, which would say it twice, the desk decides
        assert states == ["sent"] * 4 + ["unsure"]
        assert len(said) == 5


def test_two_readers_queue_once(clone_db: Clone) -> None:
    ward = ward_here()
    for _ in range(3):
        case_in(ward, "dispatched")
    at_once([queue_messages] * 4)
    queue_messages()
    assert Message.objects.filter(kind="dispatched").count() == 3
    assert OutboxReader.objects.get().seq > 0
