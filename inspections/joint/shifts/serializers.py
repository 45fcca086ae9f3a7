"""How shifts, turns and gaps are shown, and what their acts take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.joint.acting import OpenAct, acts_open
from inspections.joint.shifts.models import DutyTurn, Shift, ShiftCase


class ListedCase(serializers.ModelSerializer[ShiftCase]):
    """A case as it was handed over, and how it stands now."""

    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    state_name = serializers.CharField(source="case.get_state_display", read_only=True)
    urgency = serializers.CharField(source="case.urgency", read_only=True)

    class Meta:
        model = ShiftCase
        fields = ["case", "category_name", "state_name", "urgency", "waits_for", "clock"]


class ShiftLine(serializers.ModelSerializer[Shift]):
    """A shift in a list."""

    organization = BodySerializer(read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    began_by = serializers.CharField(source="began_by.username", read_only=True)
    handed_by = serializers.CharField(source="handed_by.username", default=None)
    taken_by = serializers.CharField(source="taken_by.username", default=None)
    available_acts = serializers.SerializerMethodField()

    class Meta:
        model = Shift
        fields = [
            "id",
            "version",
            "organization",
            "state",
            "state_name",
            "began_at",
            "began_by",
            "handed_at",
            "handed_by",
            "note",
            "counts",
            "taken_at",
            "taken_by",
            "available_acts",
        ]

    @extend_schema_field(OpenAct(many=True))
    def get_available_acts(self, shift: Shift) -> list[dict[str, Any]]:
        """What this person may do with it now."""
        ended = shift.taken_at is not None
        return [] if ended else acts_open(shift, self.context["request"].user)


class ShiftDetail(ShiftLine):
    """A shift whole, with the cases listed at its end that the reader may see."""

    cases = serializers.SerializerMethodField()

    class Meta(ShiftLine.Meta):
        fields = [*ShiftLine.Meta.fields, "cases"]

    @extend_schema_field(ListedCase(many=True))
    def get_cases(self, shift: Shift) -> Any:
        """In the order of their numbers; late ones first."""
        seen = Case.objects.visible_to(self.context["request"].user).values("pk")
        listed = shift.cases.filter(case__in=seen).select_related("case__category")
        return ListedCase(listed.order_by("-clock", "case_id")[:2000], many=True).data


class BeginRequest(serializers.Serializer[Any]):
    """What beginning a shift takes: the desk, where one has several."""

    organization = serializers.CharField(required=False, max_length=200, help_text="code or name")


class TurnSerializer(serializers.ModelSerializer[DutyTurn]):
    """Who is on duty for a body, from when to when."""

    organization = BodySerializer(read_only=True)

    class Meta:
        model = DutyTurn
        fields = ["id", "organization", "name", "phone", "starts_at", "ends_at", "withdrawn_at"]


class TurnRequest(serializers.Serializer[Any]):
    """What entering a turn takes."""

    organization = serializers.CharField(max_length=200, help_text="code or exact name")
    name = serializers.CharField(max_length=100)
    phone = serializers.CharField(max_length=64)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class GapSerializer(serializers.ModelSerializer[Organization]):
    """A body that cannot be called now, or has no named chief."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    no_contact = serializers.BooleanField(read_only=True)
    no_chief = serializers.BooleanField(read_only=True)

    class Meta:
        model = Organization
        fields = ["code", "name", "kind", "kind_name", "chief", "phone", "no_contact", "no_chief"]
