"""Facilities over HTTP: place, class, state, cells and parties."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django_filters import rest_framework as filters

from grid.catalogue.models import PartyRole
from grid.facilities.models import (
    CodeScheme,
    FacilityCell,
    FacilityParty,
    FacilityRecord,
    FacilityState,
)
from grid.ground.views import GroundFilters, GroundViewSet


class FacilityFilters(GroundFilters):
    """Facilities by their fields; a party by the code of the organization in that role."""

    code = filters.CharFilter(field_name="facility__code")
    scheme = filters.ChoiceFilter(field_name="facility__scheme", choices=CodeScheme.choices)
    category = filters.CharFilter(field_name="category__code", help_text="code")
    name = filters.CharFilter()
    state = filters.ChoiceFilter(choices=FacilityState.choices)
    parent = filters.CharFilter(field_name="parent__code", help_text="code")
    cell = filters.CharFilter(method="in_cell", help_text="code of a cell it lies in or crosses")
    owner = filters.CharFilter(method="with_party", help_text="code of the organization")
    maintainer = filters.CharFilter(method="with_party", help_text="code of the organization")
    builder = filters.CharFilter(method="with_party", help_text="code of the organization")
    payer = filters.CharFilter(method="with_party", help_text="code of the organization")
    authority = filters.CharFilter(method="with_party", help_text="code of the organization")

    def in_cell(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Points by their home cell; lines and polygons by every cell they cross."""
        crossing = FacilityCell.objects.filter(cell_code=value).values("record")
        return queryset.filter(Q(home_cell_code=value) | Q(pk__in=crossing))

    def with_party(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The filter's name is the role."""
        parties = FacilityParty.objects.as_of(self.asked.at, self.asked.version).filter(
            facility=OuterRef("facility"), role=PartyRole(name), organization__code=value
        )
        return queryset.filter(Exists(parties))


class FacilityViewSet(GroundViewSet):
    """Facilities with their parties; how their handover stands is added by the handover room."""

    queryset = FacilityRecord.objects.select_related("facility", "category", "parent")
    filterset_class = FacilityFilters
    lookup_field = "facility__code"
    lookup_url_kwarg = "code"
    keyset = ("facility_id",)
    place = "location"

    def get_queryset(self) -> Any:
        """With the parties in force and the cells crossed, whatever the number of rows."""
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset
        parties = (
            FacilityParty.objects.as_of(self.asked.at, self.asked.version)
            .select_related("organization")
            .order_by("role")
        )
        return queryset.prefetch_related(
            Prefetch("facility__parties", queryset=parties, to_attr="parties_in_force"), "cells"
        )
