"""Which encoding a text is in: a BOM, else UTF-8 if all of it is, else GB18030 or a Western one."""

import codecs
from collections.abc import Iterable
from itertools import groupby

from exchange.readers.errors import UnreadableFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def known_encoding(name: str) -> str:
    """Python's name of an encoding that a person named; raises UnreadableFile."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        raise UnreadableFile(
            "unknown_encoding",
            f"the encoding {name!r} is not known; try utf-8, gb18030, big5 or cp1252",
        ) from None
    return "gb18030" if found in {"gbk", "gb2312"} else found


def detect(chunks: Iterable[bytes]) -> str:
    """The encoding of a text given in chunks of any size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, pairs, high, start = True, 0, 0, b""
    for chunk in chunks:
        if not start:
            start = chunk
            for bom, name in _BOMS:
                if chunk.startswith(bom):
                    return name
        if utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                utf8 = False
        if not utf8:
            # GB2312 text is pairs of bytes of A1 and above; Western text has them one by one.
            for is_high, run in groupby(chunk[:200_000], lambda byte: byte >= 0xA1):
                length = sum(1 for _ in run) if is_high else 0
                high += length
                pairs += length if length % 2 == 0 else 0
    if utf8:
        return "utf-8"
    return "gb18030" if high and pairs / high > 0.6 else "cp1252"
