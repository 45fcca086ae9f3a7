"""Settings that would fail only when they are used are looked at before anything starts."""

from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from inspections.cases.limits import targets


@register("lamplighter")
def arrive_targets(app_configs: Any, **options: Any) -> list[Error]:
    """LAMPLIGHTER_ARRIVE_TARGETS names zones, and natural time for each."""
    try:
        targets()
    except ImproperlyConfigured as wrong:
        hint = "Write it as country=60min,town=20min; leave it empty for no targets."
        return [Error(str(wrong), hint=hint, id="lamplighter.E001")]
    return []
