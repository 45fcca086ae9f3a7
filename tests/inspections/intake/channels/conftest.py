"""Channels of the ward, and programs that bring reports to their addresses."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from rest_framework.test import APIClient

from grid.organizations.use_cases import service_user
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.use_cases import give_secret

SECRET = "a-secret-of-the-gateway"


def channel(code: str, word: str, name: str = "", **fields: Any) -> IntakeChannel:
    """A channel with its secret."""
    made: IntakeChannel = IntakeChannel.objects.create(
        code=code, name=name or code, channel=word, **fields
    )
    give_secret(made, actor=service_user("tests"), secret=SECRET)
    made.refresh_from_db()
    return made


@pytest.fixture
def sms(db: None) -> IntakeChannel:
    """The gateway of the hotline's text messages."""
    return channel("SMS-12345", "sms", "12345 短信")


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Headers as docs/channels.md tells an outside program to make them."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return {
        "X-Lamplighter-Timestamp": timestamp,
        "X-Lamplighter-Signature": digest.hexdigest(),
    }


def bring(code: str, told: dict[str, Any] | bytes, **headers: str) -> Any:
    """A signed message to a channel's address."""
    body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
    return APIClient().post(
        f"/intake/{code}/",
        body,
        content_type=headers.pop("content_type", "application/json"),
        headers=headers or signed(body),
    )
