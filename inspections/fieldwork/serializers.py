"""How tasks are shown, and what a visit takes."""

from typing import Any

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from grid.ground.serializers import PlaceField
from grid.jurisdiction.serializers import BodySerializer
from inspections.fieldwork.models import FieldTask, Visit, VisitOutcome


class TaskFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """Where somebody is to go, for what, until when."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    case = serializers.CharField(source="case.number", default=None, help_text="number")
    organization = BodySerializer(default=None, help_text="null: the inspectors of the place")
    done_by = serializers.CharField(source="done_by.username", default=None)
    place = PlaceField()

    class Meta:
        model = FieldTask
        geo_field = "place"
        fields = [
            "id",
            "kind",
            "kind_name",
            "status",
            "case",
            "organization",
            "made_at",
            "due_at",
            "done_at",
            "done_by",
        ]


class VisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit as recorded."""

    visitor = serializers.CharField(source="visitor.username", read_only=True)
    position = PlaceField()

    class Meta:
        model = Visit
        fields = ["id", "visitor", "outcome", "arrived_at", "position", "accuracy_m", "note"]


class VisitRequest(serializers.Serializer[Any]):
    """What a visit takes."""

    outcome = serializers.ChoiceField(choices=VisitOutcome.choices)
    arrived_at = serializers.DateTimeField(required=False, help_text="now if not given")
    lon = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy_m = serializers.FloatField(required=False, min_value=0, max_value=50_000)
    datum = serializers.CharField(required=False, max_length=32)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
