"""The page in which the inspectors' app runs."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView

from grid.organizations.permissions import is_member
from maps.frontend import built
from maps.ground_state import city_timezone


@method_decorator(ensure_csrf_cookie, name="dispatch")
class InspectorPage(LoginRequiredMixin, TemplateView):
    """The frame of the app; members only, who sign in under the app's own path."""

    template_name = "maps/inspector.html"
    login_url = "inspector-login"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Strangers sign in first; who signed in without a role is told so."""
        if request.user.is_authenticated and not is_member(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The built files, or none when the front end has not been built; the city's time zone."""
        entry, zone = built("inspector/main.ts"), city_timezone()
        return super().get_context_data(entry=entry, timezone=zone, **kwargs)
