"""Addresses of sheets."""

from django.urls import path

from maps.reports.leaders.views import LeaderPdfView, LeaderWordView
from maps.reports.letters.views import CaseWordView, ReminderView, ReturnLetterView
from maps.reports.sample import SampleView
from maps.reports.views import CaseSheetView, PlaceSheetView

urlpatterns = [
    path("sheets/sample.csv", SampleView.as_view(), name="sample"),
    path("sheets/responsibility.pdf", PlaceSheetView.as_view(), name="place-sheet"),
    path("sheets/cases/<str:number>.pdf", CaseSheetView.as_view(), name="case-sheet"),
    path("sheets/cases/<str:number>.docx", CaseWordView.as_view(), name="case-word"),
    path("sheets/reminders/<int:pk>.pdf", ReminderView.as_view(), name="reminder-letter"),
    path("sheets/cases/<str:number>/report.pdf", LeaderPdfView.as_view(), name="leader-pdf"),
    path("sheets/cases/<str:number>/report.docx", LeaderWordView.as_view(), name="leader-word"),
    path("sheets/returns/<int:pk>.docx", ReturnLetterView.as_view(), name="return-letter"),
]
