"""Reading the ground over HTTP: one manner for every thing on it."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from core.instants import in_utc
from grid.ground.parameters import Asked, asked_of, refuse_unknown

TIMES = {
    "at": "valid at this instant (a date begins in city time); now if not given",
    "as_known_at": "as the ground was recorded at this instant; as it is known now if not given",
}
PLACES = {"datum": "of the geometry given out: wgs84 (default), cgcs2000, gcj02, bd09, epsg:N"}
BOXES = {"bbox": "minlon,minlat,maxlon,maxlat in WGS84; what touches the box"}


class SubjectIds(filters.BaseInFilter, filters.NumberFilter):  # type: ignore[misc]
    """The things that live events name by `subject_id`; several with commas."""

    def __init__(self) -> None:
        super().__init__(field_name="pk", help_text="as live events say it; several with commas")


class _Instant(IsoDateTimeField):  # type: ignore[misc]
    """An instant with its offset, in UTC."""

    def clean(self, value: Any) -> datetime | None:
        """Raises ValidationError for what is no instant."""
        moment: datetime | None = super().clean(value)
        try:
            return in_utc(moment) if moment else None
        except ValueError as error:
            raise ValidationError(str(error)) from error


class InstantFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]
    """By an instant as ISO 8601 with any offset."""

    field_class = _Instant


class GroundFilters(filters.FilterSet):  # type: ignore[misc]
    """Filters that know at which instant and version the ground is read."""

    asked: Asked


class GroundFilterBackend(filters.DjangoFilterBackend):  # type: ignore[misc]
    """Hands the reading on to the filters."""

    def get_filterset(self, request: Request, queryset: Any, view: Any) -> Any:
        """The filters of this request; they find the reading in `asked`."""
        filterset = super().get_filterset(request, queryset, view)
        if filterset is not None:
            filterset.asked = view.asked
        return filterset


class GroundSchema(AutoSchema):
    """Documents the parameters every reading takes."""

    def get_override_parameters(self) -> list[Any]:
        """Times, datum and box, where the view takes them."""
        view = self.view
        told = view.reading_parameters() if isinstance(view, GroundViewSet) else {}
        return [OpenApiParameter(name, str, description=text) for name, text in told.items()]


class GroundViewSet(ReadOnlyModelViewSet[Any]):
    """A list and a detail by code, for whoever may see it; an unknown parameter is refused.

    A view names its queryset, serializer and filters, its `keyset` (the fields that order the
    list, unique together), the field of its `place`, and whether its rows are `dated`.
    """

    schema = GroundSchema()
    filter_backends = [GroundFilterBackend]
    filterset_class: ClassVar[type[GroundFilters]]
    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    keyset: ClassVar[tuple[str, ...]] = ("code",)
    place: ClassVar[str] = ""
    dated: ClassVar[bool] = True
    asked: Asked

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks is checked first, then what is asked."""
        super().initial(request, *args, **kwargs)
        given = request.query_params.dict()
        refuse_unknown(given, self.known_parameters())
        self.asked = asked_of(given)

    def reading_parameters(self) -> dict[str, str]:
        """The parameters of this action that say how to read, with their meaning."""
        told = dict(TIMES) if self.dated else {}
        if self.place:
            told |= PLACES
            told |= BOXES if self.action == "list" else {}
        return told

    def known_parameters(self) -> set[str]:
        """Every parameter this action takes."""
        known = set(self.reading_parameters())
        if self.action == "list":
            known |= {"cursor", "limit", *self.filterset_class.base_filters}
        return known

    def get_queryset(self) -> Any:
        """What this user may see, at the instant and version asked for, in the box asked for."""
        queryset: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset
        queryset = queryset.visible_to(self.request.user)
        if self.dated:
            queryset = queryset.as_of(self.asked.at, self.asked.version)
        if self.asked.bbox is not None:
            queryset = queryset.filter(**{f"{self.place}__intersects": self.asked.bbox})
        return queryset

    def get_serializer_context(self) -> dict[str, Any]:
        """The serializers convert places to the datum asked for."""
        context = dict(super().get_serializer_context())
        if not getattr(self, "swagger_fake_view", False):
            context["asked"] = self.asked
        return context
