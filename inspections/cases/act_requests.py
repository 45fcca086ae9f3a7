"""What acts upon a case take, as JSON."""

from typing import Any

from rest_framework import serializers

from grid.catalogue.models import Urgency
from inspections.cases.models import Rating


class ActRequest(serializers.Serializer[Any]):
    """What an act takes. Every act: `base_version` and `reason`; the rest as named.

    file: category, facility, scenario, urgency, lon, lat, accuracy_m, datum (a moved pin) ·
    dispatch, reassign: to, assists · close: solved.
    """

    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="the `version` you saw"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    category = serializers.CharField(required=False, max_length=200, help_text="code or name")
    facility = serializers.CharField(required=False, max_length=64, help_text="code")
    scenario = serializers.CharField(required=False, allow_blank=True, max_length=200)
    urgency = serializers.ChoiceField(required=False, choices=Urgency.choices)
    lon = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy_m = serializers.FloatField(required=False, min_value=0, max_value=50_000)
    datum = serializers.CharField(required=False, max_length=32)
    to = serializers.CharField(required=False, max_length=200, help_text="organization")
    assists = serializers.ListField(
        required=False, child=serializers.CharField(max_length=200), max_length=20
    )
    solved = serializers.BooleanField(required=False)


class PinRequest(ActRequest):
    """What moving the pin takes: where it really is."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()


class AssistRequest(ActRequest):
    """What adding an assisting body takes: which."""

    to = serializers.CharField(max_length=200, help_text="organization")


class CallbackRequest(ActRequest):
    """What a callback takes: the rating, and the four questions (null: nothing was said)."""

    rating = serializers.ChoiceField(choices=Rating.choices)
    contacted = serializers.BooleanField(required=False, allow_null=True)
    solved = serializers.BooleanField(required=False, allow_null=True)
    effect_ok = serializers.BooleanField(required=False, allow_null=True)
    attitude_ok = serializers.BooleanField(required=False, allow_null=True)
