"""How a name sounds and how it is shortened when typed: `通丰路` → `tongfenglu`, `tfl`. Pure."""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product
from typing import Any

from pypinyin import lazy_pinyin

MOST_READINGS = 4
LONGEST = 200
# Characters of place names that people read in two ways; the first reading depends on the word.
TWO_WAYS = {
    "长": ("chang", "zhang"),
    "重": ("chong", "zhong"),
    "行": ("hang", "xing"),
    "朝": ("chao", "zhao"),
    "乐": ("le", "yue"),
    "曾": ("ceng", "zeng"),
    "单": ("dan", "shan"),
    "厦": ("xia", "sha"),
    "巷": ("xiang", "hang"),
    "堡": ("bao", "pu"),
    "会": ("hui", "kuai"),
    "调": ("diao", "tiao"),
    "传": ("chuan", "zhuan"),
}
_HAN = "\\u3400-\\u9fff\\U00020000-\\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_CHINESE = re.compile(rf"[{_HAN}]")


def folded(text: str) -> str:
    """The letters and digits alone, wide ones as narrow ones, small."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_RUNS.findall(plain))[:LONGEST]


def readings(name: str) -> list[tuple[str, str]]:
    """(initials, pinyin) of a name, the likeliest reading first; what is not Chinese stays as it is."""
    runs = _RUNS.findall(unicodedata.normalize("NFKC", name[:LONGEST]).casefold())
    each = [_of_run(run) for run in runs]
    whole = islice(product(*each), MOST_READINGS)
    return list(
        dict.fromkeys(
            ("".join(short for short, _ in parts), "".join(long for _, long in parts))
            for parts in whole
        )
    )


def _apart(unknown: str) -> Any:
    """Characters of which no sound is known, one by one."""
    return list(unknown)


@lru_cache(maxsize=50_000)
def _of_run(run: str) -> tuple[tuple[str, str], ...]:
    """The readings of letters of one kind. Most names of a million share a few runs, hence the cache."""
    if not _CHINESE.match(run):
        return ((run, run),)
    likely = lazy_pinyin(run, errors=_apart)
    ways = [likely]
    for place, character in enumerate(run):
        for other in TWO_WAYS.get(character, ()):
            if other != likely[place]:
                ways.append([*likely[:place], other, *likely[place + 1 :]])
    return tuple(
        ("".join(syllable[0] for syllable in way), "".join(way)) for way in ways[:MOST_READINGS]
    )
