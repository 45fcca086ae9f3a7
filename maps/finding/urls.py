"""The address of the search."""

from django.urls import path

from maps.finding.views import SearchView

urlpatterns = [path("api/v1/search/", SearchView.as_view(), name="search")]
