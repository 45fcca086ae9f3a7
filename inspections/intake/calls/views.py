"""The telephone desk over HTTP: told the code, called back, whom to call back, how long it takes."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import NotPermitted
from grid.ground.parameters import refuse_unknown
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.intake.calls.queries import stages, to_call_back
from inspections.intake.calls.serializers import ConfirmStated, StagesShown
from inspections.intake.calls.use_cases import confirm_back, feed_back
from inspections.requests.serializers import RequestDetail, RequestFeature
from inspections.requests.views import CODE, ONCE, request_as_json, request_seen_by


class FedBackView(APIView):
    """The caller was told the tracking code: the last stage of a call."""

    @extend_schema(
        request=None, parameters=[CODE], responses=None, operation_id="requests_fed_back"
    )
    def post(self, request: Request, code: str) -> Response:
        """The first time counts; a request that did not come by telephone has no stages."""
        user = person_of(request)
        kept = feed_back(request_seen_by(user, code), actor=user)
        return Response({"fed_back_at": kept.fed_back_at if kept else None})


class ConfirmBackView(APIView):
    """A call back to whoever reported, before a body is sent."""

    @extend_schema(
        request=ConfirmStated,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_confirm_back_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """Answers the request as it is then; one that nobody answers is logged, too."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = ConfirmStated(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> object:
            confirm_back(subject, actor=user, **asked.validated_data)
            return request_as_json(subject, request)

        return answer_once(request, work)


class ConfirmationsView(APIView):
    """Whom the desk still has to call back."""

    @extend_schema(responses=RequestFeature(many=True), operation_id="desk_confirmations")
    def get(self, request: Request) -> Response:
        """Those you may see, the longest waiting first; their cases are not dispatched before."""
        user = person_of(request)
        if not has_role(user, Role.DISPATCHER, Role.LEADER, Role.AUDITOR):
            raise NotPermitted
        refuse_unknown(request.query_params.dict(), set())
        told = RequestFeature(to_call_back(user), many=True, context={"request": request}).data
        return Response({**told, "next": None})


class _Span(serializers.Serializer[dict[str, object]]):
    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        return {
            "from": serializers.DateTimeField(required=False),
            "to": serializers.DateTimeField(required=False),
        }


class CallsView(APIView):
    """How long the desk takes, stage by stage (C8, P1)."""

    @extend_schema(
        parameters=[OpenApiParameter("from", str), OpenApiParameter("to", str)],
        responses=StagesShown,
        operation_id="desk_calls",
    )
    def get(self, request: Request) -> Response:
        """Calls filed from an instant to another, half-open; the last day if none is given."""
        user = person_of(request)
        if not has_role(user, Role.DISPATCHER, Role.LEADER, Role.AUDITOR):
            raise NotPermitted
        given = request.query_params.dict()
        refuse_unknown(given, {"from", "to"})
        asked = _Span(data=given)
        asked.is_valid(raise_exception=True)
        end = asked.validated_data.get("to") or timezone.now()
        start = asked.validated_data.get("from") or end - timedelta(days=1)
        return Response(stages(start, end))
