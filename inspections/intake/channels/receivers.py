"""How each kind of channel is answered at its address; rooms beside this one add their own."""

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from core.errors import DomainError
from core.models import User
from core.operations import run_once
from grid.organizations.use_cases import service_user
from inspections.intake.channels.adapters.mail import NotAReport, NothingSaid
from inspections.intake.channels.adapters.messages import read_message
from inspections.intake.channels.adapters.wechat import (
    Spoken,
    check_token,
    decrypted,
    encrypted,
    opened,
    read_spoken,
    token_signature,
)
from inspections.intake.channels.adapters.xml import as_xml
from inspections.intake.channels.letters import take_letter
from inspections.intake.channels.media.use_cases import ask_media
from inspections.intake.channels.models import ChannelReceipt, IntakeChannel
from inspections.intake.channels.signatures import check_fresh, check_signed
from inspections.intake.channels.use_cases import TakenIn, take_in
from inspections.intake.channels.use_cases.registry import aes_key_of, secret_of
from inspections.intake.use_cases.placing import locate_request
from inspections.requests.models import Channel
from inspections.requests.privacy import keyed

CREATED, OK = 201, 200
POSITION_FOLLOWS = timedelta(minutes=30)  # a position sent later speaks of something else
WELCOME = "您好。请用文字说明问题（什么地方、什么事），再发送位置，我们会立即受理。"
TEXT_FIRST = "请先用文字说明问题，再发送位置。"
WHERE = "请点“+”发送所在位置，以便派人前往。"

Receiver = Callable[[IntakeChannel, HttpRequest, bytes], HttpResponse]
_RECEIVERS: dict[str, Receiver] = {}


def answer_by(word: str, receiver: Receiver) -> None:
    """How the channels of a kind are answered, signature and all; called once, by its room."""
    if _RECEIVERS.setdefault(word, receiver) is not receiver:
        raise ValueError(f"channels of the kind {word!r} are answered already")


def receiver_of(channel: IntakeChannel, request: HttpRequest) -> Receiver:
    """What answers this request to a channel; a kind without a way of its own takes messages."""
    if channel.channel == Channel.WECHAT and not {"signature", "msg_signature"} & set(request.GET):
        return answer_message
    return _RECEIVERS.get(channel.channel, answer_message)


def intake_user(channel: IntakeChannel) -> User:
    """The service user under which the programs of a kind of channel act."""
    return service_user(f"intake-{channel.channel}")


def told(taken: TakenIn) -> dict[str, Any]:
    """What a program is told of what it brought."""
    why = taken.why_no_case
    return {
        "code": taken.request.code,
        "tracking_code": taken.request.tracking_code,
        "case": taken.case.number if taken.case else None,
        "why_no_case": refusal_told(why) if why else None,
        "repeated": taken.repeated,
    }


def refusal_told(why: DomainError) -> dict[str, Any]:
    """A refusal as data."""
    return {"code": why.code, "words": {"zh-Hans": why.message_zh, "en": why.message}}


def answer_message(channel: IntakeChannel, request: HttpRequest, body: bytes) -> HttpResponse:
    """One message as JSON or form; 201 with its codes, 200 if it had come in before."""
    check_signed(secret_of(channel), request.headers, body, now=timezone.now())
    incoming = read_message(body, request.headers.get("Content-Type", ""))
    taken = take_in(channel, incoming, actor=intake_user(channel))
    return JsonResponse(told(taken), status=OK if taken.repeated else CREATED)


def answer_letter(channel: IntakeChannel, request: HttpRequest, body: bytes) -> HttpResponse:
    """One e-mail as a mail server has it; what no person wrote is said to be none (200)."""
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type in {"application/json", "application/x-www-form-urlencoded"}:
        return answer_message(channel, request, body)
    check_signed(secret_of(channel), request.headers, body, now=timezone.now())
    try:
        taken = take_letter(channel, body)
    except (NotAReport, NothingSaid) as nothing:
        return JsonResponse({"code": None, "not_a_report": refusal_told(nothing)}, status=OK)
    return JsonResponse(told(taken), status=OK if taken.repeated else CREATED)


def answer_follower(channel: IntakeChannel, request: HttpRequest, body: bytes) -> HttpResponse:
    """A public account's message: answered in the same breath, in its own XML."""
    asked, token, key = request.GET.dict(), secret_of(channel), aes_key_of(channel)
    if request.method == "GET":
        return _echo(asked, token, key)
    fields = opened(key, token, asked, body)
    check_fresh(asked.get("timestamp", ""), now=timezone.now())
    spoken, actor = read_spoken(fields), intake_user(channel)
    once = asked.get("msg_signature") if key else asked["signature"]
    # A signature that does not cover the body is good for one body only.
    outcome = run_once(
        actor=actor,
        key=f"wechat-{channel.code}-{once}",
        content=body,
        work=lambda: _reply(channel, spoken, actor),
    )
    if not outcome.answer:
        return HttpResponse("success", content_type="text/plain")
    return HttpResponse(_written(spoken, outcome.answer, token, key), content_type="text/xml")


def _echo(asked: dict[str, str], token: str, key: str) -> HttpResponse:
    """The account's question whether this address is ours."""
    echo = asked.get("echostr", "")
    if "msg_signature" in asked and key:
        check_token(token, asked, echo, name="msg_signature")
        echo = decrypted(key, echo).decode("utf-8", "replace")
    else:
        check_token(token, asked)
    return HttpResponse(echo, content_type="text/plain; charset=utf-8")


def _reply(channel: IntakeChannel, spoken: Spoken, actor: User) -> str:
    """What the follower reads; blank: nothing is said."""
    if spoken.picture and (last := _last_of(channel, spoken.follower)) is not None:
        ask_media(last, [spoken.picture])
        return f"照片已收到，附在刚才的诉求后，查询码 {last.request.tracking_code}。"
    if spoken.incoming is not None:
        with transaction.atomic():
            taken = take_in(channel, spoken.incoming, actor=actor)
            if not taken.repeated:
                ask_media(taken.request.receipt, spoken.media)
        ask = WHERE if taken.request.place is None and taken.case is None else ""
        return f"已受理，查询码 {taken.request.tracking_code}，可凭码查询办理进度。{ask}"
    if spoken.position is not None:
        return _place_last(channel, spoken.follower, spoken.position, actor)
    return WELCOME if spoken.kind == "event" else ""


def _place_last(
    channel: IntakeChannel, follower: str, position: tuple[float, float], actor: User
) -> str:
    """The position belongs to what the follower reported just before, if that has none."""
    last = _last_of(channel, follower)
    if last is None:
        return TEXT_FIRST
    if last.request.place is not None:
        return f"位置已有记录，查询码 {last.request.tracking_code}。"
    place = Point(*position, srid=4326)
    received = locate_request(last.request, actor=actor, place=place)
    if received.case is None and received.why_no_case is not None:
        return f"位置已记录。{received.why_no_case.message_zh}"
    return f"位置已记录，正在派人处理，查询码 {last.request.tracking_code}。"


def _last_of(channel: IntakeChannel, follower: str) -> ChannelReceipt | None:
    """What the follower reported just before."""
    marks = [keyed("sender", follower, key) for key in settings.PRIVACY_KEYS]
    return (
        ChannelReceipt.objects.filter(
            channel=channel,
            sender_mark__in=marks,
            received_at__gte=timezone.now() - POSITION_FOLLOWS,
        )
        .select_related("request", "channel")
        .order_by("-id")
        .first()
    )


def _written(spoken: Spoken, words: str, token: str, key: str) -> bytes:
    """The reply as the account wants it, encrypted where its messages are."""
    plain = as_xml(
        {
            "ToUserName": spoken.follower,
            "FromUserName": spoken.account,
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": words,
        }
    )
    if not key:
        return plain
    sealed = encrypted(key, plain, spoken.account)
    timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
    return as_xml(
        {
            "Encrypt": sealed,
            "MsgSignature": token_signature(token, timestamp, nonce, sealed),
            "TimeStamp": timestamp,
            "Nonce": nonce,
        }
    )


answer_by(Channel.EMAIL, answer_letter)
answer_by(Channel.WECHAT, answer_follower)
