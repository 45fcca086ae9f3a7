"""Addresses of the console."""

from django.urls import path

from maps.console.views import CityView, ConsolePage, SearchView

urlpatterns = [
    path("console/", ConsolePage.as_view(), name="console"),
    path("console/city.json", CityView.as_view()),
    path("console/search.json", SearchView.as_view()),
]
