"""Channels over HTTP: the registry to read, and the address at which programs bring reports."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django_filters import rest_framework as filters

from core.api import TooLarge, problem
from core.errors import DomainError, Missing
from core.views import client_address
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from grid.organizations.use_cases import service_user
from inspections.intake.channels.adapters.messages import read_message
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.serializers import IntakeChannelSerializer
from inspections.intake.channels.signatures import BadSignature, check_signed
from inspections.intake.channels.use_cases import TakenIn, take_in
from inspections.intake.channels.use_cases.registry import secret_of
from inspections.intake.limits import count_use, refuse_used_up
from inspections.requests.models import Channel

MOST_BYTES = 32 * 1024 * 1024
CREATED, OK = 201, 200


class ChannelFilters(GroundFilters):
    """Channels by their fields."""

    subject_id = SubjectIds()
    channel = filters.ChoiceFilter(choices=Channel.choices)
    legacy_id = filters.CharFilter()
    name = filters.CharFilter(lookup_expr="icontains", help_text="part of the name")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    active = filters.BooleanFilter()
    direct = filters.BooleanFilter()


class IntakeChannelViewSet(GroundViewSet):
    """The registry of channels: hotlines, mailboxes, accounts, platforms, meetings."""

    queryset = IntakeChannel.objects.select_related("organization")
    serializer_class = IntakeChannelSerializer
    filterset_class = ChannelFilters
    dated = False


@method_decorator(csrf_exempt, name="dispatch")
class IntakeView(View):
    """Where programs bring reports: signed with the channel's secret, no account needed."""

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """One message; 201 with its codes, 200 if it had come in before."""
        try:
            channel = _open_channel(code)
            body = _body(request)
            _check(request, channel, body)
            incoming = read_message(body, request.headers.get("Content-Type", ""))
            taken = take_in(channel, incoming, actor=intake_user(channel))
        except DomainError as refusal:
            return problem(refusal)
        return JsonResponse(told(taken), status=OK if taken.repeated else CREATED)


def intake_user(channel: IntakeChannel) -> Any:
    """The service user under which the programs of a kind of channel act."""
    return service_user(f"intake-{channel.channel}")


def told(taken: TakenIn) -> dict[str, Any]:
    """What a program is told of what it brought."""
    why = taken.why_no_case
    return {
        "code": taken.request.code,
        "tracking_code": taken.request.tracking_code,
        "case": taken.case.number if taken.case else None,
        "why_no_case": {"code": why.code, "words": {"zh-Hans": why.message_zh, "en": why.message}}
        if why
        else None,
        "repeated": taken.repeated,
    }


def _open_channel(code: str) -> IntakeChannel:
    channel: IntakeChannel | None = (
        IntakeChannel.objects.filter(code=code).exclude(secret="").first()
    )
    if channel is None:
        raise Missing
    return channel


def _body(request: HttpRequest) -> bytes:
    """The body, bounded; raises TooLarge."""
    body: bytes = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLarge
    return body


def _check(request: HttpRequest, channel: IntakeChannel, body: bytes) -> None:
    """Raise BadSignature; who guesses too often waits (TooOften)."""
    address = client_address(request)
    refuse_used_up("guess", address)
    try:
        check_signed(secret_of(channel), request.headers, body, now=timezone.now())
    except BadSignature:
        count_use("guess", address)
        raise
