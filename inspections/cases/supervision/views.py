"""Letters and supervisions over HTTP: lists; acts upon supervisions are acts upon the case."""

from django_filters import rest_framework as filters

from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter, SubjectIds
from inspections.cases.supervision.models import (
    ReminderClock,
    ReminderKind,
    SupervisionLevel,
    SupervisionState,
)
from inspections.cases.supervision.parts import REMINDERS_READ, SUPERVISIONS_READ
from inspections.cases.supervision.serializers import ReminderSerializer, SupervisionSerializer


class ReminderFilters(GroundFilters):
    """Letters by their fields."""

    subject_id = SubjectIds()
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    kind = filters.ChoiceFilter(choices=ReminderKind.choices)
    clock = filters.ChoiceFilter(choices=ReminderClock.choices)
    issued_after = InstantFilter(field_name="issued_at", lookup_expr="gte")
    issued_before = InstantFilter(field_name="issued_at", lookup_expr="lt")


class SupervisionFilters(GroundFilters):
    """Supervisions by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=SupervisionState.choices)
    level = filters.ChoiceFilter(choices=SupervisionLevel.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")


class ReminderViewSet(GroundViewSet):
    """Reminder letters, the newest first."""

    queryset = REMINDERS_READ
    serializer_class = ReminderSerializer
    filterset_class = ReminderFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class SupervisionViewSet(GroundViewSet):
    """Supervisions, the newest first; `status=open` is what bodies owe an answer to."""

    queryset = SUPERVISIONS_READ
    serializer_class = SupervisionSerializer
    filterset_class = SupervisionFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False
