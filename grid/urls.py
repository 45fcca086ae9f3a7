"""The ground under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from grid.areas.views import AreaViewSet
from grid.catalogue.views import (
    CategoryViewSet,
    DifferenceView,
    DutyViewSet,
    EditionViewSet,
)
from grid.cells.views import CellViewSet
from grid.evidence.views import EvidenceViewSet
from grid.handover.views import FacilityStandingViewSet, HandoverViewSet
from grid.organizations.views import AuditViewSet, MeView, OrganizationViewSet
from grid.ownership.views import OwnershipViewSet

router = SimpleRouter()
router.register("areas", AreaViewSet, "areas")
router.register("cells", CellViewSet, "cells")
router.register("organizations", OrganizationViewSet, "organizations")
router.register("categories", CategoryViewSet, "categories")
router.register("catalogue/duties", DutyViewSet, "catalogue-duties")
router.register("catalogue/editions", EditionViewSet, "catalogue-editions")
router.register("facilities", FacilityStandingViewSet, "facilities")
router.register("ownership-areas", OwnershipViewSet, "ownership-areas")
router.register("handovers", HandoverViewSet, "handovers")
router.register("audit", AuditViewSet, "audit")
router.register("evidence", EvidenceViewSet, "evidence")

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", MeView.as_view(), name="me"),
    path("catalogue/differences/", DifferenceView.as_view(), name="catalogue-differences"),
    path("", include("grid.jurisdiction.urls")),
    path("", include(router.urls)),
]
