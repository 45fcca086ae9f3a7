"""How a message is listed: what, to whom by which way, and how far it came; never an address."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer, ExplanationSerializer
from inspections.messages.delivery.models import Message
from inspections.messages.delivery.words import LANGUAGES, text, title


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message of the queue."""

    case = serializers.CharField(source="case.number", default=None, read_only=True)
    request = serializers.CharField(source="request.code", default=None, read_only=True)
    organization = BodySerializer(default=None, read_only=True)
    endpoint = serializers.CharField(source="endpoint.name", default=None, read_only=True)
    kind_name = serializers.SerializerMethodField(help_text="in both languages")
    words = serializers.SerializerMethodField(help_text="in both languages")
    transport_name = serializers.CharField(source="get_transport_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Message
        fields = [
            "id",
            "kind",
            "kind_name",
            "words",
            "transport",
            "transport_name",
            "state",
            "state_name",
            "case",
            "request",
            "organization",
            "endpoint",
            "happened_at",
            "queued_at",
            "next_try_at",
            "attempts",
            "sent_at",
            "failure",
        ]

    @extend_schema_field(ExplanationSerializer)
    def get_kind_name(self, message: Message) -> dict[str, Any]:
        """Its head."""
        return {language: title(message.kind, language) for language in LANGUAGES}

    @extend_schema_field(ExplanationSerializer)
    def get_words(self, message: Message) -> dict[str, Any]:
        """What it says."""
        return {language: text(message.kind, message.told, language) for language in LANGUAGES}
