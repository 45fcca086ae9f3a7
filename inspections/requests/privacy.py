"""Requesters' data: sealed under keys outside the database, found by a keyed mark, shown masked.

The first key of `PRIVACY_KEYS` seals and marks; all of them open and are searched, so that a key is
changed without a standstill: put the new one in front, reseal, drop the old one.
"""

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from core.errors import DomainError

# A mobile or fixed number, an identity number, an e-mail address: what a text may give away.
_NUMBERS = re.compile(r"(?<![\dA-Za-z])\+?\d(?:[ \-‐-―]?\d){6,17}[\dXx]?(?![\dA-Za-z])")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
HIDDEN = "***"
SHORTEST, LONGEST = 7, 15  # digits of a telephone number (E.164)


class Unsealable(DomainError):
    """The requester's data cannot be opened: the key it was sealed under is not among PRIVACY_KEYS."""

    status = 500
    zh = "无法解密诉求人信息：密钥不在 PRIVACY_KEYS 中。"


def seal(told: Mapping[str, str]) -> str:
    """The data as a token that only our keys open."""
    return _box().encrypt(json.dumps(dict(told), ensure_ascii=False).encode()).decode()


def unseal(token: str) -> dict[str, str]:
    """What was sealed; raises Unsealable."""
    if not token:
        return {}
    try:
        told: dict[str, str] = json.loads(_box().decrypt(token.encode()))
    except InvalidToken as closed:
        raise Unsealable from closed
    return told


def phone_mark(phone: str) -> str:
    """By which a number is found again without being kept: an HMAC under the first key."""
    return phone_marks(phone)[0]


def phone_marks(phone: str) -> list[str]:
    """The marks of a number under every key; a number that is none has a blank one."""
    number = normal_phone(phone)
    if not number:
        return [""]
    return [keyed("phone", number, key) for key in settings.PRIVACY_KEYS]


def keyed(purpose: str, text: str, key: str = "") -> str:
    """An HMAC of a text for one purpose; nobody without the key can try numbers against it."""
    secret = f"lamplighter.{purpose}|{key or settings.PRIVACY_KEYS[0]}".encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def normal_phone(phone: str) -> str:
    """The digits by which a number is the same number; blank if it is none.

    Full-width digits, blanks, hyphens and China's own prefix (+86, 0086) make no difference.
    """
    text = unicodedata.normalize("NFKC", phone).strip()
    if re.search(r"[^\d\s+()\-.‐-―]", text):
        return ""
    digits = re.sub(r"\D", "", text)
    if text.startswith("+86"):
        digits = digits[2:]
    elif digits.startswith("0086"):
        digits = digits[4:]
    elif len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    return digits if SHORTEST <= len(digits) <= LONGEST else ""


def masked_name(name: str) -> str:
    """张三 → 张*"""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 2) if name else ""


def masked_phone(phone: str) -> str:
    """13812345678 → 138****5678"""
    digits = normal_phone(phone)
    if not digits:
        return HIDDEN if phone else ""
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"{digits[:2]}****{digits[-2:]}"


def masked_email(email: str) -> str:
    """lamp@example.cn → l***@example.cn"""
    name, at, domain = email.partition("@")
    return f"{name[:1]}***@{domain}" if at else (HIDDEN if email else "")


MASKS = {"name": masked_name, "phone": masked_phone, "email": masked_email}


def without_numbers(text: str) -> str:
    """A text as it may be shown in public: telephone and identity numbers and addresses hidden."""
    for pattern in (_EMAIL, _NUMBERS):
        plain = text.translate(_HALF_WIDTH)  # of the same length, so that places agree
        for match in reversed([*pattern.finditer(plain)]):
            text = text[: match.start()] + HIDDEN + text[match.end() :]
    return text


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in settings.PRIVACY_KEYS])


def _fernet_key(secret: str) -> bytes:
    digest = hashlib.sha256(f"lamplighter.requesters|{secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest)
