"""Messages between programs are signed: HMAC-SHA256 over time and body, under a secret of the two.

    X-Lamplighter-Timestamp: 1795600000
    X-Lamplighter-Signature: hex(HMAC-SHA256(secret, "1795600000." + body))

A gateway that cannot sign sends the secret itself: `Authorization: Bearer SECRET`. A signature
older than five minutes is refused; within them, the channel's own numbers let nothing in twice.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.errors import DomainError

TIMESTAMP, SIGNATURE = "X-Lamplighter-Timestamp", "X-Lamplighter-Signature"
FRESH = timedelta(minutes=5)


class BadSignature(DomainError):
    """The message is not signed with this channel's secret; see the head of docs/channels.md."""

    status = 401
    zh = "消息未使用本渠道的密钥签名，或签名有误；签名方法见 docs/channels.md。"


class SignatureTooOld(DomainError):
    """The signature's time lies more than five minutes from ours ({now}): sign anew, or set the clock."""

    status = 401
    zh = "签名时间与本系统时间（{now}）相差超过 5 分钟：请重新签名，或校准时钟。"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body at a time (Unix seconds)."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers under which a body is sent."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: signature(secret, timestamp, body)}


def check_signed(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Raise BadSignature or SignatureTooOld unless the sender knows the secret."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and same(token.strip(), secret):
        return
    timestamp = headers.get(TIMESTAMP, "").strip()
    given = headers.get(SIGNATURE, "").strip().lower().removeprefix("sha256=")
    if not timestamp or not same(given, signature(secret, timestamp, body)):
        raise BadSignature
    check_fresh(timestamp, now=now)


def check_fresh(timestamp: str, *, now: datetime) -> None:
    """Raise SignatureTooOld unless the time (Unix seconds) is near ours."""
    fresh = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    if not fresh or abs(int(timestamp) - now.timestamp()) > FRESH.total_seconds():
        raise SignatureTooOld(now=now.isoformat(timespec="seconds"))


def same(given: str, known: str) -> bool:
    """Whether two secrets are one, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), known.encode())
