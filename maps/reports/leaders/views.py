"""The report to the leader over HTTP, as PDF and as a Word file: for whoever may see the case."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import person_of
from inspections.cases.models import Case
from inspections.cases.views import case_seen_by
from maps.reports.language import language_asked
from maps.reports.leaders.pdf import pdf_of
from maps.reports.leaders.told import Told, told_of
from maps.reports.leaders.word import word_of
from maps.reports.letters.views import WORD

PDF = "application/pdf"


def _told(request: Request, number: str) -> tuple[Case, Told, dict[str, Any]]:
    user = person_of(request)
    language = language_asked(str(request.query_params.get("lang", "")))
    case, now = case_seen_by(user, number), timezone.now()
    told = told_of(case, printed_by=user.username, printed_at=now, language=language)
    return case, told, {"author": user.username, "made_at": now}


@extend_schema(exclude=True)
class LeaderPdfView(APIView):
    """To read and to sign."""

    def get(self, request: Request, number: str) -> HttpResponse:
        """Raises Missing."""
        case, told, _ = _told(request, number)
        return _file(pdf_of(told), PDF, f"inline; filename={case.number}-report.pdf")


@extend_schema(exclude=True)
class LeaderWordView(APIView):
    """To edit on."""

    def get(self, request: Request, number: str) -> HttpResponse:
        """Raises Missing."""
        case, told, made = _told(request, number)
        content = word_of(told, **made)
        return _file(content, WORD, f"attachment; filename={case.number}-report.docx")


def _file(content: bytes, mime: str, disposition: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=mime)
    answer["Content-Disposition"] = disposition
    answer["Cache-Control"] = "private, no-store"
    return answer
