"""Sheets over HTTP: a question's, asked now, and a case's, as its verdict was stored."""

from dataclasses import asdict

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import person_of
from core.errors import Missing
from grid.jurisdiction.views import ask
from inspections.cases.models import Case
from inspections.cases.queries import bodies_named, trail_of
from inspections.cases.views import case_seen_by
from maps.reports.language import language_asked
from maps.reports.roles import roles_of
from maps.reports.sheet import Decided, Sheet, pdf_of
from maps.reports.words import ACTS


class NoVerdictYet(Missing):
    """Case {number} has no verdict yet: it is given at filing."""

    zh = "案件 {number} 尚未作出责任认定：立案时才会认定。"


@extend_schema(exclude=True)
class PlaceSheetView(APIView):
    """Who answers for a place or facility, as a sheet: any member may ask."""

    def get(self, request: Request) -> HttpResponse:
        """The parameters of `/api/v1/jurisdiction/`, and `lang`."""
        given = {name: str(value) for name, value in request.query_params.items()}
        language = language_asked(given.pop("lang", ""))
        user = person_of(request)
        answer = ask(user, given)
        sheet = Sheet(
            answer=answer.as_json(),
            printed_by=user.username,
            printed_at=timezone.now(),
            accuracy_m=answer.question.accuracy_m,
            roles=roles_of(asdict(answer.question), answer.version),
        )
        return _file(pdf_of(sheet, language), "responsibility")


@extend_schema(exclude=True)
class CaseSheetView(APIView):
    """The verdict of a case as it was stored, with who acted upon it: whoever may see the case."""

    def get(self, request: Request, number: str) -> HttpResponse:
        """Raises Missing, NoVerdictYet."""
        language = language_asked(str(request.query_params.get("lang", "")))
        user = person_of(request)
        case = case_seen_by(user, number)
        verdict = case.verdict
        if verdict is None:
            raise NoVerdictYet(number=number)
        sheet = Sheet(
            answer=verdict.answer,
            printed_by=user.username,
            printed_at=timezone.now(),
            accuracy_m=float(verdict.question["accuracy_m"]),
            case=case.number,
            verdict=verdict.pk,
            stored_at=verdict.asked_at,
            decided=decided_on(case),
            roles=roles_of(verdict.question, verdict.version_id or 0),
        )
        return _file(pdf_of(sheet, language), case.number)


def decided_on(case: Case) -> list[Decided]:
    """What people decided about a case, in order, bodies by name."""
    entries = [entry for entry in trail_of(case) if entry.act in ACTS]
    named = [str(entry.details.get("to", "")) for entry in entries]
    bodies = bodies_named(named)  # of some acts `to` is the state: no body
    return [
        Decided(
            act=entry.act,
            by=entry.actor.username,
            at=entry.at,
            reason=entry.reason,
            to=bodies[to].name if to in bodies else "",
        )
        for entry, to in zip(entries, named, strict=True)
    ]


def _file(pdf: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
