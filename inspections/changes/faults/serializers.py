"""How faults of the ground are shown, and what acts upon them take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from core.models import User
from core.workflow import available_acts
from grid.ground.serializers import PlaceField
from grid.jurisdiction.serializers import BodySerializer
from inspections.changes.faults.models import FaultState, GroundFault


class FaultAct(serializers.Serializer[dict[str, Any]]):
    """An act that is open to whoever asks."""

    act = serializers.CharField()
    name = serializers.CharField()
    needs_reason = serializers.BooleanField()


class FaultFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A fault with its shape, a place in it, and who sees to it until when."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    organizations = serializers.SerializerMethodField(help_text="whom it concerns")
    assignee = BodySerializer(default=None)
    given_by = serializers.CharField(source="given_by.username", default=None)
    place = PlaceField()
    boundary = serializers.SerializerMethodField()
    available_acts = serializers.SerializerMethodField()

    class Meta:
        model = GroundFault
        geo_field = "boundary"  # a field of the model: its schema is read there
        id_field = "id"
        fields = [
            "id",
            "version",
            "part",
            "kind",
            "kind_name",
            "codes",
            "organizations",
            "said",
            "area_m2",
            "pieces",
            "place",
            "areas",
            "state",
            "state_name",
            "assignee",
            "due_on",
            "note",
            "given_by",
            "given_at",
            "found_at",
            "seen_at",
            "ground_version",
            "available_acts",
        ]

    areas = serializers.ListField(source="area_codes", child=serializers.CharField())

    def get_boundary(self, fault: GroundFault) -> Any:
        """The boundary; where the fault is a thing without one, its place."""
        field: Any = self.fields["place"]
        return field.to_representation(fault.boundary or fault.place)

    @extend_schema_field(BodySerializer(many=True))
    def get_organizations(self, fault: GroundFault) -> list[dict[str, str]]:
        """With their names; a code that is nobody's any more stands for itself."""
        names: dict[str, str] = self.context["names"]
        return [{"code": code, "name": names.get(code, code)} for code in fault.organizations]

    @extend_schema_field(FaultAct(many=True))
    def get_available_acts(self, fault: GroundFault) -> list[dict[str, Any]]:
        """What this person may do with it now."""
        user = self.context["request"].user
        if not isinstance(user, User):
            return []
        return [
            {"act": line.act, "name": line.zh, "needs_reason": line.needs_reason}
            for line in available_acts(fault, user)
        ]


class FaultCount(serializers.Serializer[dict[str, Any]]):
    """How many faults of a kind stand in a state, and on how much ground."""

    part = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=FaultState.choices)
    count = serializers.IntegerField()
    area_m2 = serializers.FloatField()


class FaultActRequest(serializers.Serializer[Any]):
    """What every act upon a fault takes."""

    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="the `version` you saw"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class GiveRequest(FaultActRequest):
    """To which body, and until which day."""

    to = serializers.CharField(max_length=200, help_text="organization: code or exact name")
    due_on = serializers.DateField(help_text="a day of the city")


class CloseRequest(FaultActRequest):
    """Why it may stay as it is, or why it is opened again."""
