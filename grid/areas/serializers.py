"""How areas are shown."""

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from grid.areas.models import Area
from grid.ground.serializers import PlaceField, ValidFrom, ValidTo


class AreaFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """An administrative area with its boundary."""

    id = serializers.CharField(source="code")
    parent = serializers.CharField(source="parent_code", help_text="code; blank at the top")
    edition = serializers.IntegerField(source="edition.number")
    valid_from = ValidFrom()
    valid_to = ValidTo()
    boundary = PlaceField()

    class Meta:
        model = Area
        geo_field = "boundary"
        id_field = "id"
        fields = [
            "id",
            "code",
            "name",
            "level",
            "parent",
            "zone",
            "area_m2",
            "edition",
            "valid_from",
            "valid_to",
        ]
