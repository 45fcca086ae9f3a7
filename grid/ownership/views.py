"""Ownership areas over HTTP."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from grid.catalogue.models import PartyRole
from grid.ground.views import GroundFilters, GroundViewSet
from grid.ownership.models import OwnershipArea, OwnershipKind
from grid.ownership.serializers import OwnershipFeature


class OwnershipFilters(GroundFilters):
    """Ownership areas by their fields."""

    code = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=OwnershipKind.choices)
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    role = filters.ChoiceFilter(choices=PartyRole.choices)
    category = filters.CharFilter(
        method="covering_category", help_text="code of a category it covers, by name or as all"
    )

    def covering_category(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """An area without categories covers them all."""
        return queryset.filter(Q(categories__contains=[value]) | Q(categories=[]))


class OwnershipViewSet(GroundViewSet):
    """Who answers for the ground inside a boundary, by which paper."""

    queryset = OwnershipArea.objects.select_related("organization")
    serializer_class = OwnershipFeature
    filterset_class = OwnershipFilters
    place = "boundary"
