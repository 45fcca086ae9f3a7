"""Extensions and parkings over HTTP: the desk's queues; acts upon them are acts upon the case."""

from django_filters import rest_framework as filters

from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.cases.timing.models import ExtensionState, ParkingState
from inspections.cases.timing.parts import EXTENSIONS_READ, PARKINGS_READ
from inspections.cases.timing.serializers import ExtensionSerializer, ParkingSerializer


class ExtensionFilters(GroundFilters):
    """Extensions by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=ExtensionState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")


class ParkingFilters(GroundFilters):
    """Parkings by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=ParkingState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")


class ExtensionViewSet(GroundViewSet):
    """Extensions, the newest first; `status=asked` is the desk's queue."""

    queryset = EXTENSIONS_READ
    serializer_class = ExtensionSerializer
    filterset_class = ExtensionFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class ParkingViewSet(GroundViewSet):
    """Parkings, the newest first; `status=asked` is the desk's queue, `status=approved` what rests."""

    queryset = PARKINGS_READ
    serializer_class = ParkingSerializer
    filterset_class = ParkingFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False
