"""The administrator's pages of the work: how near proof must be taken, by an audited act; the calendar to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.models import User
from grid.admin import ReadOnly
from inspections.calendar.models import WorkDay
from inspections.cases.models import ProofDistance
from inspections.cases.use_cases import set_proof_distance


@admin.register(ProofDistance)
class ProofDistanceAdmin(ReadOnly):
    """Categories whose photos must be taken nearer, or may be taken farther, than 100 m."""

    list_display = ["category", "limit_m"]
    list_select_related = ["category"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of a line that exists, the distance alone is changed."""
        return ["category"] if obj else []

    def save_model(self, request: HttpRequest, obj: ProofDistance, form: Any, change: bool) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        set_proof_distance(obj.category, actor=request.user, limit_m=obj.limit_m)


@admin.register(WorkDay)
class WorkDayAdmin(ReadOnly):
    """The work calendar, as loaded."""

    list_display = ["date", "kind", "name", "provisional"]
    list_filter = ["kind", "provisional"]
