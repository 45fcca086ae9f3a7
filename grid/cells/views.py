"""Cells over HTTP."""

from django_filters import rest_framework as filters

from grid.cells.models import GridCell
from grid.cells.serializers import CellFeature
from grid.ground.views import GroundFilters, GroundViewSet


class CellFilters(GroundFilters):
    """Cells by their fields."""

    code = filters.CharFilter()
    name = filters.CharFilter()
    community = filters.CharFilter(field_name="community_code")


class CellViewSet(GroundViewSet):
    """Grid cells of the edition in force."""

    queryset = GridCell.objects.select_related("edition")
    serializer_class = CellFeature
    filterset_class = CellFilters
    place = "boundary"
