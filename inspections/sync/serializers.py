"""Operations and receipts, as the schema describes them."""

from typing import Any

from rest_framework import serializers

from inspections.fieldwork.serializers import VisitSerializer


class OperationRequest(serializers.Serializer[Any]):
    """One thing done on a phone: `add_evidence`, a `visit`, or an act upon a case."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    device = serializers.CharField(required=False, allow_blank=True, max_length=200)
    sequence = serializers.IntegerField(required=False, min_value=0)
    base_version = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    captured_at = serializers.DateTimeField(required=False, help_text="with its zone")
    payload = serializers.DictField(help_text="`case` (visit: `task`), then what the kind takes")


class Receipt(serializers.Serializer[Any]):
    """What was done; a phone deletes nothing before its hash stands in `sha256`."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    done_at = serializers.DateTimeField()
    case = serializers.CharField(allow_null=True)
    task = serializers.IntegerField(required=False, help_text="of a visit")
    visit = VisitSerializer(required=False)
    sha256 = serializers.ListField(child=serializers.CharField())
    evidence = serializers.ListField(child=serializers.DictField())
    state = serializers.CharField(required=False, allow_null=True)
    version = serializers.IntegerField(allow_null=True)
