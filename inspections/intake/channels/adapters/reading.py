"""Values as outside programs write them: people, instants, categories; what cannot be read is noted, not lost."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.errors import DomainError
from grid.catalogue.models import Category
from grid.ground.queries import the_city
from grid.jurisdiction.asking import UnknownCategory, category_of
from inspections.requests.models import RequesterKind
from inspections.requests.privacy import normal_phone
from inspections.requests.use_cases.requesters import Person

Note = dict[str, Any]
OLDEST = timedelta(days=7)  # what states an older time is taken down as of now


def first(told: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that says something, as text."""
    for name in names:
        value = told.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            text = str(value).replace("\x00", "").strip()
            if text:
                return text
    return ""


def read_person(
    notes: list[Note], *, name: str = "", phone: str = "", email: str = "", kind: str = ""
) -> Person | None:
    """Who speaks; a number or address that is none is left out and noted (without it)."""
    if phone and not normal_phone(phone):
        notes.append({"code": "phone_unreadable"})
        phone = ""
    if email:
        try:
            validate_email(email)
        except ValidationError:
            notes.append({"code": "email_unreadable"})
            email = ""
    words = {label: value for value, label in RequesterKind.choices}
    stated = words.get(kind, kind.lower())
    person = Person(
        name=name,
        phone=phone,
        email=email,
        kind=stated if stated in RequesterKind.values else RequesterKind.CITIZEN.value,
    )
    return person if person or person.kind != RequesterKind.CITIZEN else None


def read_category(notes: list[Note], word: str) -> tuple[Category | None, str]:
    """A category by code or name, else the word as it came."""
    if not word:
        return None, ""
    try:
        return category_of(word), ""
    except UnknownCategory:
        notes.append({"code": "unknown_category", "word": word[:200]})
        return None, word[:200]


def read_instant(notes: list[Note], text: str) -> datetime:
    """When it was said; now, with a note, if that cannot be read, lies ahead or a week behind."""
    return sane_instant(notes, _moment(text) if text else None, text)


def sane_instant(notes: list[Note], moment: datetime | None, stated: str) -> datetime:
    """The instant, if it can be when this was said; else now, with what was stated as a note."""
    now = timezone.now()
    if moment is not None and now - OLDEST <= moment <= now + timedelta(minutes=5):
        return min(moment, now)
    if stated:
        notes.append({"code": "time_not_taken", "stated": stated[:64]})
    return now


def _moment(text: str) -> datetime | None:
    """Unix seconds or milliseconds, or ISO 8601; without a zone it is city time."""
    try:
        if text.isascii() and text.isdecimal():
            seconds = int(text[:16])
            return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
        moment = parse_datetime(text)
        if moment is None:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(the_city().timezone))
    except (ValueError, OverflowError, OSError):
        return None


def read_number(notes: list[Note], told: Mapping[str, Any], name: str) -> float | None:
    """A number, or nothing, with a note if it is none."""
    text = first(told, name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        notes.append({"code": f"{name}_unreadable", "stated": text[:64]})
        return None


def as_note(refusal: DomainError) -> Note:
    """What was refused, for the record."""
    return {"code": refusal.code, "words": refusal.message}
