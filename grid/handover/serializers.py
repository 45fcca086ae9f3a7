"""How handovers, and where a facility's handover stands, are shown."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.facilities.models import Facility
from grid.facilities.serializers import FacilityFeature
from grid.ground.serializers import ValidFrom, ValidTo
from grid.handover.models import Handover, HandoverEffect
from grid.handover.queries import WORDS, effects_of, standing_of
from grid.organizations.serializers import OrganizationName


class Words(serializers.Serializer[Any]):
    """A sentence in both languages."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The names of the languages are no Python names."""
        return {"zh-Hans": serializers.CharField(), "en": serializers.CharField()}


class Effect(serializers.ModelSerializer[HandoverEffect]):
    """What passed to whom, in which role, since when; `claimed` is asserted without signature."""

    handover = serializers.CharField(source="handover.code")
    organization = OrganizationName()
    valid_from = ValidFrom()
    valid_to = ValidTo()

    class Meta:
        model = HandoverEffect
        fields = [
            "handover",
            "role",
            "organization",
            "standing",
            "document",
            "valid_from",
            "valid_to",
        ]


class Standing(serializers.Serializer[Facility]):
    """Where the handover of a facility stands: in the ledger, and what is in effect."""

    state = serializers.SerializerMethodField(help_text="a handover's state, or none")
    words = serializers.SerializerMethodField()
    effects = Effect(source="effects_in_force", many=True)
    handovers = serializers.SerializerMethodField(help_text="codes of those that name it")

    def get_state(self, facility: Facility) -> str:
        """In a word."""
        return standing_of(facility.handover_items.all())

    @extend_schema_field(Words)
    def get_words(self, facility: Facility) -> dict[str, str]:
        """In both languages."""
        return _in_words(self.get_state(facility))

    def get_handovers(self, facility: Facility) -> list[str]:
        """From the first to the newest."""
        return [item.handover.code for item in facility.handover_items.all()]


class FacilityWithHandover(FacilityFeature):
    """A facility, and where its handover stands."""

    handover = Standing(source="facility")

    class Meta(FacilityFeature.Meta):
        fields = [*FacilityFeature.Meta.fields, "handover"]


def _in_words(state: str) -> dict[str, str]:
    chinese, english = WORDS[state]
    return {"zh-Hans": chinese, "en": english}


class HandoverLine(serializers.ModelSerializer[Handover]):
    """One handover of the ledger."""

    from_ = OrganizationName(source="from_organization", allow_null=True)
    to = OrganizationName(source="to_organization", allow_null=True)
    words = serializers.SerializerMethodField()
    facilities_count = serializers.IntegerField()

    class Meta:
        model = Handover
        fields = [
            "code",
            "kind",
            "state",
            "words",
            "from_",
            "to",
            "signed_on",
            "effective_on",
            "document",
            "reason",
            "facilities_count",
        ]

    def get_fields(self) -> dict[str, Any]:
        """`from` is the field's name, but no Python name."""
        named = super().get_fields()
        return {"from" if name == "from_" else name: field for name, field in named.items()}

    @extend_schema_field(Words)
    def get_words(self, handover: Handover) -> dict[str, str]:
        """The state in both languages."""
        return _in_words(handover.state)


class Passed(serializers.Serializer[Any]):
    """What passed by one handover: role, receiver, dates, and upon how many facilities."""

    role = serializers.CharField()
    organization = OrganizationName()
    standing = serializers.CharField()
    document = serializers.CharField()
    valid_from = ValidFrom()
    valid_to = ValidTo()
    facilities_count = serializers.IntegerField()


class HandoverDetails(HandoverLine):
    """One handover, the first thousand facilities it names, and what passed by it."""

    facilities = serializers.SerializerMethodField(help_text="codes, a thousand at most")
    effects = serializers.SerializerMethodField()

    class Meta(HandoverLine.Meta):
        fields = [*HandoverLine.Meta.fields, "facilities", "effects"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_facilities(self, handover: Handover) -> list[str]:
        """Codes in their order; all of them: /api/v1/facilities/?handover_code=."""
        items = handover.items.order_by("facility__code")
        return list(items.values_list("facility__code", flat=True)[:1000])

    @extend_schema_field(Passed(many=True))
    def get_effects(self, handover: Handover) -> Any:
        """One line for each role, receiver, standing, paper and validity."""
        return Passed(effects_of(handover, self.context["asked"]), many=True).data
