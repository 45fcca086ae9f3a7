"""How cells are shown."""

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from grid.cells.models import GridCell
from grid.ground.serializers import PlaceField, ValidFrom, ValidTo


class CellFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A grid cell with its boundary."""

    id = serializers.CharField(source="code")
    community = serializers.CharField(source="community_code", help_text="code of the area")
    edition = serializers.IntegerField(source="edition.number")
    valid_from = ValidFrom()
    valid_to = ValidTo()
    boundary = PlaceField()

    class Meta:
        model = GridCell
        geo_field = "boundary"
        id_field = "id"
        fields = [
            "id",
            "code",
            "name",
            "community",
            "area_m2",
            "edition",
            "valid_from",
            "valid_to",
        ]
