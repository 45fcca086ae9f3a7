"""To a program, signed as the Standard Webhooks specification says (v1, HMAC-SHA256)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inspections.messages.delivery.transports.http import post
from inspections.messages.delivery.transports.outcome import Handing


def send_webhook(
    *,
    key: str,
    address: str,
    secret: str,
    told: Mapping[str, Any],
    now: datetime,
    handing: Handing,
) -> None:
    """Post it with its key: a program that has had the key before answers 2xx and does nothing."""
    content = json.dumps(dict(told), ensure_ascii=False, separators=(",", ":")).encode()
    moment = str(int(now.timestamp()))
    headers = {
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature(secret, key, moment, content)}",
    }
    post(address, content, headers, handing=handing)


def signature(secret: str, key: str, moment: str, content: bytes) -> str:
    """Base64 of the HMAC over `id.timestamp.content`."""
    signed = f"{key}.{moment}.".encode() + content
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
