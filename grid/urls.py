"""The ground under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("grid.organizations.urls")),
    path("", include("grid.jurisdiction.urls")),
]
