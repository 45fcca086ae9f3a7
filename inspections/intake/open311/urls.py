"""GeoReport v2 under /open311/v2/: the format is the ending of the address."""

from django.urls import URLPattern, re_path

from inspections.intake.open311.views import (
    AcceptsView,
    DefinitionView,
    DiscoveryView,
    FrontDoor,
    RequestsView,
    RequestView,
    ServiceAreaView,
    ServicesView,
    TokenView,
)

ENDING = r"\.(?P<ending>json|xml)$"

urlpatterns: list[URLPattern] = [
    re_path(rf"^discovery{ENDING}", DiscoveryView.as_view(), name="open311-discovery"),
    re_path(rf"^services{ENDING}", ServicesView.as_view(), name="open311-services"),
    re_path(
        rf"^services/(?P<code>[^/]+){ENDING}", DefinitionView.as_view(), name="open311-service"
    ),
    re_path(rf"^requests{ENDING}", RequestsView.as_view(), name="open311-requests"),
    re_path(rf"^requests/(?P<key>[^/]+){ENDING}", RequestView.as_view(), name="open311-request"),
    re_path(rf"^tokens/(?P<token>[^/]+){ENDING}", TokenView.as_view(), name="open311-token"),
    re_path(rf"^accepts{ENDING}", AcceptsView.as_view(), name="open311-accepts"),
    re_path(r"^service_area\.geojson$", ServiceAreaView.as_view(), name="open311-area"),
    re_path(r"^(?P<rest>(?s:.*))\Z", FrontDoor.as_view(), name="open311-door"),
]
