"""The catalogue over HTTP: categories with their duties, duties searched, editions and what differs between them."""

from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.api import person_of
from core.errors import Invalid, Missing
from core.models import User
from grid.catalogue.heirs import heirs_named, with_superseded
from grid.catalogue.models import (
    CatalogueEdition,
    Category,
    CategoryKind,
    Duty,
    PartyRole,
    Severity,
)
from grid.catalogue.queries import (
    READ,
    Difference,
    Reading,
    differences,
    named_like,
    reading_now,
    reading_of,
)
from grid.catalogue.serializers import (
    CatalogueDuty,
    CategoryDetails,
    CategoryLine,
    DifferenceLine,
    EditionLine,
)
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
    q = filters.CharFilter(
        method="saying", max_length=200, help_text="of name or code, or of a class it stands for"
    )

    def saying(self, queryset: Any, name: str, value: str) -> Any:
        """Whose name or code says it, or whose former class's did."""
        own = Q(code__startswith=value) | Q(name__icontains=value)
        return queryset.filter(own | Q(pk__in=heirs_named(value)))


class CategoryViewSet(GroundViewSet):
    """Classes of facilities and matters."""

    queryset = Category.objects.filter(drafted=False)
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
        """With their lineage; of one category with the duties in force."""
        queryset = with_superseded(super().get_queryset()).select_related("parent")
        queryset = queryset.prefetch_related(
            "formers__former", "formers__edition", "heirs__heir", "heirs__edition"
        )
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


class DutyFilters(GroundFilters):
    """Duties by what they say."""

    q = filters.CharFilter(
        method="saying", max_length=200, help_text="words of class, scenario, body, law, standard"
    )
    kind = filters.ChoiceFilter(field_name="category__kind", choices=CategoryKind.choices)
    category = filters.CharFilter(method="of_class", help_text="code: the class and those below")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    supervisor = filters.CharFilter(field_name="supervisor__code", help_text="code")
    role = filters.ChoiceFilter(choices=PartyRole.choices)
    severity = filters.ChoiceFilter(choices=Severity.choices)
    area = filters.CharFilter(field_name="area_code", help_text="code")
    edition = filters.NumberFilter(
        field_name="edition__number", help_text="the edition that brought it"
    )

    def saying(self, queryset: Any, name: str, value: str) -> Any:
        """That say every word."""
        return queryset.filter(named_like(value))

    def of_class(self, queryset: Any, name: str, value: str) -> Any:
        """Of the class, or of one directly below it."""
        return queryset.filter(Q(category__code=value) | Q(category__parent__code=value))


class DutyViewSet(GroundViewSet):
    """The lines of the catalogue as they stand at an instant."""

    queryset = READ.annotate(code=F("category__code"))
    serializer_class = CatalogueDuty
    filterset_class = DutyFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("code", "id")


class EditionFilters(GroundFilters):
    """Editions by their fields."""

    status = filters.ChoiceFilter(choices=CatalogueEdition.Status.choices)


class EditionViewSet(GroundViewSet):
    """Published editions, the newest first."""

    queryset = (
        CatalogueEdition.objects.filter(number__isnull=False)
        .select_related("version__published_by", "version__approved_by")
        .annotate(
            brought=Count("duties", filter=Q(duties__recorded_during__startswith=F("version_id")))
        )
    )
    serializer_class = EditionLine
    filterset_class = EditionFilters
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    keyset = ("-number",)
    dated = False


class DifferenceView(APIView):
    """What two editions state differently."""

    @extend_schema(
        parameters=[
            OpenApiParameter("from", int, required=True, description="number of an edition"),
            OpenApiParameter(
                "to", int, description="number of an edition; as it holds now if not given"
            ),
        ],
        responses=DifferenceLine(many=True),
        operation_id="catalogue_differences_list",
    )
    def get(self, request: Request) -> Response:
        """Duty by duty in the order of the classes, with counts; no pages."""
        user = person_of(request)
        before = _reading(user, request.query_params.get("from", ""), "from")
        wanted = request.query_params.get("to")
        after = _reading(user, wanted, "to") if wanted else reading_now()
        if not CatalogueEdition.objects.visible_to(user).exists():
            raise Missing
        found: Any = differences(before, after)
        return Response(
            {"counts": _counts(found), "results": DifferenceLine(found, many=True).data}
        )


def _reading(user: User, number: str, name: str) -> Reading:
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Invalid(
            "'{name}' is the number of an edition",
            zh="参数 {name} 须为版次的编号。",
            name=name,
        )
    edition = CatalogueEdition.objects.visible_to(user).filter(number=int(number)).first()
    if edition is None:
        raise Missing(edition=int(number))
    return reading_of(edition)


def _counts(found: list[Difference]) -> dict[str, int]:
    """How many duties were added, removed and changed."""
    counts = dict.fromkeys(("added", "removed", "changed"), 0)
    for one in found:
        counts[one.change] += 1
    return counts
