"""What a question is found by: pairs of Chinese letters, whole words of others; plain text in, plain words out."""

import re
import unicodedata
from collections.abc import Iterator

MOST_WORDS = 2_000
LONGEST_WORD = 40
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<other>[^\W_{_HAN}]+)")


def words_of(*texts: str) -> list[str]:
    """The words of texts, each once, sorted; a Chinese letter that stands alone is a word."""
    found = {word for text in texts for word in _words(text)}
    return sorted(found)[:MOST_WORDS]


def _words(text: str) -> Iterator[str]:
    for run in _RUNS.finditer(unicodedata.normalize("NFKC", text).lower()):
        if letters := run["han"]:
            yield from (letters[at : at + 2] for at in range(max(1, len(letters) - 1)))
        else:
            yield run["other"][:LONGEST_WORD]
