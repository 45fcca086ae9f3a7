"""Addresses of the inspectors' app: all of it under one path, which a phone installs as a whole."""

from django.urls import path

from core.views import SignIn
from maps.inspector.views import InspectorPage

urlpatterns = [
    path("inspect/", InspectorPage.as_view(), name="inspector"),
    path("inspect/login/", SignIn.as_view(next_page="inspector"), name="inspector-login"),
]
