"""A public account's messages (微信公众号): signed by token, plain or encrypted XML, positions in GCJ-02.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
The plain mode's signature covers time and nonce but not the body, so a signature is good for one
body only (`run_once` in the view); the encrypted mode's covers the body.
"""

import base64
import binascii
import hashlib
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core.errors import Invalid
from grid.ground.datums import parse_datum
from inspections.intake.channels.adapters.reading import Note, as_note, read_instant
from inspections.intake.channels.adapters.xml import fields_in
from inspections.intake.channels.signatures import BadSignature, same
from inspections.intake.channels.use_cases import Incoming
from inspections.requests.use_cases import RequestRow, point_place
from inspections.requests.use_cases.recording import BadPlace

DATUM = "gcj02"
BLOCK = 32
LONGEST_TEXT = 10_000


class NotDecrypted(Invalid):
    """The message cannot be decrypted: the key of this channel (EncodingAESKey) is not that of the account."""

    zh = "消息无法解密：本渠道登记的 EncodingAESKey 与公众号的不一致。"


@dataclass(frozen=True)
class Spoken:
    """What a follower sent: a report, or (without `incoming`) a position, or neither.

    `media` are named and fetched later; a `picture` belongs to what was said just before, if anything was.
    """

    follower: str
    account: str
    kind: str
    incoming: Incoming | None = None
    position: tuple[float, float] | None = None
    notes: list[Note] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    picture: str = ""


def check_token(token: str, asked: Mapping[str, str], *more: str, name: str = "signature") -> None:
    """Raise BadSignature unless SHA-1 over token, time, nonce (and the encrypted text) is as stated."""
    known = token_signature(token, asked.get("timestamp", ""), asked.get("nonce", ""), *more)
    if not same(asked.get(name, ""), known):
        raise BadSignature


def token_signature(*parts: str) -> str:
    """SHA-1 over the parts in their order as text."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def read_spoken(told: Mapping[str, str]) -> Spoken:
    """One message of a follower."""
    follower, account = told.get("FromUserName", ""), told.get("ToUserName", "")
    kind = told.get("MsgType", "").lower()
    notes: list[Note] = []
    external_id = told.get("MsgId", "") or f"{follower}-{told.get('CreateTime', '')}"
    at = read_instant(notes, told.get("CreateTime", ""))
    if kind == "location":
        position = _position(notes, told)
        return Spoken(follower, account, kind, position=position, notes=notes)
    media = ""
    text = {
        "text": told.get("Content", ""),
        "voice": told.get("Recognition", ""),
        "link": "\n".join(filter(None, (told.get("Title", ""), told.get("Description", "")))),
    }.get(kind, "")
    if kind in {"image", "voice", "video", "shortvideo"}:
        media = told.get("MediaId", "")
        text = text or {"image": "[图片]", "voice": "[语音]"}.get(kind, "[视频]")
    if not text:
        return Spoken(follower, account, kind, notes=notes)
    picture = media if kind == "image" else ""
    incoming = Incoming(
        external_id=external_id,
        row=RequestRow(text=text[:LONGEST_TEXT], reported_at=at),
        sender=follower,
        notes=notes,
    )
    return Spoken(
        follower, account, kind, incoming=incoming, media=[media] if media else [], picture=picture
    )


def _position(notes: list[Note], told: Mapping[str, str]) -> tuple[float, float] | None:
    """The position sent, WGS84; Location_X is the latitude."""
    try:
        at = point_place(
            float(told.get("Location_Y", "")), float(told.get("Location_X", "")), parse_datum(DATUM)
        )
    except ValueError:
        notes.append({"code": "position_unreadable"})
    except BadPlace as refused:
        notes.append(as_note(refused))
    else:
        return at.x, at.y
    return None


# ── The encrypted mode: AES-256-CBC over 16 random bytes, length, message, account; PKCS#7 to 32 ──


def decrypted(key: str, text: str) -> bytes:
    """The message in an encrypted text; raises NotDecrypted."""
    try:
        secret = base64.b64decode(f"{key}=")
        box = Cipher(algorithms.AES256(secret), modes.CBC(secret[:16])).decryptor()
        padded = box.update(base64.b64decode(text, validate=True)) + box.finalize()
        plain = padded[: -padded[-1]]
        (length,) = struct.unpack(">I", plain[16:20])
    except (ValueError, IndexError, struct.error, binascii.Error) as wrong:
        raise NotDecrypted from wrong
    if len(plain) < 20 + length:
        raise NotDecrypted
    return plain[20 : 20 + length]


def encrypted(key: str, message: bytes, account: str) -> str:
    """A message as the encrypted mode wants it."""
    secret = base64.b64decode(f"{key}=")
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + account.encode()
    padding = BLOCK - len(plain) % BLOCK
    box = Cipher(algorithms.AES256(secret), modes.CBC(secret[:16])).encryptor()
    sealed = box.update(plain + bytes([padding]) * padding) + box.finalize()
    return base64.b64encode(sealed).decode()


def opened(key: str, token: str, asked: Mapping[str, str], body: bytes) -> dict[str, str]:
    """The fields of a message; with a key only encrypted ones are taken. Raises BadSignature, NotDecrypted, XmlUnreadable."""
    told = fields_in(body)
    if not key:
        check_token(token, asked)
        return told
    if "Encrypt" not in told:
        raise BadSignature
    check_token(token, asked, told["Encrypt"], name="msg_signature")
    return fields_in(decrypted(key, told["Encrypt"]))
