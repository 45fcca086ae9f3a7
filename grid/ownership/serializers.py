"""How ownership areas are shown."""

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from grid.ground.serializers import PlaceField, ValidFrom, ValidTo
from grid.organizations.serializers import OrganizationName
from grid.ownership.models import OwnershipArea


class OwnershipFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """An ownership area with its boundary, body, basis and paper."""

    id = serializers.CharField(source="code")
    organization = OrganizationName()
    valid_from = ValidFrom()
    valid_to = ValidTo()
    boundary = PlaceField()

    class Meta:
        model = OwnershipArea
        geo_field = "boundary"
        id_field = "id"
        fields = [
            "id",
            "code",
            "kind",
            "organization",
            "role",
            "categories",
            "basis",
            "document",
            "area_m2",
            "valid_from",
            "valid_to",
        ]
