"""What bodies do together, under /api/v1/."""

from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter

from inspections.joint.costs.views import CostActView, CostViewSet
from inspections.joint.marks.views import MarkedCaseViewSet, ReceiversView, SweepView
from inspections.joint.meetings.views import BatchView, MeetingActView, MeetingViewSet
from inspections.joint.shifts.views import (
    DutyGapViewSet,
    ShiftActView,
    ShiftViewSet,
    TurnViewSet,
    WithdrawTurnView,
)
from inspections.joint.undertakings.views import (
    UndertakingActView,
    UndertakingCountView,
    UndertakingViewSet,
)


def register(router: SimpleRouter) -> None:
    """The lists."""
    router.register("marked-cases", MarkedCaseViewSet, "marked-cases")
    router.register("undertakings", UndertakingViewSet, "undertakings")
    router.register("meetings", MeetingViewSet, "meetings")
    router.register("shifts", ShiftViewSet, "shifts")
    router.register("duty-turns", TurnViewSet, "duty-turns")
    router.register("duty-gaps", DutyGapViewSet, "duty-gaps")
    router.register("advance-costs", CostViewSet, "advance-costs")


# Before the acts of a case, whose address would take it in.
case_patterns: list[URLPattern] = [
    path("cases/<str:number>/sweep/", SweepView.as_view(), name="case-sweep"),
    path("cases/<str:number>/receivers/", ReceiversView.as_view(), name="case-receivers"),
]
urlpatterns: list[URLPattern] = [
    path("undertakings/counts/", UndertakingCountView.as_view(), name="undertaking-counts"),
    path("undertakings/<int:pk>/<slug:act>/", UndertakingActView.as_view(), name="undertaking-act"),
    path("meetings/batches/", BatchView.as_view(), name="meeting-batches"),
    path("meetings/<int:pk>/<slug:act>/", MeetingActView.as_view(), name="meeting-act"),
    path("shifts/<int:pk>/<slug:act>/", ShiftActView.as_view(), name="shift-act"),
    path("duty-turns/<int:pk>/withdraw/", WithdrawTurnView.as_view(), name="duty-turn-withdraw"),
    path("advance-costs/<int:pk>/<slug:act>/", CostActView.as_view(), name="advance-cost-act"),
]
