"""The root."""

from django.urls import path

from maps.landing.views import LandingPage

urlpatterns = [path("", LandingPage.as_view(), name="landing")]
