"""Asking who answers."""

from django.urls import path

from grid.jurisdiction.views import JurisdictionView

urlpatterns = [path("jurisdiction/", JurisdictionView.as_view(), name="jurisdiction")]
