"""What making a batch handover takes."""

from typing import Any

from rest_framework import serializers

from grid.catalogue.models import PartyRole
from grid.handover.models import HandoverKind


class BatchRequest(serializers.Serializer[Any]):
    """From whom to whom, which roles pass, by which track."""

    to = serializers.CharField(max_length=200, help_text="organization: code or exact name")
    giver = serializers.CharField(required=False, max_length=200, help_text="organization")
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=PartyRole.choices), required=False, min_length=1
    )
    kind = serializers.ChoiceField(
        required=False,
        choices=[one for one in HandoverKind.choices if one[0] != HandoverKind.DE_FACTO],
    )
