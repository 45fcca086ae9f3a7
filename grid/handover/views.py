"""Handovers over HTTP, and facilities with where their handover stands."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_filters import rest_framework as filters
from rest_framework.serializers import BaseSerializer

from grid.facilities.views import FacilityFilters, FacilityViewSet
from grid.ground.views import TIMES, GroundFilters, GroundViewSet
from grid.handover.models import (
    Handover,
    HandoverEffect,
    HandoverItem,
    HandoverKind,
    HandoverState,
)
from grid.handover.queries import NONE, where_standing
from grid.handover.serializers import FacilityWithHandover, HandoverDetails, HandoverLine

ITEMS_COUNT = Coalesce(
    Subquery(
        HandoverItem.objects.filter(handover=OuterRef("pk"))
        .values("handover")
        .annotate(number=Count("pk"))
        .values("number")
    ),
    0,
)


class HandoverFilters(GroundFilters):
    """Handovers by their fields."""

    code = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=HandoverKind.choices)
    state = filters.ChoiceFilter(choices=HandoverState.choices)
    to = filters.CharFilter(field_name="to_organization__code", help_text="code")
    facility = filters.CharFilter(method="naming_facility", help_text="code of a facility it names")
    signed_on = filters.DateFilter()
    effective_on = filters.DateFilter()

    def naming_facility(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The facilities are frozen at application."""
        items = HandoverItem.objects.filter(handover=OuterRef("pk"), facility__code=value)
        return queryset.filter(Exists(items))


# `from` is the filter's name, but no Python name.
HandoverFilters.base_filters["from"] = filters.CharFilter(
    field_name="from_organization__code", help_text="code"
)


class HandoverViewSet(GroundViewSet):
    """The ledger of handovers; what passed by one is shown for the instant asked for."""

    queryset = Handover.objects.select_related("from_organization", "to_organization")
    filterset_class = HandoverFilters
    dated = False

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Items and effects are shown with one handover only."""
        return HandoverDetails if self.action == "retrieve" else HandoverLine

    def reading_parameters(self) -> dict[str, str]:
        """The effects of one handover are dated."""
        return dict(TIMES) if self.action == "retrieve" else super().reading_parameters()

    def get_queryset(self) -> Any:
        """With the number of facilities each one names."""
        return super().get_queryset().annotate(facilities_count=ITEMS_COUNT)


class FacilityStandingFilters(FacilityFilters):
    """Facilities also by how their handover stands, and by the handover that names them."""

    handover = filters.ChoiceFilter(
        method="standing", choices=[(NONE, "无移交记录"), *HandoverState.choices]
    )
    handover_code = filters.CharFilter(method="in_handover", help_text="code of a handover")

    def standing(self, queryset: QuerySet[Any], name: str, value: str) -> Any:
        """By how its handover stands in the ledger."""
        return where_standing(queryset, value)

    def in_handover(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Everything one handover names."""
        items = HandoverItem.objects.filter(handover__code=value, facility=OuterRef("facility"))
        return queryset.filter(Exists(items))


class FacilityStandingViewSet(FacilityViewSet):
    """Facilities with parties, cells, and where their handover stands."""

    serializer_class = FacilityWithHandover
    filterset_class = FacilityStandingFilters

    def get_queryset(self) -> Any:
        """With effects in force and the handovers that name each facility."""
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset
        effects = (
            HandoverEffect.objects.as_of(self.asked.at, self.asked.version)
            .select_related("organization", "handover")
            .order_by("role", "handover_id")
        )
        items = HandoverItem.objects.select_related("handover").order_by("handover_id")
        return queryset.prefetch_related(
            Prefetch("facility__handover_effects", queryset=effects, to_attr="effects_in_force"),
            Prefetch("facility__handover_items", queryset=items),
        )
