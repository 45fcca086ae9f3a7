"""Areas over HTTP."""

from django_filters import rest_framework as filters

from grid.areas.models import Area, Level, Zone
from grid.areas.serializers import AreaFeature
from grid.ground.views import GroundFilters, GroundViewSet


class AreaFilters(GroundFilters):
    """Areas by their fields."""

    code = filters.CharFilter()
    name = filters.CharFilter()
    level = filters.ChoiceFilter(choices=Level.choices)
    parent = filters.CharFilter(field_name="parent_code")
    zone = filters.ChoiceFilter(choices=Zone.choices)


class AreaViewSet(GroundViewSet):
    """Administrative areas."""

    queryset = Area.objects.select_related("edition")
    serializer_class = AreaFeature
    filterset_class = AreaFilters
    place = "boundary"
