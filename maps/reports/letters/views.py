"""Letters over HTTP: on a return and the sheet of a case as Word files, a reminder as a page to print."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import person_of
from core.errors import Missing
from inspections.cases.supervision.models import Reminder
from inspections.cases.views import case_seen_by
from inspections.disputes.models import ReturnRequest
from maps.reports.language import language_asked
from maps.reports.letters.case_sheet import case_sheet
from maps.reports.letters.reminder import reminder_letter
from maps.reports.letters.return_letter import return_letter

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@extend_schema(exclude=True)
class ReturnLetterView(APIView):
    """The letter on a return request: whoever may see the request."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """Raises Missing."""
        user = person_of(request)
        language = language_asked(str(request.query_params.get("lang", "")))
        seen = ReturnRequest.objects.visible_to(user).select_related(
            "case__category", "case__verdict", "assignment", "organization", "proposed_to"
        )
        asked = seen.select_related("asked_by", "granted_to").filter(pk=pk).first()
        if asked is None:
            raise Missing
        content = return_letter(
            asked, printed_by=user.username, printed_at=timezone.now(), language=language
        )
        return _file(content, f"{asked.case.number}-return-{asked.pk}")


@extend_schema(exclude=True)
class ReminderView(APIView):
    """A reminder letter, to be printed: whoever may see its case."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """Raises Missing."""
        user = person_of(request)
        language = language_asked(str(request.query_params.get("lang", "")))
        seen = Reminder.objects.visible_to(user).select_related(
            "case__category", "assignment", "organization"
        )
        reminder = seen.filter(pk=pk).first()
        if reminder is None:
            raise Missing
        content = reminder_letter(
            reminder, printed_by=user.username, printed_at=timezone.now(), language=language
        )
        answer = HttpResponse(content, content_type="application/pdf")
        name = f"{reminder.year}-{reminder.serial:06d}"
        answer["Content-Disposition"] = f'inline; filename="reminder-{name}.pdf"'
        answer["Cache-Control"] = "private, no-store"
        return answer


@extend_schema(exclude=True)
class CaseWordView(APIView):
    """The sheet of a case: whoever may see the case."""

    def get(self, request: Request, number: str) -> HttpResponse:
        """Raises Missing."""
        user = person_of(request)
        language = language_asked(str(request.query_params.get("lang", "")))
        case = case_seen_by(user, number)
        content = case_sheet(
            case, printed_by=user.username, printed_at=timezone.now(), language=language
        )
        return _file(content, case.number)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    answer["Cache-Control"] = "private, no-store"
    return answer
