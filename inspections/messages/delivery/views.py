"""The list of deliveries over HTTP, for the desk."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.messages.delivery.models import Message, MessageState, Transport
from inspections.messages.delivery.serializers import MessageSerializer
from inspections.messages.delivery.use_cases.minding import resend_message

READ = Message.objects.select_related("case", "request", "organization", "endpoint")


class MessageFilters(GroundFilters):
    """Messages by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=MessageState.choices)
    transport = filters.MultipleChoiceFilter(choices=Transport.choices)
    kind = filters.CharFilter()
    case = filters.CharFilter(field_name="case__number", help_text="number")
    request_code = filters.CharFilter(field_name="request__code", help_text="code")


class MessageViewSet(GroundViewSet):
    """What was told, or is to be told, to whom: the newest first (`status=failed&status=unsure` needs a person)."""

    queryset = READ
    serializer_class = MessageSerializer
    filterset_class = MessageFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class ResendView(APIView):
    """Send once more what failed."""

    @extend_schema(request=None, responses={201: MessageSerializer, 200: MessageSerializer})
    def post(self, request: Request, pk: int) -> HttpResponse:
        """The desk answers for it."""
        user = person_of(request)
        message = Message.objects.visible_to(user).filter(pk=pk).first()
        if message is None:
            raise Missing

        def again() -> Any:
            resend_message(message, actor=user)
            return MessageSerializer(READ.get(pk=pk)).data

        return answer_once(request, again)
