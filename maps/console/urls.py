"""Addresses of the console."""

from django.urls import path

from maps.console.views import (
    CaseCountsView,
    CasePointsView,
    CategoriesView,
    CityView,
    ConsolePage,
    FacilityView,
)

urlpatterns = [
    path("console/", ConsolePage.as_view(), name="console"),
    path("console/city.json", CityView.as_view()),
    path("console/cases/counts.json", CaseCountsView.as_view()),
    path("console/cases/points.json", CasePointsView.as_view()),
    path("console/categories.json", CategoriesView.as_view()),
    path("console/facility.json", FacilityView.as_view()),
]
