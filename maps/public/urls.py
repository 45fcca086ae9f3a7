"""Addresses open to everybody."""

from django.urls import path

from maps.public.views import (
    PlaceQuestion,
    PlaceSearch,
    PlatePage,
    ReportPage,
    TrackEntry,
    TrackPage,
)

urlpatterns = [
    path("report/", ReportPage.as_view(), name="report"),
    path("report/place.json", PlaceQuestion.as_view()),
    path("report/search.json", PlaceSearch.as_view()),
    path("track/", TrackEntry.as_view(), name="track"),
    path("track/<str:code>", TrackPage.as_view(), name="track-code"),
    path("track/<str:code>/", TrackPage.as_view()),
    path("f/<str:code>", PlatePage.as_view(), name="plate"),
    path("f/<str:code>/", PlatePage.as_view()),
]
