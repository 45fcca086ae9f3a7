"""Every address of the product, room by room."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from config.api_index import ApiIndex
from config.health import healthz, metrics, readyz
from core.views import AdminDoor
from grid.evidence.views import CopyView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", ApiIndex.as_view(), name="index"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/", include("grid.urls")),
    path("api/v1/", include("inspections.urls")),
    path("intake/", include("inspections.intake.channels.urls")),
    path("open311/v2/", include("inspections.intake.open311.urls")),
    path("open311/v2", RedirectView.as_view(url="/open311/v2/")),
    path("admin/login/", AdminDoor.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url="/static/shared/lamp.svg")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("", include("core.urls")),
    path("evidence/<slug:sha256>.jpg", CopyView.as_view(), name="evidence-copy"),
    path("", include("maps.urls")),
]

handler400 = "core.api.bad_request"
handler403 = "core.api.permission_denied"
handler404 = "core.api.page_not_found"
handler500 = "core.api.server_error"
