"""The wiring as an app, so that its commands (embedded, serve) are found; it has no models."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
