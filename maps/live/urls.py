"""Addresses of the live hub."""

from django.urls import path

from maps.live.views import LiveView

urlpatterns = [path("api/v1/live/", LiveView.as_view(), name="live")]
