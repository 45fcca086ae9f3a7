"""Every address of the product, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("grid.urls")),
    path("api/v1/", include("inspections.urls")),
    path("", include("maps.urls")),
]
