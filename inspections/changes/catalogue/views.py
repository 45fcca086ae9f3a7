"""Drafts of the catalogue over HTTP: begun, read line by line, written, reviewed; published as change sets are."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from core.models import User
from core.pages import KeysetPagination
from grid.catalogue.models import Category
from grid.catalogue.queries import in_force_for, reading_now
from grid.ground.views import GroundFilters, GroundViewSet
from grid.jurisdiction.asking import category_of
from inspections.changes.catalogue.models import DraftLine, EditionDraft
from inspections.changes.catalogue.queries import READ, lines_of, lines_read
from inspections.changes.catalogue.serializers import (
    BaseStated,
    DraftDetail,
    DraftSummary,
    EditionDraftRequest,
    EffectiveStated,
    LineShown,
    LineStated,
    ReviewStated,
)
from inspections.changes.catalogue.use_cases import (
    COPIED,
    NewClass,
    begin_draft,
    remove_line,
    review_lines,
    set_effective,
    write_line,
)
from inspections.changes.models import ChangeSetState

ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)
ANSWERS = {201: DraftDetail, 200: DraftDetail}


class DraftFilters(GroundFilters):
    """Drafts by state."""

    state = filters.MultipleChoiceFilter(
        field_name="change_set__state", choices=ChangeSetState.choices
    )


class EditionDraftViewSet(GroundViewSet):
    """Drafts of the catalogue, the newest first; one whole."""

    queryset = READ
    filterset_class = DraftFilters
    lookup_field = "change_set__number"
    lookup_url_kwarg = "number"
    lookup_value_regex = "[^/]+"
    keyset = ("-pk",)
    dated = False

    def get_serializer_class(self) -> Any:
        """A list shows summaries, one draft everything."""
        return DraftSummary if self.action == "list" else DraftDetail

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One draft, with what its lines lack."""
        return Response(_as_json(self.get_object(), request))

    @extend_schema(request=EditionDraftRequest, parameters=[ONCE], responses=ANSWERS)
    def create(self, request: Request) -> HttpResponse:
        """Begin a draft."""
        user = person_of(request)
        asked = EditionDraftRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return answer_once(
            request, lambda: _as_json(begin_draft(actor=user, **asked.validated_data), request)
        )


class DraftLinesView(APIView):
    """The lines of a draft."""

    keyset = ("pk",)

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="words of the class or scenario"),
            OpenApiParameter("waiting", bool, description="true: without legal review"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ],
        responses=LineShown(many=True),
        operation_id="catalogue_drafts_duties_list",
    )
    def get(self, request: Request, number: str) -> Response:
        """Each against what is in force, page by page."""
        rows = lines_read(draft_seen_by(person_of(request), number))
        for word in request.query_params.get("q", "").split()[:8]:
            rows = rows.filter(
                Q(duty__category__name__icontains=word)
                | Q(duty__category__code__startswith=word)
                | Q(duty__scenario__icontains=word)
            )
        if request.query_params.get("waiting") == "true":
            rows = rows.filter(duty__reviewed_on__isnull=True, ends=False)
        pages = KeysetPagination()
        page = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response(_lines_as_json(page))

    @extend_schema(
        request=LineStated,
        parameters=[ONCE],
        responses={201: LineShown, 200: LineShown},
        operation_id="catalogue_drafts_duties_create",
    )
    def post(self, request: Request, number: str) -> HttpResponse:
        """Write a line; answers it as it is then, with what it still lacks."""
        user = person_of(request)
        draft = draft_seen_by(user, number)
        form = LineStated(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        category = _class_meant(asked)

        def work() -> Any:
            line = write_line(
                draft,
                actor=user,
                category=category,
                scenario=asked["scenario"],
                area_code=asked["area"],
                stated={k: asked[k] for k in (*COPIED, "limits") if k in asked},
                ends=asked["ends"],
                replaces=asked.get("replaces"),
                base_version=asked.get("base_version"),
            )
            return _lines_as_json([lines_read(draft).get(pk=line.pk)])[0]

        return answer_once(request, work)


class DraftLineView(APIView):
    """One line of a draft."""

    @extend_schema(
        parameters=[OpenApiParameter("base_version", int, description="the `version` you saw")],
        responses=DraftDetail,
        operation_id="catalogue_drafts_duties_destroy",
    )
    def delete(self, request: Request, number: str, pk: int) -> Response:
        """Take it out: what is in force stays."""
        user = person_of(request)
        draft = draft_seen_by(user, number)
        asked = BaseStated(data={"base_version": request.query_params.get("base_version")})
        asked.is_valid(raise_exception=True)
        base = asked.validated_data.get("base_version")
        remove_line(draft, actor=user, duty=pk, base_version=base)
        return Response(_as_json(draft, request))


class ReviewView(APIView):
    """The legal review of a draft's lines."""

    @extend_schema(
        request=ReviewStated,
        parameters=[ONCE],
        responses=ANSWERS,
        operation_id="catalogue_drafts_review_create",
    )
    def post(self, request: Request, number: str) -> HttpResponse:
        """{duties} pass; with a {remark} they go back. Answers the draft as it is then."""
        user = person_of(request)
        draft = draft_seen_by(user, number)
        form = ReviewStated(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data

        def work() -> Any:
            review_lines(
                draft,
                actor=user,
                duties=asked.get("duties"),
                remark=asked["remark"],
                base_version=asked.get("base_version"),
            )
            return _as_json(draft, request)

        return answer_once(request, work)


class EffectiveView(APIView):
    """From which day a draft holds."""

    @extend_schema(
        request=EffectiveStated,
        parameters=[ONCE],
        responses=ANSWERS,
        operation_id="catalogue_drafts_effective_create",
    )
    def post(self, request: Request, number: str) -> HttpResponse:
        """{effective_on}; null: each line as it says. Answers the draft as it is then."""
        user = person_of(request)
        draft = draft_seen_by(user, number)
        form = EffectiveStated(data=request.data)
        form.is_valid(raise_exception=True)
        return answer_once(
            request,
            lambda: _as_json(set_effective(draft, actor=user, **form.validated_data), request),
        )


def draft_seen_by(user: User, number: str) -> EditionDraft:
    """The draft of that change set; raises Missing where the user may not see it."""
    drafts: Any = EditionDraft.objects.visible_to(user).select_related("change_set", "edition")
    draft: EditionDraft | None = drafts.filter(change_set__number=number).first()
    if draft is None:
        raise Missing(number=number)
    return draft


def _class_meant(asked: dict[str, Any]) -> Category | NewClass:
    """A class that is known, or the new one that is stated."""
    stated = asked.get("new_class")
    if stated is None:
        return category_of(asked["category"])
    return NewClass(code=asked["category"].rpartition(":")[2].strip(), **stated)


def _as_json(draft: EditionDraft, request: Request) -> Any:
    fresh = READ.get(pk=draft.pk)
    return DraftDetail(fresh, context={"request": request, "lines": lines_of(fresh)}).data


def _lines_as_json(lines: list[DraftLine]) -> list[Any]:
    in_force = in_force_for([line.duty for line in lines], reading_now())
    shown: list[Any] = [LineShown(line, context={"in_force": in_force}).data for line in lines]
    return shown
