"""How undertakings are shown, and what their acts take."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer
from inspections.joint.acting import OpenAct, acts_open
from inspections.joint.undertakings.models import (
    LeaderLevel,
    Undertaking,
    UndertakingKind,
    UndertakingState,
)


class UndertakingSerializer(serializers.ModelSerializer[Undertaking]):
    """What a body is to do, until when, by whose word, and what it answered."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    level_name = serializers.CharField(source="get_level_display", read_only=True)
    case = serializers.CharField(source="case.number", default=None, help_text="number")
    organization = BodySerializer(read_only=True)
    given_by = serializers.CharField(source="given_by.username", read_only=True)
    answered_by = serializers.CharField(source="answered_by.username", default=None)
    ended_by = serializers.CharField(source="ended_by.username", default=None)
    late = serializers.SerializerMethodField(help_text="not answered though its time is over")
    available_acts = serializers.SerializerMethodField()

    class Meta:
        model = Undertaking
        fields = [
            "id",
            "version",
            "kind",
            "kind_name",
            "state",
            "state_name",
            "case",
            "meeting",
            "organization",
            "text",
            "level",
            "level_name",
            "signed_by",
            "signed_on",
            "due_at",
            "late",
            "given_at",
            "given_by",
            "answer",
            "answered_at",
            "answered_by",
            "ended_at",
            "ended_by",
            "available_acts",
        ]

    def get_late(self, undertaking: Undertaking) -> bool:
        """At this moment."""
        waits = undertaking.state == UndertakingState.GIVEN
        return bool(waits and undertaking.due_at and undertaking.due_at <= timezone.now())

    @extend_schema_field(OpenAct(many=True))
    def get_available_acts(self, undertaking: Undertaking) -> list[dict[str, Any]]:
        """What this person may do with it now."""
        user = self.context["request"].user if "request" in self.context else None
        reader = self.context.get("reader", user)
        return [] if undertaking.ended_at else acts_open(undertaking, reader)


class GiveRequest(serializers.Serializer[Any]):
    """What is to be done, by whom, until when, and by whose word."""

    kind = serializers.ChoiceField(choices=UndertakingKind.choices)
    case = serializers.CharField(required=False, max_length=32, help_text="number")
    meeting = serializers.IntegerField(
        required=False, allow_null=True, help_text="id: where it was decided or promised"
    )
    organization = serializers.CharField(max_length=200, help_text="code or exact name")
    text = serializers.CharField(max_length=2000)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    level = serializers.ChoiceField(
        required=False, allow_blank=True, choices=LeaderLevel.choices, help_text="of the leader"
    )
    signed_by = serializers.CharField(required=False, allow_blank=True, max_length=100)
    signed_on = serializers.DateField(required=False, allow_null=True)


class UndertakingCount(serializers.Serializer[dict[str, Any]]):
    """How many of a kind and level stand in a state, and how many of them are late."""

    kind = serializers.ChoiceField(choices=UndertakingKind.choices)
    level = serializers.CharField()
    state = serializers.ChoiceField(choices=UndertakingState.choices)
    count = serializers.IntegerField()
    late = serializers.IntegerField()
