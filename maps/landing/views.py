"""The landing page: the screens, and the city in three figures."""

from typing import Any

from django.views.generic import TemplateView

from grid.areas.models import Area
from grid.cells.models import GridCell
from grid.facilities.models import Facility
from grid.ground.models import City
from grid.ground.queries import newest_version


class LandingPage(TemplateView):
    """Open to all: it says what this is and where to go."""

    template_name = "maps/landing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The city's name; figures only for who has signed in."""
        context = super().get_context_data(city=City.objects.first(), **kwargs)
        if self.request.user.is_authenticated:
            context["figures"] = {
                "areas": f"{Area.objects.current().count():,}",
                "cells": f"{GridCell.objects.current().count():,}",
                "facilities": f"{Facility.objects.count():,}",
                "version": f"{newest_version():,}",
            }
        return context
