"""How requests are shown; nothing here says who made them."""

from typing import Any

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from grid.ground.serializers import PlaceField
from inspections.requests.models import ServiceRequest


class RequestFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A request with its place, its cell and the case it feeds."""

    id = serializers.CharField(source="code", read_only=True)
    category = serializers.CharField(source="category.code", default=None, help_text="code")
    facility = serializers.CharField(source="facility_code", read_only=True)
    cell = serializers.CharField(source="cell_code", read_only=True)
    area = serializers.CharField(source="area_code", read_only=True)
    case = serializers.SerializerMethodField(help_text="number of the case it feeds, or null")
    place = PlaceField()

    class Meta:
        model = ServiceRequest
        geo_field = "place"
        id_field = "id"
        fields = [
            "id",
            "code",
            "tracking_code",
            "channel",
            "channel_name",
            "category",
            "category_name",
            "nature",
            "nature_name",
            "text",
            "reported_at",
            "closed_at",
            "status",
            "accuracy_m",
            "facility",
            "cell",
            "area",
            "case",
        ]

    def get_case(self, request: ServiceRequest) -> str | None:
        """The number of the case it feeds now."""
        links: Any = request.links.all()
        return next((link.case.number for link in links if link.left_at is None), None)
