"""The landing page: the screens, and the city in three figures."""

from typing import Any

from django.views.generic import TemplateView

from grid.areas.models import Area
from grid.cells.models import GridCell
from grid.facilities.models import Facility
from grid.ground.models import City
from grid.ground.queries import newest_version
from grid.organizations.models import Membership, Role

# Which screens a person works at; the ground's map is open to every member.
INSPECT = {Role.INSPECTOR, Role.VERIFIER, Role.HANDLER}
OWNERS = {Role.OWNER, Role.HANDLER, Role.LEADER, Role.AUDITOR}
ADMIN = {Role.ADMINISTRATOR, Role.AUDITOR}


class LandingPage(TemplateView):
    """Open to all: it says what this is and where to go."""

    template_name = "maps/landing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The city's name; screens and figures for whoever has signed in."""
        context = super().get_context_data(city=City.objects.first(), **kwargs)
        user = self.request.user
        if user.is_authenticated:
            roles = set(Membership.objects.filter(user=user).values_list("role", flat=True))
            context |= {
                "console": bool(roles),
                "inspect": bool(roles & INSPECT),
                "owners": bool(roles & OWNERS),
                "admin": bool(roles & ADMIN),
            }
            context["figures"] = {
                "areas": f"{Area.objects.current().count():,}",
                "cells": f"{GridCell.objects.current().count():,}",
                "facilities": f"{Facility.objects.count():,}",
                "version": f"{newest_version():,}",
            }
        return context
