"""What bodies do together, under /api/v1/."""

from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter

from inspections.joint.marks.views import MarkedCaseViewSet
from inspections.joint.undertakings.views import (
    UndertakingActView,
    UndertakingCountView,
    UndertakingViewSet,
)


def register(router: SimpleRouter) -> None:
    """The lists."""
    router.register("marked-cases", MarkedCaseViewSet, "marked-cases")
    router.register("undertakings", UndertakingViewSet, "undertakings")


urlpatterns: list[URLPattern] = [
    path("undertakings/counts/", UndertakingCountView.as_view(), name="undertaking-counts"),
    path("undertakings/<int:pk>/<slug:act>/", UndertakingActView.as_view(), name="undertaking-act"),
]
