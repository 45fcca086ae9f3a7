"""What a program sends, read and checked."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point, Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Invalid, Missing
from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.ground.models import City
from grid.jurisdiction.asking import ACCURACY_LIMIT_M, Place, instant_of
from inspections.intake.open311.models import Datatype
from inspections.intake.open311.queries import Wanted, category_coded
from inspections.intake.open311.questions import (
    ACCURACY,
    FACILITY,
    BadAnswer,
    answers_in_words,
    attributes_of,
)
from inspections.intake.open311.use_cases import Stated, place_of_address
from inspections.requests.use_cases.requesters import Person

LONGEST_TEXT, LONGEST_ANSWER = 4_000, 1_000
SPAN = timedelta(days=90)
MOST = 1_000
FARTHEST = 100_000
KNOWN = {"open": False, "closed": True}
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,64})\](?:\[\])?")


class ServiceCodeNeeded(Invalid):
    """service_code was not provided: choose one from the list of services."""

    zh = "缺少 service_code：请从服务列表中选择。"


class UnknownService(Missing):
    """service_code '{service_code}' was not found: choose one from the list of services."""

    zh = "没有 service_code“{service_code}”：请从服务列表中选择。"


class LocationNeeded(Invalid):
    """Say where: lat and long, or address_string, or address_id (the code of a facility)."""

    zh = "请说明位置：lat 与 long，或 address_string，或 address_id（部件编码）。"


class PhotosNeedAPlace(Invalid):
    """Photos prove a place: send lat and long with them, or the report without photos."""

    zh = "照片须附位置：请同时发送 lat 与 long，或不附照片上报。"


class UnknownAddress(Invalid):
    """There is no address_id '{address_id}': it is the code of a facility, as on its plate."""

    zh = "没有 address_id“{address_id}”：应为部件编码，如号牌所示。"


class TextTooLong(Invalid):
    """'{name}' is too long: at most {most} characters."""

    zh = "{name} 过长：最多 {most} 个字符。"


class BadParameter(Invalid):
    """{name} cannot be '{value}': {expected}."""

    zh = "{name} 不能为“{value}”：应为 {expected}。"


class SpanTooLong(Invalid):
    """start_date and end_date may not be more than 90 days apart; ask for one span after the other."""

    zh = "start_date 与 end_date 相距不得超过 90 天；请分段查询。"


def text_in(given: Mapping[str, Any], name: str, most: int = 500) -> str:
    """A parameter as text without blanks around it; not given and empty are the same."""
    text = str(given.get(name) or "").replace("\x00", "").strip()
    if len(text) > most:
        raise TextTooLong(name=name, most=most)
    return text


def number_in(given: Mapping[str, Any], name: str) -> float | None:
    """A parameter as a number; raises BadParameter."""
    text = text_in(given, name, 40)
    if not text:
        return None
    try:
        return float(text)
    except ValueError as wrong:
        raise BadParameter(name=name, value=text, expected=_("数字")) from wrong


def point_in(given: Mapping[str, Any]) -> Point | None:
    """lat and long (as some clients write it: lng, lon); raises BadParameter, InvalidPlace."""
    lat = number_in(given, "lat")
    found = (number_in(given, name) for name in ("long", "lng", "lon"))
    lon = next((value for value in found if value is not None), None)
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        raise LocationNeeded
    place = Place(lon, lat)
    return Point(place.lon, place.lat, srid=4326)


def category_in(given: Mapping[str, Any]) -> Category:
    """The category of service_code; raises ServiceCodeNeeded, UnknownService."""
    code = text_in(given, "service_code", 100)
    if not code:
        raise ServiceCodeNeeded
    category = category_coded(code)
    if category is None:
        raise UnknownService(service_code=code)
    return category


def report_in(
    given: Mapping[str, Any], many: Mapping[str, Sequence[str]], *, photos: Sequence[str] = ()
) -> Stated:
    """A report as posted; `many` holds all values of each name. Raises what is wrong with it."""
    category = category_in(given)
    questions = attributes_of(category)
    answers = _answers(many)
    told = answers_in_words(questions, answers)
    place, facility_code = point_in(given), ""
    address, address_id = text_in(given, "address_string"), text_in(given, "address_id", 100)
    stated = next(iter(answers.get(FACILITY, [])), "")
    if stated and Facility.objects.filter(code=stated).exists():
        facility_code = stated
    if place is None and (address_id or facility_code):
        found = place_of_address(address_id or facility_code)
        if found is None and not address:
            raise UnknownAddress(address_id=address_id or facility_code)
        place, facility_code = found or (None, facility_code)
    if place is None and not address:
        raise LocationNeeded
    if place is None and photos:
        raise PhotosNeedAPlace
    return Stated(
        category=category,
        text=text_in(given, "description", LONGEST_TEXT),
        place=place,
        accuracy_m=_accuracy(answers),
        address=address,
        address_id=address_id,
        facility_code=facility_code,
        media_url=text_in(given, "media_url", 2_000),
        person=_person(given),
        answers=answers,
        told=told,
        photos=photos,
    )


def _person(given: Mapping[str, Any]) -> Person:
    first, last = text_in(given, "first_name", 100), text_in(given, "last_name", 100)
    western = (first + last).isascii()
    name = f"{first} {last}" if western else f"{last}{first}"
    return Person(
        name=name.strip(), phone=text_in(given, "phone", 40), email=text_in(given, "email", 254)
    )


def _answers(many: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """`attribute[CODE]=v` and `attribute[CODE][]=v`, blanks left out."""
    answers: dict[str, list[str]] = {}
    for name, values in many.items():
        matched = _ATTRIBUTE.fullmatch(name)
        said = [str(value).replace("\x00", "").strip() for value in values]
        said = [value for value in said if value]
        if matched and said:
            if any(len(value) > LONGEST_ANSWER for value in said):
                raise TextTooLong(name=name, most=LONGEST_ANSWER)
            answers.setdefault(matched[1], []).extend(said)
    return answers


def _accuracy(answers: Mapping[str, list[str]]) -> float | None:
    said = answers.get(ACCURACY)
    metres = float(said[0]) if said else None
    if metres is not None and not 0 <= metres <= ACCURACY_LIMIT_M:
        raise BadAnswer(code=ACCURACY, value=said[0] if said else "", datatype=Datatype.NUMBER)
    return metres


def wanted_in(given: Mapping[str, Any], city: City) -> Wanted:
    """What a list of requests is narrowed to; by default the last 90 days."""
    now = timezone.now()
    start, end = _instant(given, "start_date", city), _instant(given, "end_date", city)
    if start and end and not timedelta() <= end - start <= SPAN:
        raise SpanTooLong
    if start is None:
        start = (end or now) - SPAN
    end = end or start + SPAN
    codes = [code for code in text_in(given, "service_code", 10_000).split(",") if code.strip()]
    categories = [category_coded(code.strip()) for code in codes]
    words = {word.strip().lower() for word in text_in(given, "status", 100).split(",")} - {""}
    if words - set(KNOWN):
        value = ",".join(sorted(words))
        raise BadParameter(name="status", value=value, expected="open, closed")
    return Wanted(
        start=start,
        end=end,
        categories=[found for found in categories if found] if codes else None,
        closed=KNOWN[words.pop()] if len(words) == 1 else None,
        box=_box(given),
    )


def page_in(given: Mapping[str, Any]) -> tuple[int, int]:
    """How many to skip and how many to give: `page` from 1, `page_size` up to 1,000."""
    page, size = _whole(given, "page", 1, FARTHEST), _whole(given, "page_size", MOST, MOST)
    if (page - 1) * size > FARTHEST:
        raise BadParameter(name="page", value=page, expected=_("较小的页码；请用日期缩小范围"))
    return (page - 1) * size, size


def keys_in(given: Mapping[str, Any]) -> list[int]:
    """service_request_id, one or several; what is no id of ours is left out."""
    parts = text_in(given, "service_request_id", 20_000).split(",")
    return [key for part in parts[:MOST] for key in [key_of(part)] if key is not None]


def key_of(text: str) -> int | None:
    """The key of a service_request_id."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _whole(given: Mapping[str, Any], name: str, default: int, most: int) -> int:
    text = text_in(given, name, 20)
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise BadParameter(name=name, value=text, expected=f"1…{most}")
    return int(text)


def _instant(given: Mapping[str, Any], name: str, city: City) -> datetime | None:
    """A date-time; a `+` before the offset that came as a blank is put right."""
    text = text_in(given, name, 64)
    mended = re.sub(r"(T[\d:.]+) (\d\d:?\d\d)$", r"\1+\2", text)
    return instant_of(mended, city) if text else None


def _box(given: Mapping[str, Any]) -> Polygon | None:
    """bbox=west,south,east,north in degrees."""
    text = text_in(given, "bbox", 200)
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as wrong:
        raise BadParameter(name="bbox", value=text[:50], expected="W,S,E,N") from wrong
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadParameter(name="bbox", value=text[:50], expected="W,S,E,N")
    box: Polygon = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    return box
