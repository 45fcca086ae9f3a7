"""Requests over HTTP: lists, one whole, and what the desk does with it."""

from typing import Any

from django.db.models import QuerySet
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
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.requests.models import Channel, Nature, RequesterKind, ServiceRequest
from inspections.requests.serializers import (
    AnswerStated,
    PhoneAsked,
    ReasonStated,
    RequestDetail,
    RequesterInClear,
    RequestFeature,
    WordsReleased,
)
from inspections.requests.use_cases.desk import answer_request, release_request
from inspections.requests.use_cases.requesters import (
    erase_requester,
    read_requester,
    requests_by_phone,
)

READ = ServiceRequest.objects.select_related(
    "category", "requester", "receipt__channel", "call"
).prefetch_related("links__case")


class RequestFilters(GroundFilters):
    """Requests by their fields."""

    subject_id = SubjectIds()
    code = filters.CharFilter()
    channel = filters.ChoiceFilter(choices=Channel.choices)
    intake_channel = filters.CharFilter(
        field_name="receipt__channel__code", help_text="code, see /channels/"
    )
    external_id = filters.CharFilter(
        field_name="receipt__external_id", help_text="the channel's own number"
    )
    nature = filters.ChoiceFilter(choices=Nature.choices)
    category = filters.CharFilter(field_name="category__code", help_text="code")
    facility = filters.CharFilter(field_name="facility_code", help_text="code")
    status = filters.CharFilter()
    cell = filters.CharFilter(field_name="cell_code", help_text="code")
    area = filters.CharFilter(field_name="area_code", help_text="code")
    case = filters.CharFilter(method="feeding", help_text="number of the case it feeds")
    requester_kind = filters.ChoiceFilter(
        field_name="requester__kind", choices=RequesterKind.choices
    )
    answered = filters.BooleanFilter(
        method="with_answer", help_text="true: the desk answered it; false: it did not"
    )

    def feeding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those that feed this case now."""
        return queryset.filter(links__case__number=value, links__left_at__isnull=True)

    def with_answer(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Answered at the desk or not."""
        return queryset.filter(answers__isnull=not value).distinct()


class RequestViewSet(GroundViewSet):
    """Requests, the newest first."""

    queryset = READ
    filterset_class = RequestFilters
    keyset = ("-reported_at", "-id")
    place = "place"
    dated = False

    def get_serializer_class(self) -> Any:
        """A list shows features, one request everything."""
        return RequestFeature if self.action == "list" else RequestDetail


def request_seen_by(user: User, code: str) -> ServiceRequest:
    """The request of that code; raises Missing where the user may not see it."""
    request: ServiceRequest | None = READ.visible_to(user).filter(code=code).first()
    if request is None:
        raise Missing(code=code)
    return request


def request_as_json(request: ServiceRequest, asked: Request) -> Any:
    """A request whole, as this user reads it."""
    return RequestDetail(READ.get(pk=request.pk), context={"request": asked}).data


CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH)
ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class RequesterView(APIView):
    """Who made a request, in clear."""

    @extend_schema(
        request=ReasonStated,
        parameters=[CODE],
        responses=RequesterInClear,
        operation_id="requests_requester_create",
    )
    def post(self, request: Request, code: str) -> Response:
        """With a reason, and on record every time: nothing of the answer is stored or cached."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = ReasonStated(data=request.data)
        asked.is_valid(raise_exception=True)
        person = read_requester(subject, actor=user, **asked.validated_data)
        told = {
            "name": person.name,
            "phone": person.phone,
            "email": person.email,
            "kind": person.kind,
        }
        return Response(told, headers={"Cache-Control": "no-store"})


class ByPhoneView(APIView):
    """The requests of a telephone number."""

    @extend_schema(
        request=PhoneAsked,
        responses=RequestFeature(many=True),
        operation_id="requests_by_phone_create",
    )
    def post(self, request: Request) -> Response:
        """Those you may see, as a list without pages; every search is on record."""
        user = person_of(request)
        asked = PhoneAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        found = requests_by_phone(actor=user, **asked.validated_data)
        told = RequestFeature(found, many=True, context={"request": request}).data
        return Response({**told, "next": None}, headers={"Cache-Control": "no-store"})


class AnswerView(APIView):
    """The desk's answer to a request without a case (在线办结)."""

    @extend_schema(
        request=AnswerStated,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_answer_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """The requester reads it by the tracking code; answers the request as it is then."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = AnswerStated(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> Any:
            answer_request(subject, actor=user, **asked.validated_data)
            return request_as_json(subject, request)

        return answer_once(request, work)


class ReleaseView(APIView):
    """What the public may read of a request; nothing before."""

    @extend_schema(
        request=WordsReleased,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_release_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """Numbers and addresses in it are hidden; answers the request as it is then."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = WordsReleased(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> Any:
            release_request(subject, actor=user, **asked.validated_data)
            return request_as_json(subject, request)

        return answer_once(request, work)


class EraseView(APIView):
    """Forgetting who made a request."""

    @extend_schema(
        request=ReasonStated,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_erase_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """For good; answers the request as it is then."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = ReasonStated(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> Any:
            erase_requester(subject, actor=user, **asked.validated_data)
            return request_as_json(subject, request)

        return answer_once(request, work)
