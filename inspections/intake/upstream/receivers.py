"""What a platform above sends to its channel's address: an order, or a word about one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.errors import Invalid, Missing
from grid.ground.queries import the_city
from inspections.cases.models import Rating
from inspections.intake.channels.adapters.messages import MessageIncomplete, message_of, told_in
from inspections.intake.channels.adapters.reading import first
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.receivers import CREATED, OK, answer_by, intake_user, told
from inspections.intake.channels.signatures import check_signed
from inspections.intake.channels.use_cases.registry import secret_of
from inspections.intake.channels.use_cases.taking import short_id
from inspections.intake.upstream.models import UpstreamLink, UpstreamOrder, WordKind
from inspections.intake.upstream.use_cases import hear, take_order
from inspections.requests.models import Channel
from inspections.requests.privacy import without_numbers

QUESTIONS = ("contacted", "solved", "effect_ok", "attitude_ok")


class NoLink(Missing):
    """The channel '{channel}' is not linked to a platform above: add the link on /admin/."""

    zh = "渠道“{channel}”尚未登记上级平台对接：请在 /admin/ 添加。"


class BadDeadline(Invalid):
    """'{field}' is no time: write 2026-11-21T18:00:00+08:00 (city time without an offset)."""

    zh = "“{field}”不是时间：请写成 2026-11-21T18:00:00+08:00（不写时区即本市时间）。"


class UnknownWordKind(Invalid):
    """'kind' is order, urge, callback, extension, return or withdraw, not '{kind}'."""

    zh = "kind 应为 order、urge、callback、extension、return 或 withdraw，而不是“{kind}”。"


class UnknownOrder(Missing):
    """There is no order '{number}' of this platform."""

    zh = "本平台没有编号为“{number}”的工单。"


class UnknownRating(Invalid):
    """'rating' is one of satisfied, basically_satisfied, no_comment, dissatisfied, not '{rating}'."""

    zh = "rating 应为 满意、基本满意、不予评价、不满意 之一，而不是“{rating}”。"


def answer_platform(channel: IntakeChannel, request: HttpRequest, body: bytes) -> HttpResponse:
    """An order (201, or 200 if it is known), or a word about one."""
    check_signed(secret_of(channel), request.headers, body, now=timezone.now())
    link = UpstreamLink.objects.select_related("channel").filter(channel=channel).first()
    if link is None:
        raise NoLink(channel=channel.code)
    said = told_in(body, request.headers.get("Content-Type", ""))
    kind = first(said, "kind").lower() or "order"
    if kind == "order":
        return _order(link, said)
    if kind not in WordKind.values:
        raise UnknownWordKind(kind=kind)
    return _word(link, WordKind(kind), said)


def _order(link: UpstreamLink, said: Mapping[str, Any]) -> HttpResponse:
    contact = said.get("contact")
    known: dict[str, Any] = dict(contact) if isinstance(contact, dict) else {}
    title, content = first(said, "title"), first(said, "text", "content")
    text = content if content.startswith(title) else "\n".join(filter(None, (title, content)))
    incoming = message_of(
        {
            **said,
            "id": first(said, "number"),
            "text": text,
            "category": _category(link, first(said, "category")),
            "name": first(known, "name") or first(said, "name"),
            "phone": first(known, "phone") or first(said, "phone"),
            "email": first(known, "email"),
            "requester_kind": first(known, "kind") or first(said, "requester_kind"),
        }
    )
    order, taken = take_order(
        link, incoming, due_at=_instant(said, "due_at"), actor=intake_user(link.channel)
    )
    answer = told(taken) | {
        "number": order.number,
        "due_at": order.due_at.isoformat() if order.due_at else None,
    }
    return JsonResponse(answer, status=OK if taken.repeated else CREATED)


def _category(link: UpstreamLink, word: str) -> str:
    """The platform's word for a category as ours; one that nobody mapped stays as it is."""
    mapped = link.categories.filter(word=word).select_related("category").first()
    return f"{mapped.category.kind}:{mapped.category.code}" if mapped else word


def _word(link: UpstreamLink, kind: WordKind, said: Mapping[str, Any]) -> HttpResponse:
    number, event_id = first(said, "number"), first(said, "event_id", "id")
    if not event_id:
        raise MessageIncomplete(field="event_id")
    order = UpstreamOrder.objects.filter(link=link, number=short_id(number)).first()
    if order is None:
        raise UnknownOrder(number=number)
    body: dict[str, Any] = {"text": without_numbers(first(said, "text", "note"))[:2000]}
    if kind == WordKind.CALLBACK:
        body |= {"rating": _rating(first(said, "rating")), "note": body["text"]}
        body |= {name: said[name] for name in QUESTIONS if isinstance(said.get(name), bool)}
    if kind in {WordKind.EXTENSION, WordKind.RETURN}:
        body["granted"] = said.get("granted") is True
        due_at = _instant(said, "due_at")
        body["due_at"] = due_at.isoformat() if due_at else None
    word, repeated = hear(order, event_id=short_id(event_id), kind=kind, body=body)
    return JsonResponse(
        {
            "number": order.number,
            "kind": word.kind,
            "applied": word.applied_at is not None,
            "repeated": repeated,
        },
        status=OK if repeated else CREATED,
    )


def _rating(word: str) -> str:
    for rating in Rating:
        if word.lower() == rating.value or word == rating.label:
            return rating.value
    raise UnknownRating(rating=word)


def _instant(said: Mapping[str, Any], name: str) -> datetime | None:
    text = first(said, name)
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        if moment is None:
            raise BadDeadline(field=name)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(the_city().timezone))
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise BadDeadline(field=name) from wrong


answer_by(Channel.UPSTREAM, answer_platform)
