"""The wiring as an app, so that its commands (embedded, serve) and checks are found; it has no models."""

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Look at the settings, whichever program runs."""
        import_module("config.checks")
