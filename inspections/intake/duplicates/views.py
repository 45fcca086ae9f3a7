"""Duplicates over HTTP: which open cases a report may be about, and what ended here before."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from core.errors import Invalid, NotPermitted
from core.models import User
from grid.organizations.permissions import is_member
from inspections.cases.views import case_seen_by
from inspections.intake.duplicates.queries import Asked, leads_of, seen_candidates, similar
from inspections.intake.duplicates.serializers import (
    CandidatesAsked,
    CandidatesShown,
    SimilarAsked,
    SimilarList,
    candidates_as_json,
    similar_as_json,
)


def _asked(request: Request, takes: type[SimilarAsked]) -> tuple[User, Asked]:
    """Who asks what; raises NotPermitted, Missing, and what is wrong with the question."""
    user = person_of(request)
    if not is_member(user):
        raise NotPermitted
    given: dict[str, Any] = {
        name: value for name, value in request.query_params.items() if str(value).strip()
    }
    given.pop("format", None)
    question = takes(data=given)
    if unknown := set(given) - set(question.fields):
        raise Invalid(
            "unknown parameter {unknown}; known: {known}",
            zh="未知参数 {unknown}；可用的参数：{known}。",
            unknown=sorted(unknown),
            known=sorted(question.fields),
        )
    question.is_valid(raise_exception=True)
    number = question.validated_data.get("case")
    return user, question.asked(case_seen_by(user, number) if number else None)


class CandidatesView(APIView):
    """Open cases that a report may be about."""

    @extend_schema(
        parameters=[CandidatesAsked], responses=CandidatesShown, operation_id="cases_candidates"
    )
    def get(self, request: Request) -> Response:
        """The likeliest first, each with its reasons; only cases you may see."""
        user, asked = _asked(request, CandidatesAsked)
        return Response({"results": candidates_as_json(seen_candidates(asked, user))})


class SimilarView(APIView):
    """The last ten cases of a place (类案), open or ended."""

    @extend_schema(parameters=[SimilarAsked], responses=SimilarList, operation_id="cases_similar")
    def get(self, request: Request) -> Response:
        """The last reported first, each with where it ended; only cases you may see."""
        user, asked = _asked(request, SimilarAsked)
        found = similar(asked, user)
        return Response({"results": similar_as_json(found, leads_of(case for case, _ in found))})
