"""The grid app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridConfig(AppConfig):
    name = "grid"
    verbose_name = _("底册")
    default_auto_field = "django.db.models.BigAutoField"
