"""How extensions, parkings and moved deadlines are shown, and what acts upon them take."""

from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer
from inspections.cases.act_requests import ActRequest
from inspections.cases.timing.models import DeadlineChange, Extension, Parking

ASKED = [
    "id",
    "case",
    "category_name",
    "organization",
    "state",
    "state_name",
    "reason",
    "asked_at",
    "asked_by",
    "decided_at",
    "decided_by",
    "decision",
]


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    """Who asks for how much more time, why, and what the desk said."""

    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    organization = BodySerializer(read_only=True, help_text="whose part it is")
    part = serializers.CharField(source="assignment.kind", read_only=True)
    due_at = serializers.DateTimeField(
        source="assignment.resolve_by", read_only=True, help_text="its deadline as it now stands"
    )
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    asked_by = serializers.CharField(source="asked_by.username", read_only=True)
    decided_by = serializers.CharField(source="decided_by.username", default=None)

    class Meta:
        model = Extension
        fields = [*ASKED, "part", "limit", "due_at"]


class ParkingSerializer(serializers.ModelSerializer[Parking]):
    """Who asks that a case rest, until when, why, and what the desk said."""

    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    organization = BodySerializer(read_only=True, help_text="whose part it is")
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    asked_by = serializers.CharField(source="asked_by.username", read_only=True)
    decided_by = serializers.CharField(source="decided_by.username", default=None)

    class Meta:
        model = Parking
        fields = [*ASKED, "until", "ended_at"]


class DeadlineChangeSerializer(serializers.ModelSerializer[DeadlineChange]):
    """One deadline moved: whose, from when to when, by whom, why."""

    clock_name = serializers.CharField(source="get_clock_display", read_only=True)
    cause_name = serializers.CharField(source="get_cause_display", read_only=True)
    organization = BodySerializer(source="assignment.organization", default=None)
    changed_by = serializers.CharField(source="changed_by.username", read_only=True)

    class Meta:
        model = DeadlineChange
        fields = [
            "clock",
            "clock_name",
            "organization",
            "old_due_at",
            "new_due_at",
            "cause",
            "cause_name",
            "reason",
            "changed_at",
            "changed_by",
        ]


LIMIT = {"max_length": 16, "help_text": "how much more: 2wd, 4wh, 24h"}


class AskExtensionRequest(ActRequest):
    """What asking for more time takes: how much."""

    limit = serializers.CharField(**LIMIT)  # type: ignore[arg-type]


class ApproveExtensionRequest(ActRequest):
    """What approving takes: less than was asked, whether the citizen's deadline follows, whose request."""

    limit = serializers.CharField(required=False, allow_blank=True, **LIMIT)  # type: ignore[arg-type]
    citizen = serializers.BooleanField(
        required=False,
        help_text="the requester was told, and the citizen's deadline follows",
    )
    organization = serializers.CharField(required=False, max_length=200)


class RefuseExtensionRequest(ActRequest):
    """What refusing takes; `organization`: whose request, where several have asked."""

    organization = serializers.CharField(required=False, max_length=200)


class AskParkingRequest(ActRequest):
    """What asking for a rest takes: until which day."""

    until = serializers.DateField(help_text="the day on which its clocks go on")


class ApproveParkingRequest(ActRequest):
    """What approving a rest takes: another day than was asked, if so."""

    until = serializers.DateField(required=False, allow_null=True)
