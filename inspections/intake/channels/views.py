"""Channels over HTTP: the registry to read, and the address at which programs bring reports."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import TooLarge, person_of, problem
from core.errors import DomainError, Missing
from core.views import client_address
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.queries import city_today, shares
from inspections.intake.channels.receivers import receiver_of
from inspections.intake.channels.serializers import IntakeChannelSerializer
from inspections.intake.channels.signatures import BadSignature
from inspections.intake.limits import count_use, refuse_used_up
from inspections.requests.models import Channel, ServiceRequest

MOST_BYTES = 32 * 1024 * 1024


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


class SharesAsked(serializers.Serializer[Any]):
    """A span of city days, half-open; the last thirty if nothing is said."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is no name for an attribute."""
        return {"from": serializers.DateField(required=False), **super().get_fields()}


class SharesView(APIView):
    """By which ways requests came, and from whom."""

    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="first day, in the city"),
            OpenApiParameter("to", OpenApiTypes.DATE, description="the day after the last"),
        ],
        responses=OpenApiTypes.OBJECT,
        operation_id="channels_shares_retrieve",
    )
    def get(self, request: Request) -> Response:
        """Counts and shares of the requests you may see, by channel, registered channel and kind of requester."""
        asked = SharesAsked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        until = asked.validated_data.get("to") or city_today() + timedelta(days=1)
        first = asked.validated_data.get("from") or until - timedelta(days=30)
        seen = ServiceRequest.objects.visible_to(person_of(request))
        return Response(shares(seen, first, until))


@method_decorator(csrf_exempt, name="dispatch")
class IntakeView(View):
    """Where programs bring reports: signed with the channel's secret, no account needed."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """A public account asks whether this address is ours."""
        return self._answer(request, code) if "echostr" in request.GET else self._only_post()

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """One message, answered as its kind of channel is."""
        return self._answer(request, code)

    def _answer(self, request: HttpRequest, code: str) -> HttpResponse:
        address = client_address(request)
        try:
            refuse_used_up("guess", address)
            channel = _open_channel(code)
            try:
                return receiver_of(channel, request)(channel, request, _body(request))
            except BadSignature:
                count_use("guess", address)
                raise
        except DomainError as refusal:
            return problem(refusal)

    def _only_post(self) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])


def _open_channel(code: str) -> IntakeChannel:
    """The channel of that code, if it has a secret; raises Missing."""
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
