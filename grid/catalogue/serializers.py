"""How categories, their duties and limits are shown, and what differs between editions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.catalogue.limits import is_shorter
from grid.catalogue.models import CatalogueEdition, Category, CategoryHeir, Duty, DutyLimit
from grid.catalogue.queries import BODIES, Difference
from grid.ground.serializers import ValidFrom, ValidTo
from grid.organizations.serializers import OrganizationName


class CategoryName(serializers.ModelSerializer[Category]):
    """A category in passing: code, kind and name."""

    class Meta:
        model = Category
        fields = ["code", "kind", "name"]


class KinOfCategory(serializers.ModelSerializer[CategoryHeir]):
    """A class that this one took the place of, or the other way round."""

    since = serializers.DateTimeField()
    edition = serializers.IntegerField(source="edition.number")

    class Meta:
        model = CategoryHeir
        fields = ["code", "name", "since", "edition"]


class FormerCategory(KinOfCategory):
    """A class that went on as this one."""

    code = serializers.CharField(source="former.code")
    name = serializers.CharField(source="former.name")


class HeirOfCategory(KinOfCategory):
    """A class as which this one goes on."""

    code = serializers.CharField(source="heir.code")
    name = serializers.CharField(source="heir.name")


class CategoryLine(serializers.ModelSerializer[Category]):
    """A category, its major, and its lineage: the classes it stands for, and those that stand for it."""

    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, default=None
    )
    formers = FormerCategory(many=True, read_only=True)
    heirs = HeirOfCategory(many=True, read_only=True)
    superseded = serializers.BooleanField(
        read_only=True, help_text="its heirs stand for it: it has no duties any more"
    )

    class Meta:
        model = Category
        fields = ["code", "kind", "name", "parent", "formers", "heirs", "superseded"]


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
            "guide",
            "severity",
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


class CatalogueDuty(DutyLine):
    """A line of the catalogue with its class and the major of that."""

    category = CategoryName()
    major = CategoryName(source="category.parent", allow_null=True)

    class Meta(DutyLine.Meta):
        fields = ["id", "category", "major", *DutyLine.Meta.fields]


class EditionLine(serializers.ModelSerializer[CatalogueEdition]):
    """A published edition: since when, by whom, how many duties it brought."""

    version = serializers.IntegerField(source="version_id")
    valid_from = ValidFrom()
    published_at = serializers.DateTimeField(source="version.published_at")
    published_by = serializers.CharField(source="version.published_by.username")
    approved_by = serializers.CharField(source="version.approved_by.username", default=None)
    brought = serializers.IntegerField(help_text="duties that it states anew or otherwise")

    class Meta:
        model = CatalogueEdition
        fields = [
            "number",
            "status",
            "version",
            "valid_from",
            "published_at",
            "published_by",
            "approved_by",
            "brought",
        ]


class FieldChange(serializers.Serializer[Any]):
    """A field of a duty that differs; bodies as {code, name}."""

    field = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        told = {name: serializers.JSONField(allow_null=True) for name in ("from", "to")}
        return super().get_fields() | told


class LimitChange(serializers.Serializer[Any]):
    """A limit that differs."""

    urgency = serializers.CharField(allow_blank=True)
    zone = serializers.CharField(allow_blank=True)
    clock = serializers.CharField()
    shorter = serializers.BooleanField(
        allow_null=True, help_text="null: the two cannot be compared, or one states none"
    )

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        told = {name: serializers.CharField(allow_blank=True) for name in ("from", "to")}
        return super().get_fields() | told


class DifferenceLine(serializers.Serializer[Difference]):
    """One duty that two editions state differently."""

    change = serializers.ChoiceField(choices=["added", "removed", "changed"])
    category = CategoryName(source="duty.category")
    scenario = serializers.CharField(source="duty.scenario")
    area = serializers.CharField(source="duty.area_code")
    organization = OrganizationName(source="duty.organization", allow_null=True)
    changes = serializers.SerializerMethodField(help_text="the fields that differ")
    limits = serializers.SerializerMethodField(help_text="the limits that differ")

    @extend_schema_field(FieldChange(many=True))
    def get_changes(self, one: Difference) -> list[dict[str, Any]]:
        """Field by field, before and after."""
        return [
            {"field": name, "from": said(one.before, name), "to": said(one.after, name)}
            for name in one.fields
        ]

    @extend_schema_field(LimitChange(many=True))
    def get_limits(self, one: Difference) -> list[dict[str, Any]]:
        """Clock by clock, and whether it became shorter."""
        return [
            {
                "urgency": urgency,
                "zone": zone,
                "clock": clock,
                "from": before,
                "to": after,
                "shorter": is_shorter(before, after),
            }
            for urgency, zone, clock, before, after in one.limits
        ]


def said(duty: Duty | None, name: str) -> Any:
    """What a duty says in a field; bodies as {code, name}."""
    value = getattr(duty, name, None)
    if name in BODIES:
        return OrganizationName(value).data if value else None
    return value
