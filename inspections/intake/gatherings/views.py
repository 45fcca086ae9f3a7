"""Residents' meetings over HTTP: the list, one whole, recording one, its minutes, what was said there."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Invalid, Missing
from core.models import User
from grid.evidence.storage import open_original
from grid.evidence.use_cases import keep_file
from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter, SubjectIds
from inspections.intake.gatherings.models import Gathering, GatheringRequest
from inspections.intake.gatherings.queries import minutes_of
from inspections.intake.gatherings.serializers import (
    GatheringDetail,
    GatheringLine,
    RecordRequest,
    SaidRequest,
)
from inspections.intake.gatherings.use_cases import add_minutes, add_said, record_gathering
from inspections.requests.models import ServiceRequest
from inspections.requests.views import ONCE

# Counted for each line of a page: grouped, every meeting would be read for one page.
_SAID = GatheringRequest.objects.filter(gathering=OuterRef("pk")).order_by().values("gathering")
READ = Gathering.objects.select_related("recorded_by").annotate(
    requests_count=Coalesce(Subquery(_SAID.annotate(count=Count("pk")).values("count")), 0)
)


def _as_json(gathering: Gathering, request: Request) -> Any:
    return GatheringDetail(READ.get(pk=gathering.pk), context={"request": request}).data


def _seen_by(user: User, pk: int) -> Gathering:
    found: Gathering | None = Gathering.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Missing(id=pk)
    return found


class GatheringFilters(GroundFilters):
    """Meetings by area and time."""

    subject_id = SubjectIds()
    area = filters.CharFilter(field_name="area_code", help_text="code")
    after = InstantFilter(field_name="held_at", lookup_expr="gte")
    before = InstantFilter(field_name="held_at", lookup_expr="lt")


class GatheringViewSet(GroundViewSet):
    """Residents' meetings, the last first."""

    queryset = READ
    filterset_class = GatheringFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-held_at", "-id")
    dated = False

    def get_serializer_class(self) -> Any:
        """A list shows lines, one meeting everything."""
        return GatheringLine if self.action == "list" else GatheringDetail

    @extend_schema(
        request=RecordRequest,
        parameters=[ONCE],
        responses={201: GatheringDetail, 200: GatheringDetail},
    )
    def create(self, request: Request) -> HttpResponse:
        """Record a meeting, once."""
        user = person_of(request)
        asked = RecordRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return answer_once(
            request,
            lambda: _as_json(record_gathering(actor=user, **asked.validated_data), request),
        )


class MinutesView(APIView):
    """The minutes of a meeting, as a file."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
        responses={(201, "application/json"): GatheringDetail},
        operation_id="gatherings_minutes_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Answers the meeting as it is then; the same file again changes nothing."""
        user = person_of(request)
        gathering = _seen_by(user, pk)
        file = request.data.get("file") if isinstance(request.data, dict) else None
        if not isinstance(file, UploadedFile) or file.size is None:
            raise Invalid(
                "send the file as multipart field 'file'", zh="请以 multipart 字段 file 发送文件。"
            )
        kept = keep_file(file, size=file.size)  # type: ignore[arg-type]
        told = {"filename": file.name or "", "mime": file.content_type or ""}
        add_minutes(gathering, actor=user, file=kept, **told)
        return Response(_as_json(gathering, request), status=201)


class MinutesFileView(APIView):
    """A document of the minutes, as it came."""

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        operation_id="gatherings_minutes_retrieve",
    )
    def get(self, request: Request, pk: int, sha256: str) -> FileResponse:
        """To be saved, never shown in the page; a picture has its shown copy under /evidence/."""
        gathering = _seen_by(person_of(request), pk)
        rows = (row for row in minutes_of(gathering) if row.file_id == sha256)
        found = next((row for row in rows if not row.file.is_photo), None)
        if found is None:
            raise Missing(sha256=sha256)
        return FileResponse(
            open_original(sha256),
            as_attachment=True,
            filename=found.filename or f"{sha256[:12]}",
            content_type=found.file.mime,
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )


class SaidView(APIView):
    """What was said at a meeting."""

    @extend_schema(
        request=SaidRequest,
        parameters=[ONCE],
        responses={201: GatheringDetail, 200: GatheringDetail},
        operation_id="gatherings_requests_create",
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Requests taken down as of a meeting, by their codes or tracking codes; all or none."""
        user = person_of(request)
        gathering = _seen_by(user, pk)
        asked = SaidRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        codes = set(asked.validated_data["requests"])
        named = Q(code__in=codes) | Q(tracking_code__in=codes)
        found = list(ServiceRequest.objects.visible_to(user).filter(named))
        known = {name for one in found for name in (one.code, one.tracking_code)}
        if missing := sorted(codes - known):
            raise Missing(
                "There are no requests {codes}.", zh="没有编号为 {codes} 的诉求。", codes=missing
            )
        return answer_once(
            request,
            lambda: _as_json(add_said(gathering, actor=user, requests=found), request),
        )
