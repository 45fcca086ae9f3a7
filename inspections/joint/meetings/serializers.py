"""How meetings are shown, and what their acts take."""

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.ground.serializers import PlaceField
from grid.jurisdiction.asking import path_of
from inspections.cases.models import Case
from inspections.joint.acting import OpenAct, ReasonRequest, acts_open
from inspections.joint.meetings.models import AgendaItem, Meeting, MeetingKind


class Attendee(serializers.Serializer[dict[str, str]]):
    """Who was there, for whom."""

    organization = serializers.CharField(max_length=200, allow_blank=True)
    name = serializers.CharField(max_length=100)


class AgendaLine(serializers.ModelSerializer[AgendaItem]):
    """A class with its figures, or a case with how it stands."""

    category = serializers.CharField(source="category.code", default=None)
    category_name = serializers.CharField(source="category.name", default=None)
    case = serializers.CharField(source="case.number", default=None)
    case_state = serializers.CharField(source="case.get_state_display", default=None)
    case_state_code = serializers.CharField(source="case.state", default=None)
    done = serializers.SerializerMethodField()

    class Meta:
        model = AgendaItem
        fields = [
            "position",
            "category",
            "category_name",
            "case",
            "case_state",
            "case_state_code",
            "done",
            "told",
            "conclusion",
        ]

    def get_done(self, line: AgendaItem) -> bool:
        """Whether nothing is to be done about the case any more."""
        case: Case | None = line.case
        return case is not None and case.is_ended


class MeetingLine(serializers.ModelSerializer[Meeting]):
    """A meeting in a list."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    case = serializers.CharField(source="case.number", default=None, help_text="number")
    made_by = serializers.CharField(source="made_by.username", read_only=True)

    class Meta:
        model = Meeting
        fields = [
            "id",
            "version",
            "kind",
            "kind_name",
            "state",
            "state_name",
            "batch",
            "title",
            "case",
            "meets_at",
            "place",
            "chair",
            "report_by",
            "made_at",
            "made_by",
            "held_at",
            "reported_at",
        ]


class MeetingDetail(MeetingLine):
    """A meeting whole: agenda, who was there, minutes, the ground, the report."""

    attendees = Attendee(many=True, read_only=True)
    boundary = PlaceField(allow_null=True)
    items = serializers.SerializerMethodField()
    available_acts = serializers.SerializerMethodField()

    class Meta(MeetingLine.Meta):
        fields = [
            *MeetingLine.Meta.fields,
            "attendees",
            "minutes",
            "boundary",
            "report",
            "items",
            "available_acts",
        ]

    @extend_schema_field(AgendaLine(many=True))
    def get_items(self, meeting: Meeting) -> Any:
        """In order."""
        lines = meeting.items.select_related("category", "case").order_by("position")
        return AgendaLine(lines, many=True).data

    @extend_schema_field(OpenAct(many=True))
    def get_available_acts(self, meeting: Meeting) -> list[dict[str, Any]]:
        """What this person may do with it now."""
        return acts_open(meeting, self.context["request"].user)


class CallRequest(serializers.Serializer[Any]):
    """What calling a meeting takes; a dispatch meeting falls on the next fixed day if none is given."""

    kind = serializers.ChoiceField(choices=MeetingKind.choices)
    case = serializers.CharField(required=False, max_length=32, help_text="number")
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    meets_at = serializers.DateTimeField(required=False, allow_null=True)
    place = serializers.CharField(required=False, allow_blank=True, max_length=200)


class BoundaryField(serializers.JSONField):
    """A GeoJSON polygon or line in WGS84, inside the limits every path has."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises what is wrong with it."""
        text = data if isinstance(data, str) else json.dumps(data)
        return GEOSGeometry(path_of(text).wkb_hex, srid=4326)


class HoldRequest(ReasonRequest):
    """What was decided, by whom, on which ground."""

    chair = serializers.CharField(max_length=100)
    minutes = serializers.CharField(max_length=20_000)
    attendees = serializers.ListField(child=Attendee(), required=False, max_length=100)
    boundary = BoundaryField(required=False, allow_null=True)
    report_by = serializers.DateTimeField(required=False, allow_null=True)
    conclusions = serializers.DictField(
        child=serializers.CharField(max_length=2000), required=False, help_text="position → words"
    )

    def validate_conclusions(self, value: dict[str, str]) -> dict[int, str]:
        """Positions are numbers."""
        if not all(key.isdigit() for key in value):
            raise serializers.ValidationError("positions of the agenda are numbers")
        return {int(key): words for key, words in value.items()}


class BatchRow(serializers.Serializer[dict[str, Any]]):
    """How one batch stands."""

    id = serializers.IntegerField()
    batch = serializers.IntegerField()
    meets_at = serializers.DateTimeField()
    chair = serializers.CharField()
    handed = serializers.IntegerField()
    closed = serializers.IntegerField()
    backlog = serializers.IntegerField()


class BatchTotals(serializers.Serializer[dict[str, Any]]):
    """How all batches stand together."""

    batches = serializers.IntegerField()
    handed = serializers.IntegerField()
    closed = serializers.IntegerField()
    backlog = serializers.IntegerField()


class BatchRegister(serializers.Serializer[dict[str, Any]]):
    """Every batch, the newest first, and their sum."""

    totals = BatchTotals()
    results = BatchRow(many=True)
