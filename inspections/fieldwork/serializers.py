"""How tasks are shown, and what a visit takes."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from core.errors import Invalid
from grid.ground.serializers import PlaceField
from grid.jurisdiction.serializers import BodySerializer, ExplanationSerializer
from inspections.fieldwork.models import FieldTask, Visit, VisitOutcome
from inspections.fieldwork.queries import WITH_A_VISIT, around
from inspections.fieldwork.words import decision_words, place_words

TASK_FIELDS = [
    "id",
    "kind",
    "kind_name",
    "status",
    "status_name",
    "case",
    "case_state",
    "case_state_name",
    "case_version",
    "category",
    "category_name",
    "urgency",
    "text",
    "facility",
    "facility_name",
    "place_words",
    "organization",
    "made_at",
    "due_at",
    "clock_state",
    "arrive_by",
    "arrive_target_at",
    "arrived_at",
    "proof_distance_m",
    "photos_needed",
    "distance_m",
    "done_at",
    "done_by",
]


class TaskFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """Where somebody is to go, for what, until when, and what is known of the place."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    status_name = serializers.CharField(source="get_status_display", read_only=True)
    case = serializers.CharField(source="case.number", default=None, help_text="number")
    case_state = serializers.CharField(source="case.state", default=None)
    case_state_name = serializers.CharField(source="case.get_state_display", default=None)
    case_version = serializers.IntegerField(
        source="case.version", default=None, help_text="for `base_version`"
    )
    category = serializers.CharField(source="case.category.code", default=None, help_text="code")
    category_name = serializers.CharField(source="case.category.name", default=None)
    urgency = serializers.CharField(source="case.urgency", default=None)
    facility = serializers.CharField(source="case.facility.code", default=None, help_text="code")
    text = serializers.CharField(
        source="around.text", read_only=True, help_text="the first words of what was said"
    )
    facility_name = serializers.CharField(source="around.facility_name", read_only=True)
    place_words = serializers.CharField(
        source="around.place_words", read_only=True, help_text="the nearest road and the community"
    )
    clock_state = serializers.CharField(
        source="around.clock_state",
        read_only=True,
        allow_null=True,
        help_text="running, warning, overdue; met, missed",
    )
    arrive_by = serializers.DateTimeField(
        source="around.arrive_by", read_only=True, allow_null=True, help_text="its body's clock"
    )
    arrive_target_at = serializers.DateTimeField(
        source="around.arrive_target_at",
        read_only=True,
        allow_null=True,
        help_text="when one should be there, earlier than one must",
    )
    arrived_at = serializers.DateTimeField(
        source="around.arrived_at", read_only=True, allow_null=True, help_text="when its body did"
    )
    proof_distance_m = serializers.FloatField(
        source="around.proof_distance_m", read_only=True, help_text="how near a photo must be taken"
    )
    photos_needed = serializers.IntegerField(source="around.photos_needed", read_only=True)
    organization = BodySerializer(default=None, help_text="null: the inspectors of the place")
    done_by = serializers.CharField(source="done_by.username", default=None)
    distance_m = serializers.SerializerMethodField(help_text="from `near`, else null")
    place = PlaceField()

    class Meta:
        model = FieldTask
        geo_field = "place"
        fields = TASK_FIELDS

    def get_distance_m(self, task: FieldTask) -> float | None:
        """In metres, to the decimetre."""
        distance: float | None = getattr(task, "distance_m", None)
        return None if distance is None else round(distance, 1)


def with_surroundings(tasks: Sequence[FieldTask]) -> None:
    """Give each task what is told of it (`around`), for the whole page at once."""
    told = around(tasks)
    for task in tasks:
        task.around = told[task.pk]  # type: ignore[attr-defined]


class VisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit as recorded, and what it means."""

    task = serializers.IntegerField(source="task_id", read_only=True)
    case = serializers.CharField(source="task.case.number", default=None, help_text="number")
    kind = serializers.CharField(source="task.kind", read_only=True, help_text="of the task")
    kind_name = serializers.CharField(source="task.get_kind_display", read_only=True)
    organization = BodySerializer(source="task.organization", default=None)
    visitor = serializers.CharField(source="visitor.username", read_only=True)
    outcome_name = serializers.CharField(source="get_outcome_display", read_only=True)
    position = PlaceField()
    pin = PlaceField(help_text="where the visitor says the place really is")
    words = serializers.SerializerMethodField(help_text="whether it counts as an arrival")
    decide_words = serializers.SerializerMethodField(help_text="what is to be decided, or null")

    class Meta:
        model = Visit
        fields = [
            "id",
            "task",
            "case",
            "kind",
            "kind_name",
            "organization",
            "visitor",
            "outcome",
            "outcome_name",
            "arrived_at",
            "recorded_at",
            "position",
            "accuracy_m",
            "distance_m",
            "limit_m",
            "near",
            "arrival",
            "pin",
            "note",
            "met_requester",
            "words",
            "to_decide",
            "decide_words",
        ]

    @extend_schema_field(ExplanationSerializer)
    def get_words(self, visit: Visit) -> dict[str, str]:
        """Both languages."""
        return place_words(visit)

    @extend_schema_field(ExplanationSerializer(allow_null=True))
    def get_decide_words(self, visit: Visit) -> dict[str, str] | None:
        """Both languages, or null."""
        return decision_words(visit) or None


class TaskDetail(TaskFeature):
    """A task whole: with the visits made for it."""

    visits = serializers.SerializerMethodField(help_text="in the order they were heard of")

    class Meta(TaskFeature.Meta):
        fields = [*TASK_FIELDS, "visits"]

    def get_visits(self, task: FieldTask) -> list[dict[str, Any]]:
        """All visits for this task."""
        made: Any = task.visits.select_related(*WITH_A_VISIT).order_by("id")
        return list(VisitSerializer(made, many=True, context=self.context).data)


class PinRequest(serializers.Serializer[Any]):
    """Where the place really is."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()


class VisitRequest(serializers.Serializer[Any]):
    """What a visit takes; `datum` is of the position and of the pin."""

    outcome = serializers.ChoiceField(choices=VisitOutcome.choices)
    arrived_at = serializers.DateTimeField(required=False, help_text="now if not given")
    lon = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy_m = serializers.FloatField(required=False, min_value=0, max_value=50_000)
    datum = serializers.CharField(required=False, max_length=32)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    met_requester = serializers.BooleanField(
        required=False, allow_null=True, help_text="met the requester there (三见面)"
    )
    pin = PinRequest(required=False, help_text="pin_moved: where it really is")
    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="of the case, for pin_moved"
    )

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Half a position is none, and must not pass for a visit without one."""
        if ("lon" in asked) != ("lat" in asked):
            raise Invalid("give 'lon' and 'lat' together", zh="lon 与 lat 须同时填写。")
        return asked
