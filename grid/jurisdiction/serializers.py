"""The answer's shape, for the schema."""

from rest_framework import serializers

from grid.jurisdiction.models import Outcome


class BodySerializer(serializers.Serializer[dict[str, str]]):
    """An organization by code and name."""

    code = serializers.CharField()
    name = serializers.CharField()


class ShareSerializer(serializers.Serializer[dict[str, object]]):
    """The part of the accuracy circle in which a body answers (null: nobody)."""

    organization = BodySerializer(allow_null=True)
    share = serializers.FloatField(min_value=0, max_value=1)


class SourceSerializer(serializers.Serializer[dict[str, str]]):
    """The record a claim comes from."""

    type = serializers.CharField()
    code = serializers.CharField()


class ClaimSerializer(serializers.Serializer[dict[str, object]]):
    """What speaks for a body, by which rule and paper."""

    rule = serializers.IntegerField(min_value=1, max_value=9)
    organization = BodySerializer()
    role = serializers.CharField()
    source = SourceSerializer()  # type: ignore[assignment]
    document = serializers.CharField(allow_null=True)
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_to = serializers.DateTimeField(allow_null=True)
    via = serializers.CharField(allow_null=True, help_text="the circuit whose record it is")
    speaks = serializers.BooleanField()


class CircuitSerializer(serializers.Serializer[dict[str, object]]):
    """What the things of a part hang on (lamp → circuit), and which of them do."""

    code = serializers.CharField()
    facilities = serializers.ListField(child=serializers.CharField())


class PartSerializer(serializers.Serializer[dict[str, object]]):
    """The part of a line (length) or polygon (area) that has one answer."""

    length_m = serializers.FloatField(allow_null=True)
    area_m2 = serializers.FloatField(allow_null=True)
    share = serializers.FloatField(min_value=0, max_value=1)
    outcome = serializers.ChoiceField(Outcome.choices)
    responsible = BodySerializer(allow_null=True)
    rule = serializers.IntegerField(allow_null=True)
    between = BodySerializer(many=True, help_text="contested: the bodies between whom it stands")
    facilities = serializers.ListField(child=serializers.CharField())
    circuits = CircuitSerializer(many=True)
    geometry = serializers.JSONField(help_text="GeoJSON, WGS84")


class ExplanationSerializer(serializers.Serializer[dict[str, str]]):
    """The explanation in words."""

    en = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`zh-Hans` is no Python name."""
        return {"zh-Hans": serializers.CharField(), **super().get_fields()}


class AnswerSerializer(serializers.Serializer[dict[str, object]]):
    """Who answers for a place."""

    outcome = serializers.ChoiceField(Outcome.choices)
    responsible = BodySerializer(allow_null=True)
    supervisor = BodySerializer(allow_null=True)
    dispatch_to = BodySerializer(allow_null=True)
    custodian = BodySerializer(allow_null=True)
    role = serializers.CharField(allow_null=True)
    rule = serializers.IntegerField(allow_null=True)
    margin_m = serializers.FloatField(allow_null=True)
    position = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
    cell = serializers.CharField(allow_null=True)
    area = serializers.CharField(allow_null=True)
    areas = serializers.ListField(child=serializers.CharField())
    shares = ShareSerializer(many=True)
    claims = ClaimSerializer(many=True)
    explanation = ExplanationSerializer()
    category = serializers.CharField(allow_null=True)
    facilities = serializers.ListField(child=serializers.CharField())
    demarcations = serializers.ListField(
        child=serializers.CharField(), help_text="grounds where the utility's class is silent"
    )
    parts = PartSerializer(many=True, help_text="of a line or polygon; empty for a place")
    cross_district = serializers.BooleanField()
    districts = serializers.ListField(child=serializers.CharField())
    upper = BodySerializer(allow_null=True, help_text="the body above all these districts")
    at = serializers.DateTimeField()
    ground_version = serializers.IntegerField()
    rules = serializers.CharField()
