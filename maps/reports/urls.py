"""Addresses of sheets."""

from django.urls import path

from maps.reports.views import CaseSheetView, PlaceSheetView

urlpatterns = [
    path("sheets/responsibility.pdf", PlaceSheetView.as_view(), name="place-sheet"),
    path("sheets/cases/<str:number>.pdf", CaseSheetView.as_view(), name="case-sheet"),
]
