"""Cases over HTTP: lists, one case whole, its trail, and acts upon it."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Invalid, Missing
from core.models import User
from grid.catalogue.models import Urgency
from grid.evidence.models import Purpose
from grid.evidence.serializers import EvidenceSerializer, evidence_as_json
from grid.evidence.statements import read_statement
from grid.evidence.use_cases import keep_file
from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter, SubjectIds
from grid.jurisdiction.models import Outcome
from inspections.cases.act_requests import ActRequest
from inspections.cases.commands import carry_out
from inspections.cases.models import OPEN_STATES, Assignment, Case, CaseRequest, CaseState
from inspections.cases.queries import trail_of
from inspections.cases.serializers import CaseDetail, CaseFeature, TrailEntry
from inspections.cases.use_cases import add_case_evidence
from inspections.cases.waiting import Waiting, conditions
from inspections.requests.models import Channel

ASSIGNMENTS = Assignment.objects.select_related(
    "organization", "dispatched_by", "accepted_by"
).order_by("id")
READ = Case.objects.select_related(
    "category",
    "facility",
    "verdict__responsible",
    "supervisor",
    "duty",
    "ground_changed_from",
    "ground_changed_to",
    "merged_into",
).prefetch_related(
    Prefetch("assignments", queryset=ASSIGNMENTS),
    Prefetch("links", queryset=CaseRequest.objects.select_related("request")),
)


class CaseFilters(GroundFilters):
    """Cases by their fields."""

    subject_id = SubjectIds()
    number = filters.CharFilter()
    state = filters.MultipleChoiceFilter(choices=CaseState.choices)
    open = filters.BooleanFilter(
        method="unfinished", help_text="true: something is still to be done"
    )
    category = filters.CharFilter(field_name="category__code", help_text="code")
    urgency = filters.ChoiceFilter(choices=Urgency.choices)
    outcome = filters.ChoiceFilter(field_name="verdict__outcome", choices=Outcome.choices)
    facility = filters.CharFilter(field_name="facility__code", help_text="code")
    channel = filters.ChoiceFilter(choices=Channel.choices)
    clock = filters.ChoiceFilter(
        choices=[("warning", "warning"), ("overdue", "overdue")],
        method="pressed",
        help_text="a clock is near its end, or past it",
    )
    waits_for = filters.ChoiceFilter(
        choices=Waiting.choices, method="waiting", help_text="the act that is to come next"
    )
    ground_changed = filters.BooleanFilter(
        method="marked", help_text="true: its answer changed with the ground, the desk is to decide"
    )
    emergency = filters.BooleanFilter(
        method="in_emergency", help_text="true: open, and first while an emergency lasts"
    )
    parked = filters.BooleanFilter(
        field_name="parked_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: its clocks rest",
    )
    reported_after = InstantFilter(field_name="reported_at", lookup_expr="gte")
    reported_before = InstantFilter(field_name="reported_at", lookup_expr="lt")
    q = filters.CharFilter(method="said", help_text="a part of the number, or of what was said")
    cell = filters.CharFilter(field_name="cell_code", help_text="code")
    area = filters.CharFilter(method="in_area", help_text="code of any area it lies in")
    organization = filters.CharFilter(
        method="with_body", help_text="code of a body that has it now"
    )

    def unfinished(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Open or not."""
        held = {"state__in": OPEN_STATES}
        return queryset.filter(**held) if value else queryset.exclude(**held)

    def marked(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """By the mark, of cases on which something is still to be done."""
        marked = {"ground_changed_at__isnull": False, "state__in": OPEN_STATES}
        return queryset.filter(**marked) if value else queryset.exclude(**marked)

    def pressed(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the clock that runs out first."""
        now = timezone.now()
        pressed = Case.objects.overdue(now) if value == "overdue" else Case.objects.warned(now)
        return queryset.filter(pk__in=pressed.values("pk"))

    def in_emergency(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Open cases that come first."""
        first = {"emergency__isnull": False, "state__in": OPEN_STATES}
        return queryset.filter(**first) if value else queryset.exclude(**first)

    def waiting(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By what is to be done next."""
        return queryset.filter(conditions()[value])

    def said(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In the number, or in the words of a report that feeds it."""
        words = CaseRequest.objects.filter(left_at__isnull=True, request__text__icontains=value)
        return queryset.filter(Q(number__contains=value) | Q(pk__in=words.values("case")))

    def in_area(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In the area or one inside it."""
        return queryset.filter(area_codes__contains=[value])

    def with_body(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Assigned to that body now."""
        held = Assignment.objects.filter(organization__code=value, ended_at__isnull=True)
        return queryset.filter(pk__in=held.values("case"))


class CaseViewSet(GroundViewSet):
    """Cases, the newest first; one case whole."""

    queryset = READ
    filterset_class = CaseFilters
    lookup_field = "number"
    lookup_value_regex = "[^/]+"
    keyset = ("-id",)
    place = "place"
    dated = False

    def get_serializer_class(self) -> Any:
        """A list shows features, one case everything."""
        return CaseFeature if self.action == "list" else CaseDetail


def case_seen_by(user: User, number: str) -> Case:
    """The case of that number; raises Missing where the user may not see it."""
    case: Case | None = Case.objects.visible_to(user).filter(number=number).first()
    if case is None:
        raise Missing(
            f"There is no case '{number}', or you may not see it.",
            zh=f"没有编号为“{number}”的案卷，或您无权查看。",
            number=number,
        )
    return case


def case_as_json(case: Case, request: Request) -> Any:
    """A case whole, as this user reads it."""
    fresh = READ.get(pk=case.pk)
    return CaseDetail(fresh, context={"request": request}).data


class TrailView(APIView):
    """What happened to a case, in order."""

    @extend_schema(responses=TrailEntry(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Every audited act upon the case and the requests that feed it."""
        user = person_of(request)
        case = case_seen_by(user, number)
        return Response({"results": TrailEntry(trail_of(case), many=True).data, "next": None})


class CaseActView(APIView):
    """Acts upon a case; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        request=ActRequest,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        responses={201: CaseDetail, 200: CaseDetail},
    )
    def post(self, request: Request, number: str, act: str) -> HttpResponse:
        """Do the act once; answers the case as it is then."""
        user = person_of(request)
        case = case_seen_by(user, number)
        given = request.data
        if not isinstance(given, dict):
            raise Invalid("send a JSON object", zh="请发送一个 JSON 对象。")
        return answer_once(
            request,
            lambda: case_as_json(carry_out(act, case, actor=user, given=given), request),
        )


class AddEvidenceView(APIView):
    """A file for a case, in one request (phones that lose the network use sync instead)."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "purpose": {"type": "string", "enum": Purpose.values},
                    "captured_at": {"type": "string", "format": "date-time"},
                    "fixes": {"type": "string", "description": "JSON as in sync operations"},
                },
            }
        },
        responses={(201, "application/json"): EvidenceSerializer},
        operation_id="cases_add_evidence_create",
        parameters=[OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH)],
    )
    def post(self, request: Request, number: str) -> Response:
        """Always accepted if it can be decoded; what speaks against it is in `findings`.

        The same file for the same case again gives the first answer again.
        """
        user = person_of(request)
        case = case_seen_by(user, number)
        form = request.data if isinstance(request.data, dict) else {}
        file = form.get("file")
        if not isinstance(file, UploadedFile) or file.size is None:
            raise Invalid(
                "send the file as multipart field 'file'", zh="请以 multipart 字段 file 发送文件。"
            )
        stated = {
            "filename": file.name,
            "mime": file.content_type,
            "captured_at": form.get("captured_at"),
            "purpose": form.get("purpose"),
            "fixes": _fixes(form.get("fixes")),
        }
        statement = read_statement(stated)
        kept = keep_file(file, size=file.size)  # type: ignore[arg-type]
        evidence = add_case_evidence(case, actor=user, file=kept, statement=statement)
        return Response(evidence_as_json(evidence, request), status=201)


def _fixes(text: Any) -> Any:
    """The fixes as JSON text in a form field."""
    if not text:
        return []
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid("'fixes' is not JSON", zh="fixes 不是有效的 JSON。") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
