"""What people do with the queue: send again what failed, name robots and programs."""

from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import has_role
from inspections.messages.delivery.models import Endpoint, Message, MessageState, Transport
from inspections.requests.privacy import seal

ENDED_BADLY = (MessageState.FAILED, MessageState.UNSURE)


class NothingToResend(DomainError):
    """Only a message that failed, or whose fate is not known, is sent again; this one is '{state}'."""

    status = 409
    zh = "只有发送失败或结果不明的消息可以重发；本条为“{state}”。"


class BadAddress(Invalid):
    """The address of a robot or program is https://… (or http:// inside one's own network)."""

    zh = "地址须为 https://…（内网可用 http://）。"


def resend_message(message: Message, *, actor: User) -> Message:
    """The desk has it sent once more, and answers for its coming twice. Raises NothingToResend."""
    if not has_role(actor, Role.DISPATCHER):
        raise NotPermitted
    with transaction.atomic():
        held: Message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if held.state not in ENDED_BADLY:
            raise NothingToResend(state=held.state)
        record_act(
            actor=actor, act="resend_message", subject=held, details={"failure": held.failure}
        )
        held.state, held.next_try_at, held.attempts = MessageState.QUEUED, timezone.now(), 0
        held.handed_over_at, held.failure = None, ""
        held.save()
        emit(kind="message_resent", subject=held)
    return held


def name_endpoint(
    *,
    actor: User,
    name: str,
    transport: Transport,
    url: str = "",
    secret: str = "",
    organization: Organization | None = None,
    kinds: tuple[str, ...] = (),
    language: str = "zh-Hans",
    per_minute: int = 20,
    active: bool = True,
) -> Endpoint:
    """Name a robot or program, or change it (a blank address: as it was); on record without address or secret."""
    if not has_role(actor, Role.ADMINISTRATOR):
        raise NotPermitted
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(name=name).first()
        endpoint = endpoint or Endpoint(name=name)
        if url or not endpoint.sealed:
            endpoint.host = _host(url)
            endpoint.sealed = seal({"url": url, "secret": secret})
        endpoint.transport, endpoint.organization = transport, organization
        endpoint.kinds, endpoint.language = list(kinds), language
        endpoint.per_minute, endpoint.active = per_minute, active
        endpoint.save()
        record_act(
            actor=actor,
            act="name_endpoint",
            subject=endpoint,
            details={"name": name, "transport": transport, "active": active},
        )
    return endpoint


def is_address(url: str) -> bool:
    """Whether something can be posted there."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _host(url: str) -> str:
    if not is_address(url):
        raise BadAddress
    return urlsplit(url).hostname or ""
