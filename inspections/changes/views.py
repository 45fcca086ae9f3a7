"""Change sets over HTTP: lists, one whole, its items, what it moves, and acts upon it."""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.bodies import JsonBody
from core.errors import Invalid
from core.pages import KeysetPagination
from core.workflow import UnknownAct
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.changes.exports import as_csv, as_geojson
from inspections.changes.models import ChangeSet, ChangeSetState, ImpactKind
from inspections.changes.queries import change_set_seen_by, impact_seen_by
from inspections.changes.serializers import (
    ChangeActRequest,
    ChangeSetDetail,
    ChangeSetSerializer,
    DraftRequest,
    EditRequest,
    ImpactFeature,
)
from inspections.changes.use_cases import (
    add_item,
    draft_change_set,
    preview_change_set,
    publish_change_set,
    remove_item,
    withdraw_change_set,
)

ACTS: dict[str, Callable[..., ChangeSet]] = {
    "preview": preview_change_set,
    "publish": publish_change_set,
    "withdraw": withdraw_change_set,
}
ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)
LARGEST_FILE = 256 * 1024 * 1024
KINDS = {"facilities": ImpactKind.FACILITY, "cases": ImpactKind.CASE}


class FileTooLarge(Invalid):
    """The file is larger than {most} MB; load it with 'manage.py load … --draft --change-set {number}'."""

    status = 413
    zh = "文件超过 {most} MB：请使用 manage.py load … --draft --change-set {number} 导入。"


class ChangeSetFilters(GroundFilters):
    """Change sets by their fields."""

    subject_id = SubjectIds()
    state = filters.MultipleChoiceFilter(choices=ChangeSetState.choices)
    author = filters.CharFilter(field_name="author__username", help_text="account")


class ChangeSetViewSet(GroundViewSet):
    """Change sets, the newest first; one whole."""

    queryset = ChangeSet.objects.select_related("author", "approver")
    filterset_class = ChangeSetFilters
    lookup_field = "number"
    lookup_value_regex = "[^/]+"
    keyset = ("-id",)
    dated = False
    parser_classes = [JsonBody]

    def get_serializer_class(self) -> Any:
        """A list shows summaries, one change set everything."""
        return ChangeSetSerializer if self.action == "list" else ChangeSetDetail

    @extend_schema(
        request=DraftRequest,
        parameters=[ONCE],
        responses={201: ChangeSetDetail, 200: ChangeSetDetail},
    )
    def create(self, request: Request) -> HttpResponse:
        """Begin a change set."""
        user = person_of(request)
        asked = DraftRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return answer_once(
            request,
            lambda: _as_json(draft_change_set(actor=user, **asked.validated_data), request),
        )


class ChangeActView(APIView):
    """Acts upon a change set; which ones are possible now stands in its `available_acts`."""

    parser_classes = [JsonBody]

    @extend_schema(
        request=ChangeActRequest,
        operation_id="change_sets_act_create",
        parameters=[ONCE],
        responses={201: ChangeSetDetail, 200: ChangeSetDetail},
    )
    def post(self, request: Request, number: str, act: str) -> HttpResponse:
        """Preview, publish or withdraw it, once; answers it as it is then."""
        user = person_of(request)
        change_set = change_set_seen_by(user, number)
        if act not in ACTS:
            raise UnknownAct(act=act, acts=list(ACTS))
        asked = ChangeActRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return answer_once(
            request,
            lambda: _as_json(ACTS[act](change_set, actor=user, **asked.validated_data), request),
        )


class ChangeItemsView(APIView):
    """Loads of a change set: a file, or features edited by hand."""

    parser_classes = [MultiPartParser, JsonBody]

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["layer", "file"],
                "properties": {
                    "layer": {"type": "string"},
                    "file": {"type": "string", "format": "binary"},
                    "options": {"type": "string", "description": "JSON: options of `load`"},
                    "base_version": {"type": "integer"},
                },
            },
            "application/json": EditRequest,
        },
        responses={201: ChangeSetDetail},
    )
    def post(self, request: Request, number: str) -> Response:
        """Add one; tried at once, and refused with row numbers and reasons if rows are rejected."""
        user = person_of(request)
        change_set = change_set_seen_by(user, number)
        given = request.data
        if not isinstance(given, dict):
            raise Invalid("send a JSON object or a form", zh="请发送 JSON 对象或表单。")
        filename, file = _file_of(given, number)
        asked = ChangeActRequest(data={"base_version": given.get("base_version")})
        asked.is_valid(raise_exception=True)
        add_item(
            change_set,
            actor=user,
            layer=str(given.get("layer", "")),
            filename=filename,
            file=file,
            options=_options_of(given.get("options")),
            base_version=asked.validated_data.get("base_version"),
        )
        return Response(_as_json(change_set, request), status=status.HTTP_201_CREATED)


class ChangeItemView(APIView):
    """One load of a change set."""

    @extend_schema(
        responses={200: ChangeSetDetail},
        parameters=[OpenApiParameter("base_version", OpenApiTypes.INT)],
    )
    def delete(self, request: Request, number: str, item: int) -> Response:
        """Take it out."""
        user = person_of(request)
        change_set = change_set_seen_by(user, number)
        asked = ChangeActRequest(data={"base_version": request.query_params.get("base_version")})
        asked.is_valid(raise_exception=True)
        base = asked.validated_data.get("base_version")
        remove_item(change_set, actor=user, item=item, base_version=base)
        return Response(_as_json(change_set, request))


class ImpactView(APIView):
    """What a change set moves, row by row, as it was found last."""

    keyset: ClassVar[tuple[str, ...]] = ("pk",)

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=list(KINDS)),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ],
        responses=ImpactFeature(many=True),
        operation_id="change_sets_impact_list",
    )
    def get(self, request: Request, number: str) -> Response:
        """A FeatureCollection with `next`; cases only as far as you may see them."""
        user = person_of(request)
        rows = _kind(request, impact_seen_by(user, change_set_seen_by(user, number)))
        pages = KeysetPagination()
        page = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response(ImpactFeature(page, many=True).data)


class ImpactFileView(APIView):
    """The same as a file."""

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR},
        parameters=[OpenApiParameter("kind", str, enum=list(KINDS))],
    )
    def get(self, request: Request, number: str, ending: str) -> StreamingHttpResponse:
        """`impact.csv` or `impact.geojson`."""
        user = person_of(request)
        change_set = change_set_seen_by(user, number)
        rows = _kind(request, impact_seen_by(user, change_set)).order_by("pk")
        write, kind = {
            "csv": (as_csv, "text/csv; charset=utf-8"),
            "geojson": (as_geojson, "application/geo+json"),
        }[ending]
        response = StreamingHttpResponse(write(rows.iterator(2000)), content_type=kind)
        name = f"{change_set.number}-impact.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _as_json(change_set: ChangeSet, request: Request) -> Any:
    fresh = ChangeSet.objects.select_related("author", "approver").get(pk=change_set.pk)
    return ChangeSetDetail(fresh, context={"request": request}).data


def _kind(request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
    asked = request.query_params.get("kind")
    if asked is None:
        return rows
    if asked not in KINDS:
        raise Invalid("'kind' is one of: facilities, cases", zh="kind 只能是 facilities 或 cases。")
    return rows.filter(kind=KINDS[asked])


def _file_of(given: Mapping[str, Any], number: str) -> tuple[str, IO[bytes]]:
    """The file that was sent, or one made of the features."""
    sent = given.get("file")
    if isinstance(sent, UploadedFile):
        if (sent.size or 0) > LARGEST_FILE:
            raise FileTooLarge(most=LARGEST_FILE // 1024**2, number=number)
        return sent.name or "file", sent
    features = given.get("features")
    if not isinstance(features, dict) or features.get("type") != "FeatureCollection":
        raise Invalid(
            "send a file as multipart field 'file', or a FeatureCollection as 'features'",
            zh="请以 multipart 字段 file 发送文件，或以 features 发送 GeoJSON FeatureCollection。",
        )
    return "edit.geojson", BytesIO(json.dumps(features, ensure_ascii=False).encode())


def _options_of(given: Any) -> dict[str, Any]:
    """The options: an object, or in a form the text of one."""
    if given in (None, ""):
        return {}
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise Invalid("'options' is not JSON", zh="options 不是有效的 JSON。") from error
    if not isinstance(given, dict):
        raise Invalid("'options' must be a JSON object", zh="options 须为 JSON 对象。")
    return given
