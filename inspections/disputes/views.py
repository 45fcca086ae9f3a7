"""Returns, transfers and disputes over HTTP: lists and details; acts upon them are acts upon the case."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.disputes.models import (
    DisputeState,
    Grounds,
    ReturnState,
    Transfer,
    TransferState,
)
from inspections.disputes.parts import DISPUTES_READ, RETURNS_READ, TRANSFERS_READ
from inspections.disputes.serializers import (
    DisputeSerializer,
    ReturnSerializer,
    TransferSerializer,
)


class ReturnFilters(GroundFilters):
    """Returns by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=ReturnState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    grounds = filters.ChoiceFilter(choices=Grounds.choices)


class TransferFilters(GroundFilters):
    """Transfers by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=TransferState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="from: code")
    proposed_to = filters.CharFilter(field_name="proposed_to__code", help_text="to: code")
    mine = filters.BooleanFilter(method="to_answer", help_text="true: asked of your own body")

    def to_answer(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Those asked of the body of the person who asks; false filters nothing."""
        asked = Transfer.objects.asked_of(self.request.user)
        return queryset.filter(pk__in=asked.values("pk")) if value else queryset


class DisputeFilters(GroundFilters):
    """Disputes by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=DisputeState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(
        field_name="denials__organization__code", distinct=True, help_text="who denies it: code"
    )


class ReturnViewSet(GroundViewSet):
    """Return requests; what the desk must decide first comes first (`status=asked` is its queue)."""

    queryset = RETURNS_READ
    serializer_class = ReturnSerializer
    filterset_class = ReturnFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("decide_by", "id")
    dated = False


class TransferViewSet(GroundViewSet):
    """Transfers, the newest first."""

    queryset = TRANSFERS_READ
    serializer_class = TransferSerializer
    filterset_class = TransferFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class DisputeViewSet(GroundViewSet):
    """Disputes, the newest first."""

    queryset = DISPUTES_READ
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False
