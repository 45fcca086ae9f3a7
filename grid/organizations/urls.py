"""Organizations under /api/v1/."""

from django.urls import path

from grid.organizations.views import MeView

urlpatterns = [path("me/", MeView.as_view(), name="me")]
