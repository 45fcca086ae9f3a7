"""The views people look at, and the tiles they draw."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("maps.live.urls")),
    path("", include("maps.tiles.urls")),
    path("", include("maps.base.urls")),
    path("", include("maps.finding.urls")),
    path("", include("maps.console.urls")),
    path("", include("maps.owners.urls")),
    path("", include("maps.inspector.urls")),
    path("", include("maps.public.urls")),
    path("", include("maps.reports.urls")),
    path("", include("maps.landing.urls")),
]
