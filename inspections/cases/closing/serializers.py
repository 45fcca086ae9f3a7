"""How replies, reworks and exclusions are shown, and what their acts take."""

from typing import Any

from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer
from inspections.cases.act_requests import ActRequest
from inspections.cases.closing.models import Cause, Exclusion, HandlerReply, ReplyWay, Rework
from inspections.cases.models import ClosingOutcome


class ReplySerializer(serializers.ModelSerializer[HandlerReply]):
    """What the handling body told the requester itself, and by whom."""

    organization = BodySerializer(read_only=True)
    made_by = serializers.CharField(source="made_by.username", read_only=True)
    way_name = serializers.CharField(source="get_way_display", read_only=True)

    class Meta:
        model = HandlerReply
        fields = ["organization", "made_at", "made_by", "way", "way_name", "reached", "text"]


class ReworkSerializer(serializers.ModelSerializer[Rework]):
    """When it went back, to whom, and why."""

    organization = BodySerializer(default=None, read_only=True)
    made_by = serializers.CharField(source="made_by.username", read_only=True)
    cause_name = serializers.CharField(source="get_cause_display", read_only=True)

    class Meta:
        model = Rework
        fields = ["organization", "made_at", "made_by", "cause", "cause_name", "reason"]


class ReworkRowSerializer(ReworkSerializer):
    """The same in a list: of which case, and what the requester had said."""

    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    rating = serializers.CharField(
        source="callback.rating", default=None, help_text="of the callback before it, if any"
    )

    class Meta:
        model = Rework
        fields = [
            "id",
            "case",
            "category_name",
            *ReworkSerializer.Meta.fields,
            "rating",
        ]


class ExclusionSerializer(serializers.ModelSerializer[Exclusion]):
    """A rating that is to be left out of the figures."""

    case = serializers.CharField(source="case.number", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    cause_name = serializers.CharField(source="get_cause_display", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    asked_by = serializers.CharField(source="asked_by.username", read_only=True)
    decided_by = serializers.CharField(source="decided_by.username", default=None, read_only=True)

    class Meta:
        model = Exclusion
        fields = [
            "id",
            "case",
            "category_name",
            "state",
            "state_name",
            "cause",
            "cause_name",
            "reason",
            "asked_at",
            "asked_by",
            "decided_at",
            "decided_by",
            "decision",
        ]


class ReplyRequest(ActRequest):
    """What the handling body's own word takes; `reason` is what was told."""

    way = serializers.ChoiceField(choices=ReplyWay.choices, default=ReplyWay.PHONE.value)
    reached = serializers.BooleanField(default=True)


class ReworkRequest(ActRequest):
    """What sending back takes: the class of its cause; where it is not given, as the requester answered."""

    cause = serializers.ChoiceField(choices=Cause.choices, required=False)


class ExclusionRequest(ActRequest):
    """What asking takes: the class of the cause."""

    cause = serializers.ChoiceField(choices=Cause.choices)


class CloseRequest(ActRequest):
    """What closing takes: how it ended, and which closing conditions are met (their places, from 0)."""

    outcome = serializers.ChoiceField(choices=ClosingOutcome.choices, required=False)
    conditions = serializers.ListField(
        required=False, child=serializers.IntegerField(min_value=0, max_value=99), max_length=100
    )


class ClosingConditions(serializers.Serializer[Any]):
    """One condition, and whether it was met when the case was closed; null before."""

    text = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
