"""The catalogue over HTTP: categories, and for one category its duties and limits."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django_filters import rest_framework as filters
from rest_framework.serializers import BaseSerializer

from core.errors import Invalid
from grid.catalogue.models import CatalogueEdition, Category, CategoryKind, Duty
from grid.catalogue.serializers import CategoryDetails, CategoryLine
from grid.ground.views import TIMES, GroundFilters, GroundViewSet


class AmbiguousCategory(Invalid):
    """A facility class and a matter both have the code {code}; add kind=facility or kind=matter."""

    zh = "部件与事件均有代码 {code}；请加参数 kind=facility 或 kind=matter。"


class CategoryFilters(GroundFilters):
    """Categories by their fields."""

    code = filters.CharFilter()
    name = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=CategoryKind.choices)
    parent = filters.CharFilter(field_name="parent__code", help_text="code")


class CategoryViewSet(GroundViewSet):
    """Classes of facilities and matters."""

    queryset = Category.objects.select_related("parent")
    filterset_class = CategoryFilters
    keyset = ("code", "kind")
    dated = False

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """The duties are shown with one category only."""
        return CategoryDetails if self.action == "retrieve" else CategoryLine

    def reading_parameters(self) -> dict[str, str]:
        """The duties of one category are dated."""
        if self.action != "retrieve":
            return super().reading_parameters()
        return {**TIMES, "kind": "facility or matter, where both have the code"}

    def get_queryset(self) -> Any:
        """With the duties in force, for one category."""
        queryset = super().get_queryset()
        if self.action != "retrieve" or getattr(self, "swagger_fake_view", False):
            return queryset
        duties = (
            Duty.objects.as_of(self.asked.at, self.asked.version)
            .exclude(edition__status=CatalogueEdition.Status.DRAFT)
            .select_related("organization", "supervisor", "custodian", "edition")
            .prefetch_related("limits")
            .order_by("scenario", "area_code")
        )
        return queryset.prefetch_related(
            Prefetch("duties", queryset=duties, to_attr="duties_in_force")
        )

    def get_object(self) -> Category:
        """One category by code, and by kind where the code alone says too little."""
        found = self.get_queryset().filter(code=self.kwargs["code"])
        if kind := self.request.query_params.get("kind"):
            found = found.filter(kind=kind)
        categories = list(found)
        if len(categories) > 1:
            raise AmbiguousCategory(code=self.kwargs["code"])
        if not categories:
            raise Http404
        category: Category = categories[0]
        return category
