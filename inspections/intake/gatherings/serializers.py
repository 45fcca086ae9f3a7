"""How residents' meetings are shown, and what their acts take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inspections.intake.gatherings.models import Gathering
from inspections.intake.gatherings.queries import as_files
from inspections.requests.models import ServiceRequest


class SaidThere(serializers.ModelSerializer[ServiceRequest]):
    """A request that was made there, and the case it feeds."""

    case = serializers.SerializerMethodField(help_text="number, or null")

    class Meta:
        model = ServiceRequest
        fields = ["code", "text", "reported_at", "case"]

    def get_case(self, request: ServiceRequest) -> str | None:
        """From the links, which the query has fetched."""
        links: Any = request.links.all()
        return next((link.case.number for link in links if link.left_at is None), None)


class MinutesFile(serializers.Serializer[dict[str, Any]]):
    """A file of the minutes, and where it is opened."""

    sha256 = serializers.CharField()
    filename = serializers.CharField()
    mime = serializers.CharField(help_text="by decoding")
    url = serializers.CharField()


class GatheringLine(serializers.ModelSerializer[Gathering]):
    """A residents' meeting in a list."""

    area = serializers.CharField(source="area_code")
    recorded_by = serializers.CharField(source="recorded_by.username", read_only=True)
    requests_count = serializers.IntegerField(read_only=True, help_text="how many were made there")

    class Meta:
        model = Gathering
        fields = ["id", "title", "held_at", "place", "area", "recorded_by", "requests_count"]


class GatheringDetail(GatheringLine):
    """A meeting whole: its minutes, and what was said there that the reader may see."""

    minutes = serializers.SerializerMethodField()
    requests = serializers.SerializerMethodField()

    class Meta(GatheringLine.Meta):
        fields = [*GatheringLine.Meta.fields, "minutes", "requests"]

    @extend_schema_field(MinutesFile(many=True))
    def get_minutes(self, gathering: Gathering) -> list[dict[str, Any]]:
        """In the order they came."""
        return as_files(gathering)

    @extend_schema_field(SaidThere(many=True))
    def get_requests(self, gathering: Gathering) -> Any:
        """In the order of their codes."""
        seen = ServiceRequest.objects.visible_to(self.context["request"].user)
        said = seen.filter(said_at__gathering=gathering).prefetch_related("links__case")
        return SaidThere(said.order_by("code"), many=True).data


class RecordRequest(serializers.Serializer[Any]):
    """What recording a meeting takes."""

    title = serializers.CharField(max_length=200)
    held_at = serializers.DateTimeField()
    place = serializers.CharField(required=False, allow_blank=True, max_length=200)
    area = serializers.CharField(
        required=False, allow_blank=True, max_length=64, help_text="code; blank: the city's"
    )


class SaidRequest(serializers.Serializer[Any]):
    """Which requests were made there."""

    requests = serializers.ListField(
        child=serializers.CharField(max_length=64),
        min_length=1,
        max_length=500,
        help_text="codes, or tracking codes",
    )
