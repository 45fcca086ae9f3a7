"""Reading requests over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.requests.models import Channel, Nature, ServiceRequest
from inspections.requests.serializers import RequestFeature


class RequestFilters(GroundFilters):
    """Requests by their fields."""

    subject_id = SubjectIds()
    code = filters.CharFilter()
    channel = filters.ChoiceFilter(choices=Channel.choices)
    nature = filters.ChoiceFilter(choices=Nature.choices)
    category = filters.CharFilter(field_name="category__code", help_text="code")
    facility = filters.CharFilter(field_name="facility_code", help_text="code")
    status = filters.CharFilter()
    cell = filters.CharFilter(field_name="cell_code", help_text="code")
    area = filters.CharFilter(field_name="area_code", help_text="code")
    case = filters.CharFilter(method="feeding", help_text="number of the case it feeds")

    def feeding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those that feed this case now."""
        return queryset.filter(links__case__number=value, links__left_at__isnull=True)


class RequestViewSet(GroundViewSet):
    """Requests, the newest first."""

    queryset = ServiceRequest.objects.select_related("category").prefetch_related("links__case")
    serializer_class = RequestFeature
    filterset_class = RequestFilters
    keyset = ("-reported_at", "-id")
    place = "place"
    dated = False
