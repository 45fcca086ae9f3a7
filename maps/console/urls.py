"""Addresses of the console."""

from django.urls import path

from maps.console.views import (
    CaseCountsView,
    CasePointsView,
    CityView,
    ConsolePage,
    SearchView,
)

urlpatterns = [
    path("console/", ConsolePage.as_view(), name="console"),
    path("console/city.json", CityView.as_view()),
    path("console/cases/counts.json", CaseCountsView.as_view()),
    path("console/cases/points.json", CasePointsView.as_view()),
    path("console/search.json", SearchView.as_view()),
]
