"""What the telephone desk states, and how its figures are shown."""

from typing import Any

from rest_framework import serializers

from inspections.intake.calls.use_cases import Stages


class CallStated(serializers.Serializer[Any]):
    """The stages of the call, by the desk's clock."""

    answered_at = serializers.DateTimeField()
    noted_at = serializers.DateTimeField(required=False, allow_null=True)
    sorted_at = serializers.DateTimeField(required=False, allow_null=True)
    details_lacking = serializers.BooleanField(required=False, default=False)


def stages_of(given: dict[str, Any]) -> Stages:
    """As the use case wants it."""
    return Stages(
        answered_at=given["answered_at"],
        noted_at=given.get("noted_at"),
        sorted_at=given.get("sorted_at"),
        details_lacking=given["details_lacking"],
    )


class ConfirmStated(serializers.Serializer[Any]):
    """Whether somebody was reached, and what was confirmed."""

    reached = serializers.BooleanField()
    text = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=10_000,
        default="",
        help_text="needed if reached",
    )


class StageShown(serializers.Serializer[Any]):
    """How many calls reached a stage, and how long it took."""

    calls = serializers.IntegerField()
    p50_s = serializers.FloatField(allow_null=True)
    p95_s = serializers.FloatField(allow_null=True)


class StagesShown(serializers.Serializer[Any]):
    """noted, sorted, filed, fed_back (each from the one before), whole (answered to filed)."""

    stages = serializers.DictField(child=StageShown())
    filed_within_s = serializers.IntegerField(help_text="the goal for the whole")
    filed_within = serializers.IntegerField(help_text="how many calls met it")
