"""Limits as the catalogue writes them (`30min`, `4wh`, `5wd`, `2h`): well formed, and compared."""

import re

from core.errors import Invalid

_LIMIT = re.compile(r"(\d{1,5})(min|h|wh|wd)")
_MINUTES = {"min": ("natural", 1), "h": ("natural", 60), "wh": ("work", 1), "wd": ("days", 1)}


class BadLimit(Invalid):
    """'{limit}' is no limit: write 30min, 2h (natural hours), 4wh (work hours) or 5wd (work days)."""

    zh = "“{limit}”不是时限：请写 30min、2h（自然小时）、4wh（工作小时）或 5wd（工作日）。"


def limit_written(text: str) -> str:
    """The limit as it is kept, or blank; raises BadLimit."""
    written = text.replace(" ", "").lower()
    found = _LIMIT.fullmatch(written)
    if written and (found is None or int(found[1]) == 0):
        raise BadLimit(limit=text[:30])
    return written


def is_shorter(before: str, after: str) -> bool | None:
    """Whether the later limit is shorter; None where they count differently, or one is blank."""
    old, new = _LIMIT.fullmatch(before), _LIMIT.fullmatch(after)
    if old is None or new is None:
        return None
    (kind, unit), (other, other_unit) = _MINUTES[old[2]], _MINUTES[new[2]]
    if kind != other:
        return None
    return int(new[1]) * other_unit < int(old[1]) * unit
