"""The inspections app."""

from importlib import import_module

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the rooms that follow the acts upon a case, whichever program runs."""
        import_module("inspections.fieldwork.use_cases")
