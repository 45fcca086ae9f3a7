"""Addresses of the owners' portal."""

from django.urls import path, re_path

from maps.owners.views import ExportView, FactsView, OwnersPage, PointsView, RowsView, SummaryView

urlpatterns = [
    path("owners/", OwnersPage.as_view(), name="owners"),
    path("owners/summary.json", SummaryView.as_view()),
    path("owners/facilities.json", RowsView.as_view()),
    path("owners/map.json", PointsView.as_view()),
    path("owners/facilities/<path:code>.json", FactsView.as_view()),
    re_path(r"^owners/handovers\.(?P<kind>csv|geojson|xlsx)$", ExportView.as_view()),
]
