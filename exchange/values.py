"""Reading single values: names, codes, days, instants, words, lists, limits; as dirty as they come."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\ufeff]")
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d+))?秒?)?分?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2})(\d{2})(\d{2})?)?")
_LIMIT = re.compile(r"(\d{1,5})\s*(\S+)")
_UNITS = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分钟", "分"), ("min", 1)),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时"), ("h", 1)),
    **dict.fromkeys(("d", "day", "days", "天", "日", "自然日"), ("h", 24)),
    **dict.fromkeys(("wh", "工作时", "工作小时", "个工作时"), ("wh", 1)),
    **dict.fromkeys(("wd", "工作日", "个工作日"), ("wd", 1)),
}
_TRUE = {"1", "true", "t", "yes", "y", "是", "on"}
_FALSE = {"0", "false", "f", "no", "n", "否", "off"}
_NOBODY = {"", "-", "--", "/", "n/a", "na", "none", "null", "nil", "unknown", "不详", "不明", "未知",
           "无", "无主", "权属不明", "待定", "待确认"}  # fmt: skip
# Beyond this a float no longer tells one whole number from the next.
MOST_EXACT = 2.0**53
_TURNED_INTO_NUMBER = re.compile(r"\d\.\d+[eE]\+?\d+|\d[eE]\+\d+")
SENSIBLE_YEARS = range(1800, 2200)


class BadValue(Exception):
    """One value cannot be read; the code names the reason, the message shows the value."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


Parser = Callable[[Any, tzinfo], Any]


def plain(value: Any) -> str:
    """Any value as trimmed text without control characters; nothing and NaN are ''."""
    if value is None:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        if value.is_integer() and abs(value) <= MOST_EXACT:
            return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return _CONTROL.sub("", str(value)).strip()


def named(value: Any) -> str:
    """A name or code in one spelling: NFKC (full-width letters and spaces), single inner blanks."""
    return " ".join(unicodedata.normalize("NFKC", plain(value)).split())


def read_text(value: Any, zone: tzinfo) -> str | None:
    """Prose: kept as it is, trimmed."""
    return plain(value) or None


def read_name(value: Any, zone: tzinfo) -> str | None:
    """A name or a code, in one spelling."""
    return named(value) or None


def read_body(value: Any, zone: tzinfo) -> str | None:
    """The name of a body; words that say that nobody knows are nothing."""
    name = named(value)
    return None if name.casefold() in _NOBODY else name


def read_code(value: Any, zone: tzinfo) -> str | None:
    """A code: a name of at most 64 characters."""
    code = named(value)
    if len(code) > 64:
        raise BadValue("wrong_code", f"the code {code[:70]!r} is longer than 64 characters")
    if _TURNED_INTO_NUMBER.fullmatch(code):
        raise BadValue(
            "wrong_code",
            f"a spreadsheet made a number of this code and lost its digits ({code}); "
            "format the column as text and save the file again",
        )
    return code or None


def read_list(value: Any, zone: tzinfo) -> list[str]:
    """Names parted by `;` (or the Chinese ； and 、)."""
    return [name for part in re.split(r"[;；、\n]", plain(value)) if (name := named(part))]


def read_moment(value: Any, zone: tzinfo) -> datetime | None:
    """An instant: ISO, slashed, dotted, Chinese, compact, or epoch; without a zone it is city time."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    text = unicodedata.normalize("NFKC", plain(value))
    if not text:
        return None
    try:
        moment = _moment(text, zone)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year not in SENSIBLE_YEARS:
        raise BadValue("bad_date", f"{text!r} is not a date; write 2026-01-31")
    return moment


def read_day(value: Any, zone: tzinfo) -> date | None:
    """The calendar day of an instant in city time."""
    moment = read_moment(value, zone)
    return moment.astimezone(zone).date() if moment else None


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if re.fullmatch(r"\d{13}(\.0)?", text):
        return datetime.fromtimestamp(int(text[:13]) / 1000, tz=UTC)
    if re.fullmatch(r"\d{9,10}", text):
        return datetime.fromtimestamp(int(text), tz=UTC)
    if match := _COMPACT.fullmatch(text):
        return datetime(*(int(part or 0) for part in match.groups()), tzinfo=zone)  # type: ignore[misc, arg-type]
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day, hour, minute, second, fraction, offset = match.groups()
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")), tzinfo=zone,
        )  # fmt: skip
        return moment.replace(tzinfo=_offset(offset)) if offset else moment
    return None


def _offset(text: str) -> tzinfo:
    iso = text if text == "Z" else f"{text[:3]}:{text[3:].lstrip(':') or '00'}"
    found = datetime.fromisoformat(f"2000-01-01T00:00:00{iso}").tzinfo
    if found is None:
        raise ValueError(text)
    return found


def read_limit(value: Any, zone: tzinfo) -> str | None:
    """A limit in its one spelling: `30min`, `2h`, `4wh`, `5wd`; days become hours."""
    text = named(value).lower().replace(" ", "")
    if not text:
        return None
    match = _LIMIT.fullmatch(text)
    unit = _UNITS.get(match[2]) if match else None
    if match is None or unit is None or int(match[1]) == 0:
        raise BadValue("bad_limit", f"{text!r} is not a limit; write 30min, 2h, 4wh or 5wd")
    return f"{int(match[1]) * unit[1]}{unit[0]}"


def read_number(value: Any, zone: tzinfo) -> float | None:
    """A number, a decimal comma allowed."""
    text = named(value).replace(" ", "")
    if not text:
        return None
    try:
        number = float(text if "." in text else text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if number != number or number in {float("inf"), float("-inf")}:
        raise BadValue("bad_number", f"{text!r} is not a number")
    return number


def read_count(value: Any, zone: tzinfo) -> int | None:
    """A whole number from 0 to 1000."""
    number = read_number(value, zone)
    if number is not None and (number != int(number) or not 0 <= number <= 1000):
        raise BadValue("bad_number", f"{plain(value)!r} is not a whole number from 0 to 1000")
    return None if number is None else int(number)


def read_flag(value: Any, zone: tzinfo) -> bool | None:
    """Yes or no, in either language."""
    word = named(value).lower()
    if not word:
        return None
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise BadValue("unknown_word", f"{word!r} is neither yes nor no")


def one_of(choices: Mapping[str, tuple[str, ...]], what: str) -> Parser:
    """A word of a closed list, or one of its synonyms."""
    lookup = {word.casefold(): name for name, words in choices.items() for word in (name, *words)}

    def read(value: Any, zone: tzinfo) -> str | None:
        word = named(value).casefold()
        if not word:
            return None
        found = lookup.get(word) or lookup.get(re.sub(r"[\s-]+", "_", word))
        if found is None:
            raise BadValue(
                f"unknown_{what}",
                f"{what} {plain(value)!r} is not known; one of {', '.join(choices)}",
            )
        return found

    return read


def some_of(choices: Mapping[str, tuple[str, ...]], what: str) -> Parser:
    """A list of words of a closed list."""
    one = one_of(choices, what)

    def read(value: Any, zone: tzinfo) -> list[str]:
        return [one(word, zone) for word in read_list(value, zone)]

    return read
