"""The closing conditions of a duty as a list to be ticked; plain values."""

import re
from collections.abc import Collection

_BREAKS = re.compile(r"\s*(?:\r?\n|；|;)\s*")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[.、)）．]\s*")


def conditions_of(text: str) -> list[str]:
    """One condition a line, or between semicolons; their numbers are left out."""
    parts = (_NUMBERED.sub("", part).strip(" 。.") for part in _BREAKS.split(text))
    return [part for part in parts if part]


def ticked(text: str, met: Collection[int]) -> list[dict[str, object]]:
    """Each condition with whether it was met; `met` are their places, from 0."""
    return [{"text": one, "met": place in met} for place, one in enumerate(conditions_of(text))]
