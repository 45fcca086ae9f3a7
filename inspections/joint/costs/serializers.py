"""How advanced costs are shown, and what their acts take."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer
from inspections.joint.acting import OpenAct, ReasonRequest, acts_open
from inspections.joint.costs.models import AdvanceCost


class CostSerializer(serializers.ModelSerializer[AdvanceCost]):
    """Who paid how much for what, who owes it, what came back."""

    case = serializers.CharField(source="case.number", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    payer = BodySerializer(read_only=True)
    owed_by = BodySerializer(default=None)
    entered_by = serializers.CharField(source="entered_by.username", read_only=True)
    available_acts = serializers.SerializerMethodField()

    class Meta:
        model = AdvanceCost
        fields = [
            "id",
            "version",
            "case",
            "state",
            "state_name",
            "payer",
            "owed_by",
            "amount",
            "households",
            "purpose",
            "paid_on",
            "recovered",
            "note",
            "entered_at",
            "entered_by",
            "available_acts",
        ]

    @extend_schema_field(OpenAct(many=True))
    def get_available_acts(self, cost: AdvanceCost) -> list[dict[str, Any]]:
        """What this person may do with it now."""
        asked = self.context.get("request")
        return acts_open(cost, self.context["reader"] if asked is None else asked.user)


class AdvanceRequest(serializers.Serializer[Any]):
    """What entering a cost takes."""

    case = serializers.CharField(max_length=32, help_text="number")
    payer = serializers.CharField(max_length=200, help_text="organization: code or exact name")
    owed_by = serializers.CharField(required=False, max_length=200, help_text="organization")
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=Decimal("0.01"), help_text="yuan"
    )
    households = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1_000_000
    )
    purpose = serializers.CharField(max_length=500)
    paid_on = serializers.DateField()


class OweRequest(ReasonRequest):
    """Who owes it."""

    owed_by = serializers.CharField(max_length=200, help_text="organization: code or exact name")


class RecoverRequest(ReasonRequest):
    """How much came back; all of it if not given."""

    amount = serializers.DecimalField(
        required=False, allow_null=True, max_digits=14, decimal_places=2
    )
