"""Bytes as text, as mail programs in China really send them: GB2312 that is GB18030, charsets nobody knows."""

import binascii
from email.errors import HeaderParseError
from email.header import decode_header

_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
}
_NONE = {"", "default", "unknown-8bit", "us-ascii", "ascii", "x-unknown"}


def decoded(data: bytes, charset: str | None) -> str:
    """Text in the charset that is stated, else in the one that fits; nothing is refused."""
    stated = (charset or "").strip().strip("\"'").lower().replace("_", "-")
    stated = _WIDER.get(stated, stated)
    for candidate in ([] if stated in _NONE else [stated]) + ["utf-8", "gb18030"]:
        try:
            return _cleaned(data.decode(candidate))
        except (LookupError, ValueError):  # no such charset, or not in it
            continue
    return _cleaned(data.decode("utf-8", "replace"))


def decoded_header(raw: str | None) -> str:
    """A header's words: encoded ones (RFC 2047), raw bytes, or both."""
    if not raw:
        return ""
    unfolded = raw.replace("\r", "").replace("\n", "")
    data = unfolded.encode("utf-8", "surrogateescape")
    if not data.isascii():
        return " ".join(decoded(data, None).split())
    try:
        parts = decode_header(unfolded)
    except (HeaderParseError, binascii.Error, ValueError):
        return " ".join(unfolded.split())
    words = "".join(
        decoded(word, charset) if isinstance(word, bytes) else word for word, charset in parts
    )
    return " ".join(words.split())


def _cleaned(text: str) -> str:
    """Without what cannot be stored: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
