"""How categories, their duties and limits are shown."""

from rest_framework import serializers

from grid.catalogue.models import CatalogueEdition, Category, Duty, DutyLimit
from grid.ground.serializers import ValidFrom, ValidTo
from grid.organizations.serializers import OrganizationName


class CategoryName(serializers.ModelSerializer[Category]):
    """A category in passing: code, kind and name."""

    class Meta:
        model = Category
        fields = ["code", "kind", "name"]


class CategoryLine(serializers.ModelSerializer[Category]):
    """A category and its major."""

    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None
    )

    class Meta:
        model = Category
        fields = ["code", "kind", "name", "parent"]


class Limit(serializers.ModelSerializer[DutyLimit]):
    """Limits for an urgency and zone: `30min`, `4wh`, `5wd`, `2h`; blank: any, or none set."""

    class Meta:
        model = DutyLimit
        fields = ["urgency", "zone", "file_by", "respond_by", "arrive_by", "resolve_by"]


class CatalogueIssue(serializers.ModelSerializer[CatalogueEdition]):
    """The edition of the catalogue that a duty belongs to."""

    version = serializers.IntegerField(source="version_id", allow_null=True)
    valid_from = ValidFrom()

    class Meta:
        model = CatalogueEdition
        fields = ["number", "status", "version", "valid_from"]


class DutyLine(serializers.ModelSerializer[Duty]):
    """One line of the catalogue: who answers, by which law, in what time, proven how."""

    area = serializers.CharField(source="area_code", help_text="code; blank: the whole city")
    organization = OrganizationName(allow_null=True)
    supervisor = OrganizationName(allow_null=True)
    custodian = OrganizationName(allow_null=True)
    catalogue = CatalogueIssue(source="edition")
    limits = Limit(many=True)
    valid_from = ValidFrom()
    valid_to = ValidTo()

    class Meta:
        model = Duty
        fields = [
            "scenario",
            "area",
            "role",
            "organization",
            "supervisor",
            "custodian",
            "assists",
            "legal_basis",
            "filing_condition",
            "closing_condition",
            "standard",
            "photos",
            "reviewed_by",
            "reviewed_on",
            "limits",
            "catalogue",
            "valid_from",
            "valid_to",
        ]


class CategoryDetails(CategoryLine):
    """A category with its duties at the instant asked for."""

    duties = DutyLine(many=True, source="duties_in_force")

    class Meta(CategoryLine.Meta):
        fields = [*CategoryLine.Meta.fields, "duties"]
