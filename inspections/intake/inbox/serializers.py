"""How the inbox is shown."""

from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inspections.calendar.arithmetic import WorkCalendar
from inspections.calendar.queries import work_calendar
from inspections.intake.inbox.models import InboxItem
from inspections.intake.serializers import ReportRequest
from inspections.requests.natures import answer_due


class InboxItemSerializer(serializers.ModelSerializer[InboxItem]):
    """A request that waits: what was said, how it came, what it waits for; the rest under /requests/."""

    code = serializers.CharField(source="request.code", help_text="of the request")
    tracking_code = serializers.CharField(source="request.tracking_code")
    waits_for_name = serializers.CharField(source="get_waits_for_display")
    channel = serializers.CharField(source="request.channel")
    channel_name = serializers.CharField(source="request.channel_name")
    intake_channel_name = serializers.CharField(source="request.receipt.channel.name", default=None)
    nature = serializers.CharField(source="request.nature")
    category = serializers.CharField(source="request.category.code", default=None, help_text="code")
    category_name = serializers.CharField(
        source="request.category.name", default=None, help_text="of the catalogue"
    )
    text = serializers.CharField(source="request.text")
    reported_at = serializers.DateTimeField(source="request.reported_at")
    requester_kind = serializers.CharField(source="request.requester.kind", default=None)
    reachable = serializers.BooleanField(source="request.requester.reachable", default=False)
    answer_by = serializers.SerializerMethodField(
        help_text="until when the desk is to answer it, by its nature; null if no time is set"
    )

    class Meta:
        model = InboxItem
        fields = [
            "code",
            "tracking_code",
            "waits_for",
            "waits_for_name",
            "since",
            "settled_at",
            "settled_as",
            "channel",
            "channel_name",
            "intake_channel_name",
            "nature",
            "category",
            "category_name",
            "text",
            "reported_at",
            "requester_kind",
            "reachable",
            "answer_by",
        ]

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Read once for the whole list."""
        return work_calendar()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_answer_by(self, item: InboxItem) -> Any:
        """The deadline by nature."""
        due = answer_due(item.request, self.calendar)
        return due.at if due else None


class WaitingCounts(serializers.Serializer[Any]):
    """How many wait, by what for."""

    place = serializers.IntegerField()
    answer = serializers.IntegerField()
    outside = serializers.IntegerField()


class JoinStated(serializers.Serializer[Any]):
    """Which case it is about."""

    case = serializers.CharField(max_length=32, help_text="number of the open case")


class OpenStated(ReportRequest):
    """Where the case is, if the request does not say or says it wrongly; category, urgency; why."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
