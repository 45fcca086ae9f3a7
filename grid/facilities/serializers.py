"""How facilities and their parties are shown."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from grid.catalogue.serializers import CategoryName
from grid.facilities.models import FacilityParty, FacilityRecord
from grid.ground.serializers import PlaceField, ValidFrom, ValidTo
from grid.organizations.serializers import OrganizationName


class Party(serializers.ModelSerializer[FacilityParty]):
    """Who stands in which role towards the facility, since when, by which paper."""

    organization = OrganizationName()
    valid_from = ValidFrom()
    valid_to = ValidTo()

    class Meta:
        model = FacilityParty
        fields = ["role", "organization", "document", "valid_from", "valid_to"]


class FacilityFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A facility as recorded for the instant asked for."""

    id = serializers.CharField(source="facility.code")
    code = serializers.CharField(source="facility.code")
    scheme = serializers.CharField(source="facility.scheme")
    category = CategoryName()
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)
    cell = serializers.CharField(source="home_cell_code", help_text="home cell; blank: none")
    cells = serializers.SerializerMethodField(help_text="all cells crossed")
    parties = Party(source="facility.parties_in_force", many=True)
    valid_from = ValidFrom()
    valid_to = ValidTo()
    location = PlaceField()

    class Meta:
        model = FacilityRecord
        geo_field = "location"
        id_field = "id"
        fields = [
            "id",
            "code",
            "scheme",
            "category",
            "name",
            "state",
            "installed_on",
            "parent",
            "cell",
            "cells",
            "parties",
            "attributes",
            "valid_from",
            "valid_to",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_cells(self, record: FacilityRecord) -> list[str]:
        """The cells a line or polygon crosses; for a point its home cell."""
        crossed = {cell.cell_code for cell in record.cells.all()} | {record.home_cell_code}
        return sorted(crossed - {""})
